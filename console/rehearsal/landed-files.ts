import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { EpochMs } from '@catalog-sync/shared/catalog/instant.ts';
import { epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { ObjectInfo, Objects } from '@catalog-sync/shared/ports/objects.ts';
import { readPart } from '../folder-objects.ts';

/** A file as it would land. */
export interface Upload {
  key: string;
  path: string;
  metadata: Readonly<Record<string, string>>;
}

/** As much as the engine looks at at a time: less would have to be gathered first. */
const READ_BYTES = 524_288;

const refuse = async (): Promise<never> => {
  throw new Error('a rehearsal changes nothing in the landing bucket');
};

/** A landing bucket in which these files lie as if they had landed at this moment. They are read where they are. */
export const landedFiles = async (uploads: readonly Upload[], now: EpochMs): Promise<Objects> => {
  const files = new Map<string, { info: ObjectInfo; path: string }>();
  for (const { key, path, metadata } of uploads) {
    const lastModified = epochMs(Math.floor(now / 1000) * 1000);
    const { size } = await stat(path);
    files.set(key, { path, info: { key, versionId: 'v1', size, etag: path, lastModified, metadata } });
  }
  const find = (key: string, versionId = 'v1') => (versionId === 'v1' ? files.get(key) : undefined);
  return {
    head: async (...at) => find(...at)?.info,
    read: async (...at) => {
      const found = find(...at);
      return found && readFile(found.path);
    },
    readRange: async (key, start, length, versionId) => {
      const found = find(key, versionId);
      return found && readPart(found.path, start, length);
    },
    stream: async (...at) => {
      const found = find(...at);
      return found && createReadStream(found.path, { highWaterMark: READ_BYTES });
    },
    async *versions(prefix) {
      for (const key of [...files.keys()].filter((one) => one.startsWith(prefix)).sort()) yield files.get(key)!.info;
    },
    putOnce: refuse,
    put: refuse,
    copyOnce: refuse,
    deleteVersion: refuse,
    remove: refuse,
  };
};
