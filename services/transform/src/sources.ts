/** What the fold of a partition is made from, read when it is its turn. */
import type { HashKey } from '@catalog-sync/shared/baseline/id-hash.ts';
import type { Partition } from '@catalog-sync/shared/baseline/partition.ts';
import { compareFiles } from '@catalog-sync/shared/catalog/order.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import type { SyncRecord } from '@catalog-sync/shared/records/ingest.ts';
import { readRowsTable } from '@catalog-sync/shared/records/rows-table.ts';
import type { State } from '@catalog-sync/shared/records/transform.ts';
import type { Validation, WholeFeed } from '@catalog-sync/shared/records/validate.ts';
import type { PartitionInput, Stretch } from './domain/fold-partition.ts';
import { asksByPartition, recall } from './recall.ts';
import { openPartitions } from './states.ts';

/** The newest whole feed above the floor raises it; its rows and its silence are the newest word about every product. */
export const newestWhole = (wholes: readonly WholeFeed[], floor: State['floor']): WholeFeed | undefined =>
  wholes
    .filter(({ order }) => floor === null || compareFiles(order, floor) > 0)
    .toSorted((a, b) => compareFiles(b.order, a.order))[0];

export interface Sources {
  bits: number;
  /** The floor that this sync leaves behind. */
  floor: State['floor'];
  /** What is known and what has landed of the products of one partition. */
  partition(place: number): Promise<PartitionInput>;
}

export const openSources = (work: Objects, state: State, validation: Validation, sync: SyncRecord): Sources => {
  if (validation.bits < state.bits) {
    // Each of the finer partitions would take all rows of the coarser one, and send what is new once each.
    throw new Error(`rows in 2^${validation.bits} partitions cannot be folded into a state of 2^${state.bits}`);
  }
  const { bits } = validation;
  const whole = newestWhole(validation.wholeFeeds, state.floor);
  const floor = whole?.order ?? state.floor;
  const files = validation.files.map(({ order }) => order);
  const wholeFiles = new Set(whole?.files);
  const asks = asksByPartition(sync.asks, bits);
  const before = openPartitions(work, state, bits);

  const stretchesOf = async (place: number): Promise<Stretch[]> => {
    const stretches: Stretch[] = [];
    for (const { partition, file, key, itemsKey, rowsBefore } of validation.parts) {
      if (partition !== place) continue;
      const body = await work.read(key);
      if (body === undefined) throw new Error(`object ${key} is gone, though a record names it`);
      stretches.push({ table: readRowsTable(body, `object ${key}`), file, itemsKey, rowsBefore });
    }
    return stretches;
  };
  const askedOf = (place: number, { entries }: Partition): Promise<PartitionInput['asked']> => {
    const keys: readonly HashKey[] = asks.get(place) ?? [];
    return recall(work, keys, entries, validation.mapping);
  };
  return {
    bits,
    floor,
    partition: async (place) => {
      const partition = await before(place);
      return {
        before: partition,
        files,
        wholeFiles,
        floor,
        whole: whole?.order ?? null,
        openedAt: sync.openedAt,
        stretches: await stretchesOf(place),
        asked: await askedOf(place, partition),
      };
    },
  };
};
