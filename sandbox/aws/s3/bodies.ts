import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A run of bytes of an object: one file. A multipart object has one for each part. */
export interface Segment {
  readonly body: string;
  readonly size: number;
}

/**
 * The files that hold the objects' bytes. A file is written once and never changed; it goes when nobody holds it any
 * more: no version, no part, no reader. Versions made by copying share files.
 */
export interface Bodies {
  /** Writes a new file, held once by the caller. Nothing remains when the source fails. */
  write(source: AsyncIterable<Buffer>): Promise<Segment[]>;
  /** The bytes from `start` up to but not including `end`. Hold the segments while reading. */
  read(segments: readonly Segment[], start: number, end: number): AsyncGenerator<Buffer>;
  hold(segments: readonly Segment[]): void;
  release(segments: readonly Segment[]): void;
  /**
   * Removes files that nobody holds: what a killed process had not yet committed, or not yet removed. Nothing is removed
   * before the first sweep, so that who holds what can be counted up from a record in any order.
   */
  sweep(): Promise<void>;
  /** Resolves when no removal is under way. */
  idle(): Promise<void>;
}

/** Large enough that the hop to the thread pool costs little, small enough that memory stays flat. */
const CHUNK_BYTES = 256 * 1024;

/** Gathers small chunks, so that one write serves several. */
const gathered = async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    waiting.push(chunk);
    bytes += chunk.length;
    if (bytes < CHUNK_BYTES) continue;
    yield waiting.length === 1 ? chunk : Buffer.concat(waiting, bytes);
    waiting = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(waiting, bytes);
};

const writeFully = async (file: FileHandle, bytes: Buffer): Promise<void> => {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
};

export const openBodies = (dir: string): Bodies => {
  mkdirSync(dir, { recursive: true });
  const holders = new Map<string, number>();
  const removals = new Set<Promise<void>>();
  let swept = false;
  const pathOf = (body: string): string => join(dir, body.slice(0, 2), body);

  const remove = (body: string): void => {
    const removal = rm(pathOf(body), { force: true }).finally(() => removals.delete(removal));
    removals.add(removal);
  };

  const hold = (segments: readonly Segment[]): void => {
    for (const { body } of segments) holders.set(body, (holders.get(body) ?? 0) + 1);
  };
  const release = (segments: readonly Segment[]): void => {
    for (const { body } of segments) {
      const left = (holders.get(body) ?? 0) - 1;
      if (left > 0) holders.set(body, left);
      else {
        holders.delete(body);
        if (swept) remove(body);
      }
    }
  };

  const write = async (source: AsyncIterable<Buffer>): Promise<Segment[]> => {
    const body = randomUUID();
    let size = 0;
    let file: FileHandle | undefined;
    try {
      for await (const chunk of gathered(source)) {
        if (!file) {
          mkdirSync(join(dir, body.slice(0, 2)), { recursive: true });
          file = await open(pathOf(body), 'wx');
        }
        await writeFully(file, chunk);
        size += chunk.length;
      }
    } catch (error) {
      await file?.close();
      if (file) await rm(pathOf(body), { force: true });
      throw error;
    }
    if (!file) return [];
    await file.close();
    const segments = [{ body, size }];
    hold(segments);
    return segments;
  };

  const read = async function* (segments: readonly Segment[], start: number, end: number): AsyncGenerator<Buffer> {
    let offset = 0;
    for (const segment of segments) {
      const from = Math.max(start - offset, 0);
      const to = Math.min(end - offset, segment.size);
      offset += segment.size;
      if (from >= to) continue;
      const file = await open(pathOf(segment.body), 'r');
      try {
        for (let at = from; at < to; ) {
          const wanted = Math.min(CHUNK_BYTES, to - at);
          const { bytesRead, buffer } = await file.read(Buffer.allocUnsafeSlow(wanted), 0, wanted, at);
          if (bytesRead === 0)
            throw new Error(`the file of body ${segment.body} is shorter than its ${segment.size} bytes`);
          yield buffer.subarray(0, bytesRead);
          at += bytesRead;
        }
      } finally {
        await file.close();
      }
    }
  };

  return {
    write,
    read,
    hold,
    release,
    sweep: async () => {
      swept = true;
      for (const folder of readdirSync(dir)) {
        for (const body of readdirSync(join(dir, folder))) if (!holders.has(body)) remove(body);
      }
      await Promise.all(removals);
    },
    idle: async () => {
      await Promise.all(removals);
    },
  };
};
