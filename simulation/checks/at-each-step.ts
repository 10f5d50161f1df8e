/** The invariants that can be broken at any moment, looked at when something is written, sent or removed. */
import type { Change } from '../cloud/tables.ts';
import { checkDeletion } from './deletions.ts';
import type { Facts, Reference } from './facts.ts';
import { openPostChecks } from './posts.ts';
import { checkChange } from './records.ts';

export const openStepChecks = (facts: Facts, references: ReadonlyMap<string, Reference>) => ({
  ...openPostChecks(facts, references),
  changed: (change: Change): void => checkChange(facts, references, change),
  deleting: async (key: string, versionId: string): Promise<void> => {
    const landed = facts.landed.get(`${key} ${versionId}`);
    if (landed !== undefined) await checkDeletion(facts, landed);
  },
});
