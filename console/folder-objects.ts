import { createReadStream } from 'node:fs';
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { Clock } from '@catalog-sync/shared/ports/clock.ts';
import type { ObjectInfo, Objects, PutOptions } from '@catalog-sync/shared/ports/objects.ts';

interface Stored extends ObjectInfo {
  path: string;
}

/** At most `length` bytes of a file from `start` on; none when it ends before. */
export const readPart = async (path: string, start: number, length: number): Promise<Uint8Array> => {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const bytes = Buffer.allocUnsafeSlow(Math.max(0, Math.min(length, size - start)));
    let at = 0;
    for (let read = 1; at < bytes.length && read > 0; at += read) {
      read = (await file.read(bytes, at, bytes.length - at, start + at)).bytesRead;
    }
    return bytes.subarray(0, at);
  } finally {
    await file.close();
  }
};

/**
 * A bucket without versions for as long as a process goes on: bodies are files of an empty folder, and what lies where is
 * known in memory alone. Whoever gives the folder removes it.
 */
export const folderObjects = (dir: string, clock: Pick<Clock, 'now'>): Objects => {
  const kept = new Map<string, Stored>();
  let files = 0;
  const find = (key: string): Stored | undefined => kept.get(key);
  const put = async (key: string, body: Uint8Array | string, { metadata = {} }: PutOptions): Promise<void> => {
    const path = join(dir, `${files++}`);
    await writeFile(path, body);
    const before = kept.get(key);
    kept.set(key, {
      key,
      versionId: 'null',
      size: Buffer.byteLength(body),
      etag: path,
      lastModified: epochMs(Math.floor(clock.now() / 1000) * 1000),
      metadata: { ...metadata },
      path,
    });
    if (before !== undefined) await rm(before.path);
  };
  const remove = async (key: string): Promise<void> => {
    const gone = kept.get(key);
    kept.delete(key);
    if (gone !== undefined) await rm(gone.path);
  };
  return {
    head: async (key) => find(key),
    read: async (key) => {
      const found = find(key);
      return found && readFile(found.path);
    },
    readRange: async (key, start, length) => {
      const found = find(key);
      return found && readPart(found.path, start, length);
    },
    stream: async (key) => {
      const found = find(key);
      return found && createReadStream(found.path);
    },
    putOnce: async (key, body, options = {}) => {
      if (kept.has(key)) return 'exists';
      await put(key, body, options);
      return 'written';
    },
    put: (key, body, options = {}) => put(key, body, options),
    copyOnce: async (from, to, metadata) => {
      const source = find(from.key);
      if (source === undefined) throw new Error(`there is no object ${from.key}`);
      if (kept.has(to)) return 'exists';
      await put(to, await readFile(source.path), { metadata });
      return 'written';
    },
    deleteVersion: remove,
    remove,
    async *versions(prefix) {
      const keys = [...kept.keys()].filter((key) => key.startsWith(prefix));
      for (const key of keys.sort()) yield kept.get(key)!;
    },
  };
};
