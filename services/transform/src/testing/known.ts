/** What is known of products, given and looked at by their ids. */
import type { Carried, Entry } from '@catalog-sync/shared/baseline/content.ts';
import { type Change, changeEntries, entryAt, idAt, noEntries } from '@catalog-sync/shared/baseline/entries.ts';
import { type HashKey, hashKey, highOf, partitionOf } from '@catalog-sync/shared/baseline/id-hash.ts';
import { type Partition, packPartition, unpackPartition } from '@catalog-sync/shared/baseline/partition.ts';
import { type EpochMs, epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { FileOrder } from '@catalog-sync/shared/catalog/order.ts';

export interface Known {
  entries: ReadonlyMap<string, Entry>;
  carried: ReadonlyMap<string, Carried>;
  embargoes: ReadonlyMap<string, EpochMs>;
  floor: FileOrder | null;
}

export const nothingKnown: Known = { entries: new Map(), carried: new Map(), embargoes: new Map(), floor: null };

export const known = (parts: {
  entries?: Record<string, Entry>;
  carried?: Record<string, Carried>;
  embargoes?: Record<string, number>;
  floor?: FileOrder;
}): Known => ({
  entries: new Map(Object.entries(parts.entries ?? {})),
  carried: new Map(Object.entries(parts.carried ?? {})),
  embargoes: new Map(Object.entries(parts.embargoes ?? {}).map(([id, until]) => [id, epochMs(until)])),
  floor: parts.floor ?? null,
});

/** The products of one of 2^bits partitions, written and read again. */
export const partitionOfKnown = ({ entries, carried, embargoes }: Known, place = 0, bits = 0): Partition => {
  const here = <A>(map: ReadonlyMap<string, A>): [HashKey, string, A][] =>
    [...map]
      .map(([id, value]): [HashKey, string, A] => [hashKey(id), id, value])
      .filter(([key]) => partitionOf(highOf(key), bits) === place);
  const changes = new Map(here(entries).map(([key, id, entry]): [HashKey, Change] => [key, { id, entry }]));
  const partition = {
    entries: changeEntries(noEntries, changes),
    waiting: {
      carried: new Map(here(carried).map(([key, , row]) => [key, row])),
      embargoes: new Map(here(embargoes).map(([key, , until]) => [key, until])),
    },
  };
  return unpackPartition(packPartition(partition), 'a partition');
};

/** @param ids all that may wait: what waits is known by the hash of its id alone */
export const knownOf = (partitions: readonly Partition[], ids: Iterable<string>, floor: FileOrder | null): Known => {
  const names = new Map<HashKey, string>();
  for (const id of ids) names.set(hashKey(id), id);
  const named = <A>(map: ReadonlyMap<HashKey, A>): [string, A][] =>
    [...map].map(([key, value]) => [names.get(key) ?? key, value]);
  const byId = <A>(pairs: readonly [string, A][]): Map<string, A> =>
    new Map(pairs.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return {
    entries: byId(
      partitions.flatMap(({ entries }) =>
        Array.from({ length: entries.size }, (_, place): [string, Entry] => [
          idAt(entries, place),
          entryAt(entries, place),
        ]),
      ),
    ),
    carried: byId(partitions.flatMap(({ waiting }) => named(waiting.carried))),
    embargoes: byId(partitions.flatMap(({ waiting }) => named(waiting.embargoes))),
    floor,
  };
};
