/** States in the work bucket, given and looked at by ids. */
import type { SyncRef } from '@catalog-sync/shared/catalog/sync.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import type { State } from '@catalog-sync/shared/records/transform.ts';
import { openPartitions, readState, writePartition, writeState } from '../states.ts';
import { MAPPING } from './items.ts';
import { type Known, knownOf, partitionOfKnown } from './known.ts';

/** Writes a state of 2^bits partitions; the items that wait in it lie there already. Returns its key. */
export const storeKnown = async (
  work: Objects,
  ref: SyncRef,
  known: Known,
  { bits = 0, mapping = MAPPING } = {},
): Promise<string> => {
  const partitions: State['partitions'] = [];
  for (let place = 0; place < 2 ** bits; place++) {
    partitions.push(await writePartition(work, ref, place, partitionOfKnown(known, place, bits)));
  }
  return writeState(work, ref, { sync: ref.sync, bits, partitions, floor: known.floor, mapping, before: [] });
};

export interface StoredKnown extends Known {
  bits: number;
}

/** @param ids of all products that there may be */
export const knownOfState = async (work: Objects, state: State, ids: Iterable<string>): Promise<StoredKnown> => {
  const at = openPartitions(work, state, state.bits);
  const partitions = [];
  for (let place = 0; place < 2 ** state.bits; place++) partitions.push(await at(place));
  return { ...knownOf(partitions, ids, state.floor), bits: state.bits };
};

export const readKnown = async (work: Objects, stateKey: string | null, ids: Iterable<string>): Promise<StoredKnown> =>
  knownOfState(work, await readState(work, stateKey, MAPPING), ids);
