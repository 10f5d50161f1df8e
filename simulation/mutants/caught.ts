/** Which seed caught which mutant, and by what it showed: made by `npm run simulate -- --mutants --keep`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Invariant } from '../checks/facts.ts';

export interface Caught {
  invariant: Invariant;
  /** The first one from 1 on. A change of the services may need another. */
  seed: number;
}

const PATH = fileURLToPath(new URL('./caught.json', import.meta.url));

export const readCaught = (): Readonly<Record<string, Caught>> =>
  JSON.parse(readFileSync(PATH, 'utf8')) as Record<string, Caught>;

export const keepCaught = (caught: Readonly<Record<string, Caught>>): void =>
  writeFileSync(PATH, `${JSON.stringify(caught, null, 2)}\n`);
