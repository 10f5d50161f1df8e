/** All defects that the simulation must find. */
import { otherMutants } from './everywhere.ts';
import { ingestMutants } from './ingest.ts';
import { monitorMutants } from './monitor.ts';
import type { Mutant } from './mutant.ts';
import { publishMutants } from './publish.ts';
import { transformMutants } from './transform.ts';
import { validateMutants } from './validate.ts';

export type { Mutant } from './mutant.ts';

export const mutants: readonly Mutant[] = [
  ...ingestMutants,
  ...validateMutants,
  ...transformMutants,
  ...publishMutants,
  ...monitorMutants,
  ...otherMutants,
];
