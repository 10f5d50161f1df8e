/** What validate leaves behind: a validation, with rows and items in the work bucket. */
import type { ItemData } from '@catalog-sync/shared/catalog/item.ts';
import type { FileOrder } from '@catalog-sync/shared/catalog/order.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import type { RowsPart, TableAt, Validation } from '@catalog-sync/shared/records/validate.ts';
import { file } from './build.ts';
import { MAPPING, stretchesOf, writeRows } from './items.ts';

/** A file of a sync: its place in time, what it holds, and whether it is whole. */
export interface Landed {
  n: number;
  /** Prices by id, or items in the order of their rows. */
  rows: Readonly<Record<string, string>> | readonly ItemData[];
  /** Ids of rows behind these that are rejected. */
  rejected?: readonly string[];
  whole?: boolean;
  refused?: boolean;
}

export const itemsOf = ({ rows }: Pick<Landed, 'rows'>): readonly ItemData[] =>
  Array.isArray(rows)
    ? rows
    : Object.entries(rows).map(([id, price]): ItemData => ({ id, price, availability: 'in stock' }) as ItemData);

/** How finely validate cuts. */
export interface Cutting {
  bits: number;
  /** Rows of a stretch at most. */
  stretch: number;
  /** Whether the item of a fingerprint is written. */
  isKept(fingerprint: string): boolean;
  mapping: number;
}

export const finely: Cutting = { bits: 0, stretch: 1000, isKept: () => true, mapping: MAPPING };

/** @param prefix names the objects */
export const landInto = async (
  work: Objects,
  prefix: string,
  files: readonly Landed[],
  { bits, stretch, isKept, mapping }: Cutting,
): Promise<Validation> => {
  const parts: RowsPart[] = [];
  for (const [place, landed] of files.entries()) {
    if (landed.refused) continue;
    const items = itemsOf(landed);
    const rejected = (landed.rejected ?? []).map((id, n) => ({
      row: items.length + n + 1,
      data: { id } as ItemData,
      rejected: true,
    }));
    const judged = [...items.map((data, n) => ({ row: n + 1, data })), ...rejected];
    const stretches = new Map<number, { tables: TableAt[]; rows: Uint8Array[]; items: Uint8Array[] }>();
    for (const { rowsBefore, partition, rows } of stretchesOf(judged, stretch, bits)) {
      const { table, items } = writeRows(rows, rowsBefore, isKept);
      const stretch = stretches.get(rowsBefore) ?? { tables: [], rows: [], items: [] };
      stretches.set(rowsBefore, stretch);
      const lengthOf = (pieces: readonly Uint8Array[]) => Buffer.concat(pieces).length;
      const itemsAt = items.length > 0 ? 0 : null;
      stretch.tables.push([partition, lengthOf(stretch.rows), table.length, itemsAt, lengthOf(stretch.items)]);
      stretch.rows.push(table);
      stretch.items.push(items);
    }
    for (const [rowsBefore, { tables, rows, items }] of stretches) {
      const name = `${prefix}${place}-${String(rowsBefore).padStart(6, '0')}`;
      await work.putOnce(`${name}.rows.bin`, Buffer.concat(rows));
      await work.putOnce(`${name}.items.ndjson`, Buffer.concat(items));
      parts.push({ file: place, key: `${name}.rows.bin`, tables, itemsKeys: [`${name}.items.ndjson`], rowsBefore });
    }
  }
  const validation: Validation = {
    files: files.map((landed, place) => ({
      key: `data/${prefix}${place}.csv`,
      versionId: 'v1',
      order: file(landed.n),
      outcome: landed.refused ? 'refused' : 'usable',
      landed: itemsOf(landed).length + (landed.rejected ?? []).length,
      valid: itemsOf(landed).length,
      rejected: (landed.rejected ?? []).length,
      reportKey: null,
      why: landed.refused ? 'no price' : null,
    })),
    bits,
    mapping,
    parts,
    wholeFeeds: files.flatMap(({ n, whole }, place): { order: FileOrder; files: number[] }[] =>
      whole ? [{ order: file(n), files: [place] }] : [],
    ),
    notes: [],
  };
  return validation;
};

/** Rows of usable files. */
export const countsOf = (files: readonly Landed[]): { landed: number; valid: number; rejected: number } => {
  const usable = files.filter(({ refused }) => !refused);
  const valid = usable.reduce((sum, landed) => sum + itemsOf(landed).length, 0);
  const rejected = usable.reduce((sum, landed) => sum + (landed.rejected ?? []).length, 0);
  return { landed: valid + rejected, valid, rejected };
};
