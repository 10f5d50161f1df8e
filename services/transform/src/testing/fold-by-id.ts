/** The fold of one partition, given and told by the ids of products: rows are written and read again on the way. */

import type { Buffer } from 'node:buffer';
import { DELETED } from '@catalog-sync/shared/baseline/content.ts';
import { idAt } from '@catalog-sync/shared/baseline/entries.ts';
import { hashKey } from '@catalog-sync/shared/baseline/id-hash.ts';
import { NOT_RAISED } from '@catalog-sync/shared/baseline/raise-orders.ts';
import type { EpochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { ItemData, Operation } from '@catalog-sync/shared/catalog/item.ts';
import { compareFiles, type FileOrder, type RowOrder, rowOrder } from '@catalog-sync/shared/catalog/order.ts';
import { readRowsTable } from '@catalog-sync/shared/records/rows-table.ts';
import type { Asked, Candidate } from '../domain/fold.ts';
import { type FoldedPartition, foldPartition, type PartitionInput, type Stretch } from '../domain/fold-partition.ts';
import { newestWhole } from '../sources.ts';
import { at, content, data, file } from './build.ts';
import { stretchesOf, writeRows } from './items.ts';
import { type Known, partitionOfKnown } from './known.ts';

/** A valid row of one of the sync's files. */
export interface LandedRow {
  order: RowOrder;
  data: ItemData;
}
export const row = (id: string, n: number, price?: string, line = 1): LandedRow => ({
  order: at(n, line),
  data: data(id, price),
});

/** A usable whole feed of the sync. What it names and has no valid row of stands in a rejected one. */
export interface Whole {
  /** Of its oldest part. */
  order: FileOrder;
  /** Of all its files. */
  parts: readonly FileOrder[];
  ids: ReadonlySet<string>;
}
export const whole = (n: number, ...ids: string[]): Whole => ({
  order: file(n),
  parts: [file(n)],
  ids: new Set(ids),
});

export interface FoldInput {
  known: Known;
  rows: readonly LandedRow[];
  wholes: readonly Whole[];
  openedAt: EpochMs;
  asked: ReadonlyMap<string, { op: Operation; data: ItemData } | null>;
  /** Rows of a stretch at most. */
  stretch: number;
}

const FIRST_REJECTED = 1000;

const isSame = (a: FileOrder, b: FileOrder): boolean => compareFiles(a, b) === 0;

/** The files' orders, and the rows of each. */
const filesOf = ({ rows, wholes }: Pick<FoldInput, 'rows' | 'wholes'>) => {
  const orders: FileOrder[] = [];
  for (const { instant, key, age } of [...rows.map(({ order }) => order), ...wholes.flatMap(({ parts }) => parts)]) {
    if (!orders.some((one) => isSame(one, { instant, key, age }))) orders.push({ instant, key, age });
  }
  return orders.map((order) => {
    const valid = rows.filter((one) => isSame(one.order, order));
    const named = wholes.filter((one) => isSame(one.order, order)).flatMap(({ ids }) => [...ids]);
    const rejected = named.filter((id) => !valid.some((one) => one.data.id === id));
    return {
      order,
      rows: [
        ...valid.map((one) => ({ row: one.order.row, data: one.data })),
        ...rejected.map((id, n) => ({ row: FIRST_REJECTED + n, data: data(id), rejected: true })),
      ],
    };
  });
};

export interface GivenById extends PartitionInput {
  /** The objects that the rows' items lie in. */
  objects: ReadonlyMap<string, Buffer>;
}

export const partitionInput = (input: FoldInput): GivenById => {
  const { known, wholes, openedAt, asked, stretch } = input;
  const files = filesOf(input);
  const feeds = wholes.map(({ order, parts }) => ({
    order,
    files: files.flatMap((one, place) => (parts.some((part) => isSame(one.order, part)) ? [place] : [])),
  }));
  const newest = newestWhole(feeds, known.floor);
  const objects = new Map<string, Buffer>();
  const stretches = files.flatMap(({ rows }, place) =>
    stretchesOf(rows, stretch, 0).map(({ rowsBefore, rows: within }, n): Stretch => {
      const { table, items } = writeRows(within, rowsBefore);
      const itemsKey = `items-${place}-${n}.ndjson`;
      objects.set(itemsKey, items);
      return { table: readRowsTable(table, 'rows'), file: place, items: { key: itemsKey, start: 0 }, rowsBefore };
    }),
  );
  const again = [...asked].map(([id, what]): [string, Asked | null] => [
    hashKey(id),
    what && { op: what.op, content: what.op === 'DELETE' ? DELETED : content(what.data) },
  ]);
  return {
    before: partitionOfKnown(known),
    files: files.map(({ order }) => order),
    wholeFiles: new Set(newest?.files),
    floor: newest?.order ?? known.floor,
    whole: newest?.order ?? null,
    openedAt,
    stretches,
    asked: new Map(again),
    objects,
  };
};

/** What was folded, by ids. */
export interface FoldedById extends Omit<FoldedPartition, 'raised'> {
  raised: [string, RowOrder][];
  floor: FileOrder | null;
  given: GivenById;
}

export const foldById = (input: FoldInput): FoldedById => {
  const given = partitionInput(input);
  const folded = foldPartition(given);
  const { known, rows, asked } = input;
  const ids = [...known.entries.keys(), ...known.carried.keys(), ...asked.keys(), ...rows.map((one) => one.data.id)];
  const names = new Map(ids.map((id) => [hashKey(id), id]));
  const named = (candidate: Candidate): Candidate => ({
    ...candidate,
    id: candidate.id ?? names.get(candidate.key)!,
  });
  const { entries } = given.before;
  const { files, file: risen, row: risenRow } = folded.raised;
  return {
    ...folded,
    toSend: folded.toSend.map(named),
    embargoed: folded.embargoed.map(({ candidate, until }) => ({ candidate: named(candidate), until })),
    raised: [...risen].flatMap((place, n): [string, RowOrder][] =>
      place === NOT_RAISED ? [] : [[idAt(entries, n), rowOrder(files[place]!, risenRow[n]!)]],
    ),
    floor: given.floor,
    given,
  };
};
