import type { Patch } from '../build.ts';
import type { Invariant } from '../checks/facts.ts';

/** A defect that is built into the services on purpose: whoever trusts the simulation wants to see it found. */
export interface Mutant {
  name: string;
  /** What is wrong with the services then. */
  sentence: string;
  patches: readonly Patch[];
  /** The invariants by which it may show. */
  shows: readonly Invariant[];
}

/** A patch of one file. */
export const at =
  (file: string) =>
  (find: string, replace: string): Patch => ({ file, find, replace });
