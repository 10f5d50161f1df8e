import { type FileHandle, open } from 'node:fs/promises';
import type { UploadSource } from '@catalog-sync/shared/adapters/aws/s3-upload.ts';

const fill = async (file: FileHandle, path: string, into: Uint8Array, start: number): Promise<void> => {
  for (let at = 0; at < into.length; ) {
    const { bytesRead } = await file.read(into, at, into.length - at, start + at);
    if (bytesRead === 0) throw new Error(`${path} became shorter while it was read`);
    at += bytesRead;
  }
};

/** Does `work` with a file's bytes at hand, none of them in memory. */
export const withFile = async <A>(path: string, work: (source: UploadSource) => Promise<A>): Promise<A> => {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    return await work({ size, read: (into, start) => fill(file, path, into, start) });
  } finally {
    await file.close();
  }
};
