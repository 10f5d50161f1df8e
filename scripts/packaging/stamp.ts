import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './stacks.ts';

/** A hash over the files that the patterns name, below the repository: paths and contents. */
export const hashOfFiles = (patterns: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const path of globSync([...patterns], { cwd: ROOT }).sort()) {
    if (path.endsWith('.test.ts')) continue;
    const content = readFileSync(join(ROOT, path));
    hash.update(`${path} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
};

/** The stamp that was left at the end of the last build, or undefined. */
export const readStamp = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

export const writeStamp = (path: string, stamp: string): void => writeFileSync(path, stamp);
