/**
 * The catalog's states: immutable objects, named by what they hold; the pointer names the one that counts. A state is a
 * short list of partitions, each an object of its own, read and written one at a time.
 */
import {
  censusOf,
  earlier,
  emptyPartition,
  finer,
  isEmpty,
  type Partition,
  packPartition,
  unpackPartition,
} from '@catalog-sync/shared/baseline/partition.ts';
import { dueOf, objectsOf } from '@catalog-sync/shared/baseline/waiting.ts';
import type { EpochMs } from '@catalog-sync/shared/catalog/instant.ts';
import { type SyncNumber, type SyncRef, stateFolder } from '@catalog-sync/shared/catalog/sync.ts';
import { hashOf } from '@catalog-sync/shared/hash.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import { readStoredJson } from '@catalog-sync/shared/records/record.ts';
import { State, type StatePartition, type Troubled } from '@catalog-sync/shared/records/transform.ts';

export const nothingStored: StatePartition = {
  ...{ key: null, entries: 0, live: 0, refused: 0, unknown: 0 },
  ...{ carried: 0, due: null, objects: [] },
};

/** So many states before the present one are kept, for people to look back. */
export const KEPT_STATES = 30;

const noState = (mapping: number): State => ({
  sync: 0 as SyncNumber,
  bits: 0,
  partitions: [nothingStored],
  floor: null,
  mapping,
  before: [],
});

/** @param mapping the one that a catalog without a state begins with */
export const readState = async (work: Objects, stateKey: string | null, mapping: number): Promise<State> =>
  stateKey === null ? noState(mapping) : readStoredJson(State, work, stateKey);

/** Writes the list; its partitions lie there already. Writing it twice is writing it once. Returns its key. */
export const writeState = async (work: Objects, ref: SyncRef, state: State): Promise<string> => {
  const body = JSON.stringify(state);
  const key = `${stateFolder(ref)}state-${hashOf([body], 16)}.json`;
  await work.putOnce(key, body, { contentType: 'application/json' });
  return key;
};

/** Reads partitions of a state, cut as finely as 2^bits; the object read last is kept, for several may lie in it. */
export const openPartitions = (work: Objects, state: State, bits: number): ((place: number) => Promise<Partition>) => {
  let last: { key: string; partition: Partition } | undefined;
  return async (place) => {
    const key = state.partitions[place >> (bits - state.bits)]?.key ?? null;
    if (key === null) return emptyPartition;
    if (last?.key !== key) {
      last = undefined;
      const body = await work.read(key);
      if (body === undefined) throw new Error(`object ${key} is gone, though a state names it`);
      last = { key, partition: unpackPartition(body, `object ${key}`) };
    }
    return state.bits === bits ? last.partition : finer(last.partition, place, bits);
  };
};

export const writePartition = async (
  work: Objects,
  ref: SyncRef,
  place: number,
  partition: Partition,
): Promise<StatePartition> => {
  if (isEmpty(partition)) return nothingStored;
  const body = packPartition(partition);
  const key = `${stateFolder(ref)}${String(place).padStart(4, '0')}-${hashOf([body], 16)}.bin`;
  await work.putOnce(key, body);
  const { entries, waiting } = partition;
  return {
    key,
    entries: entries.size,
    ...censusOf(entries),
    carried: waiting.carried.size,
    due: dueOf(waiting),
    objects: objectsOf(waiting),
  };
};

export const troubledIn = ({ partitions }: State): Troubled => ({
  refused: partitions.reduce((sum, { refused }) => sum + refused, 0),
  unknown: partitions.reduce((sum, { unknown }) => sum + unknown, 0),
});

/** When the next carried row may go; null when none waits. */
export const nextDue = ({ partitions }: State): EpochMs | null =>
  partitions.reduce((due: EpochMs | null, partition) => earlier(due, partition.due), null);
