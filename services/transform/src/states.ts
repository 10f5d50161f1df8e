/**
 * The catalog's states: immutable objects, named by what they hold; the pointer names the one that counts. One JSON
 * object a state for now: callers see only these functions and `Known`.
 */
import { type SyncRef, syncId } from '@catalog-sync/shared/catalog/sync.ts';
import { hashOf } from '@catalog-sync/shared/hash.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import { readStoredJson } from '@catalog-sync/shared/records/record.ts';
import { State } from '@catalog-sync/shared/records/transform.ts';
import { type Known, knownOf, nothingKnown, stateOf } from './domain/known.ts';

export const readState = async (work: Objects, stateKey: string | null): Promise<Known> =>
  stateKey === null ? nothingKnown : knownOf(await readStoredJson(State, work, stateKey));

/** Writes the state whole; writing it twice is writing it once. Returns its key. */
export const writeState = async (work: Objects, ref: SyncRef, known: Known): Promise<string> => {
  const body = JSON.stringify(stateOf(ref.sync, known));
  const key = `states/${ref.catalog}/${syncId(ref)}-${hashOf([body], 16)}.json`;
  await work.putOnce(key, body, { contentType: 'application/json' });
  return key;
};
