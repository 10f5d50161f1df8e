import { hashOf } from '@catalog-sync/shared/hash.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';

/** Enough to be worth an object, little enough to be held twice: once filled, once on its way. */
const MOST_BYTES = 8_000_000;
const LINE_END = 10;

/** One object of lines. */
export interface Chunk {
  key: string;
  lines: number;
}

/** Lines on their way into objects of some megabytes each, so that memory does not grow with the file. */
export interface Chunks {
  /** Adds a line: `before`, the bytes of `source` from `from` to `to`, `after`. */
  line(before: string, source: Buffer, from: number, to: number, after: string): void;
  /** Writes what there is, if it is enough for an object. Called between blocks: what a block adds is held whole. */
  flush(): Promise<void>;
  /** Writes the rest; all objects, in the order of their lines. */
  end(): Promise<Chunk[]>;
}

/** @param prefix of the objects' keys, which end in the hash of what they hold: two workers write the same ones */
export const openChunks = (prefix: string, work: Pick<Objects, 'putOnce'>, mostBytes = MOST_BYTES): Chunks => {
  const written: Chunk[] = [];
  let buffer = Buffer.alloc(0);
  let length = 0;
  let lines = 0;

  const makeRoom = (bytes: number): void => {
    if (length + bytes <= buffer.length) return;
    const larger = Buffer.alloc(Math.max(length + bytes, 2 * buffer.length));
    buffer.copy(larger, 0, 0, length);
    buffer = larger;
  };
  const write = async (): Promise<void> => {
    const body = buffer.subarray(0, length);
    const key = `${prefix}-${hashOf([body], 16)}.ndjson`;
    await work.putOnce(key, body);
    written.push({ key, lines });
    length = 0;
    lines = 0;
  };
  return {
    line: (before, source, from, to, after) => {
      makeRoom(3 * (before.length + after.length) + to - from + 1);
      length += buffer.write(before, length);
      length += source.copy(buffer, length, from, to);
      length += buffer.write(after, length);
      buffer[length++] = LINE_END;
      lines += 1;
    },
    flush: async () => {
      if (length >= mostBytes) await write();
    },
    end: async () => {
      if (lines > 0) await write();
      return written;
    },
  };
};
