import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Target } from './target.ts';

export interface Kept {
  name: string;
  input: Buffer;
}

/** All inputs that are kept for a target, in the order of their names. */
export const corpusOf = (folder: string, { corpus }: Target): Kept[] => {
  const own = join(folder, corpus);
  if (!existsSync(own)) return [];
  return readdirSync(own)
    .toSorted()
    .map((name) => ({ name, input: readFileSync(join(own, name)) }));
};

/** Keeps an input that failed, for ever: every test runs it. The name comes from its bytes. */
export const keep = (folder: string, { corpus, ending }: Target, input: Uint8Array): string => {
  const own = join(folder, corpus);
  mkdirSync(own, { recursive: true });
  const path = join(own, `found-${createHash('sha256').update(input).digest('hex').slice(0, 12)}${ending}`);
  writeFileSync(path, input);
  return path;
};
