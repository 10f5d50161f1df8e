import { renameSync, writeFileSync } from 'node:fs';

/** Replaces a file so that a reader, also after a sudden end, finds either the old content or the new one whole. */
export const writeWhole = (path: string, content: string): void => {
  const partial = `${path}.${process.pid}.partial`;
  writeFileSync(partial, content);
  renameSync(partial, path);
};
