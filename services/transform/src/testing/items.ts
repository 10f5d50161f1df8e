/** Items and rows as validate writes them. */
import { Buffer } from 'node:buffer';
import type { Content } from '@catalog-sync/shared/baseline/content.ts';
import { hashKey, highOf, keyOfHash, lowOf, partitionOf } from '@catalog-sync/shared/baseline/id-hash.ts';
import { priceText, readPriceText } from '@catalog-sync/shared/baseline/price.ts';
import type { ItemData } from '@catalog-sync/shared/catalog/item.ts';
import { openRowsTable } from '@catalog-sync/shared/records/rows-table.ts';
import { hashBytes } from '@catalog-sync/shared/rows/engine/hash.ts';

export const MAPPING = 7;

/** The bytes of an item, as they go into a call. */
export const itemOf = (data: ItemData): Buffer => Buffer.from(JSON.stringify({ method: 'UPDATE', data }));

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

export const fingerprintOf = (data: ItemData): string => {
  const [high = 0, low = 0] = hashBytes(itemOf(data), MAPPING);
  return keyOfHash(high, low);
};

/** What is compared of an item that lies there. */
export const contentOf = (data: ItemData, { key, start }: { key: string; start: number }): Content => {
  const { amount, currency } = readPriceText(text(data.price) ?? '');
  return {
    fingerprint: fingerprintOf(data),
    price: priceText(amount, currency),
    availability: text(data.availability) ?? '',
    brand: text(data.brand),
    category: text(data.google_product_category),
    item: { key, start, length: itemOf(data).length },
  };
};

/** A row that validate judged; `row` is its number in the file. */
export interface JudgedRow {
  row: number;
  data: ItemData;
  rejected?: boolean;
}

/** The rows of one stretch that fall into one partition, and their items. */
export interface WrittenRows {
  table: Uint8Array;
  items: Buffer;
}

const CURRENCIES = ['EUR', 'USD'];
const AVAILABILITIES = ['in stock', 'out of stock', 'preorder'];

/** @param isKept whether an item is written: not if Meta is known to hold it */
export const writeRows = (
  rows: readonly JudgedRow[],
  rowsBefore: number,
  isKept: (fingerprint: string) => boolean = () => true,
): WrittenRows => {
  const table = openRowsTable({ currencies: CURRENCIES, availabilities: AVAILABILITIES });
  const items: Buffer[] = [];
  let start = 0;
  for (const { row, data, rejected = false } of rows) {
    const key = hashKey(data.id);
    if (rejected) {
      table.pushRejected(highOf(key), lowOf(key), row - rowsBefore);
      continue;
    }
    const { fingerprint, availability, brand, category } = contentOf(data, { key: '', start });
    const kept = isKept(fingerprint);
    const item = itemOf(data);
    const { amount, currency } = readPriceText(text(data.price) ?? '');
    table.push({
      high: highOf(key),
      low: lowOf(key),
      printHigh: highOf(fingerprint),
      printLow: lowOf(fingerprint),
      row: row - rowsBefore,
      amount,
      currency: CURRENCIES.indexOf(currency),
      availability: AVAILABILITIES.indexOf(availability),
      start: kept ? start : 0,
      length: kept ? item.length : 0,
      brand: kept ? brand : null,
      category: kept ? category : null,
    });
    if (!kept) continue;
    items.push(item, Buffer.from('\n'));
    start += item.length + 1;
  }
  return { table: table.done(), items: Buffer.concat(items) };
};

/** Stretches of `most` rows of a file, the rows of each by partition. */
export const stretchesOf = (
  rows: readonly JudgedRow[],
  most: number,
  bits: number,
): { rowsBefore: number; partition: number; rows: JudgedRow[] }[] => {
  const stretches: { rowsBefore: number; partition: number; rows: JudgedRow[] }[] = [];
  for (let first = 0; first < rows.length; first += most) {
    const within = rows.slice(first, first + most);
    const rowsBefore = Math.min(...within.map(({ row }) => row)) - 1;
    for (let partition = 0; partition < 2 ** bits; partition++) {
      const its = within.filter(({ data: { id } }) => partitionOf(highOf(hashKey(id)), bits) === partition);
      if (its.length > 0) stretches.push({ rowsBefore, partition, rows: its });
    }
  }
  return stretches;
};
