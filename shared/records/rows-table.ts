/**
 * The judged rows of one stretch of a file that fall into one partition, as validate writes and transform reads them: what is
 * compared of each, and where its item lies if that is to be kept. Rejected rows stand here too, if their id can be read:
 * a whole feed names them.
 */

import type { Content } from '../baseline/content.ts';
import { keyOfHash } from '../baseline/id-hash.ts';
import { priceText } from '../baseline/price.ts';
import { growing } from '../packed/growing.ts';
import { type Columns, pack, unpack } from '../packed/packed.ts';
import { openWords, type Words } from '../packed/words.ts';

/** By a row's place. Of a rejected row only its hash and number mean something. */
export interface RowsColumns {
  amounts: Float64Array;
  /** Two numbers a row: the hash of its id. */
  hashes: Uint32Array;
  /** Two numbers a row: its item's fingerprint. */
  prints: Uint32Array;
  /** The row's number within the stretch, from 1. */
  rows: Uint32Array;
  /** Where its item begins in the items' object, and its bytes; 0 bytes: it was not kept, for Meta holds it already. */
  starts: Uint32Array;
  lengths: Uint32Array;
  /** Places in `texts`; `NOT_NAMED` where the item was not kept. */
  brands: Uint32Array;
  categories: Uint32Array;
  currencies: Uint8Array;
  availabilities: Uint8Array;
  /** 1: the row is rejected. */
  rejected: Uint8Array;
}

interface RowsWords {
  currencies: readonly string[];
  availabilities: readonly string[];
  texts: readonly string[];
}

export interface RowsTable extends RowsColumns {
  size: number;
  words: RowsWords;
}

export const NOT_NAMED = 0xffffffff;

/** A valid row, as it is pushed. */
export interface PushedRow {
  high: number;
  low: number;
  printHigh: number;
  printLow: number;
  row: number;
  amount: number;
  /** Places in the lists that the table was opened with. */
  currency: number;
  availability: number;
  start: number;
  /** 0: the item is not kept. */
  length: number;
  brand: string | null;
  category: string | null;
}

export interface RowsWriter {
  readonly size: number;
  push(row: PushedRow): void;
  pushRejected(high: number, low: number, row: number): void;
  /** The object's bytes. */
  done(): Uint8Array;
}

/** @param words what `currency` and `availability` of pushed rows are places in */
export const openRowsTable = (words: Pick<RowsWords, 'currencies' | 'availabilities'>): RowsWriter => {
  const texts: Words<string> = openWords((text: string) => text);
  const amounts = growing(Float64Array);
  const hashes = growing(Uint32Array);
  const prints = growing(Uint32Array);
  const rows = growing(Uint32Array);
  const starts = growing(Uint32Array);
  const lengths = growing(Uint32Array);
  const brands = growing(Uint32Array);
  const categories = growing(Uint32Array);
  const currencies = growing(Uint8Array);
  const availabilities = growing(Uint8Array);
  const rejected = growing(Uint8Array);
  const placeOf = (text: string | null): number => (text === null ? NOT_NAMED : texts.placeOf(text));

  const push = (given: PushedRow, isRejected: 0 | 1): void => {
    amounts.push(given.amount);
    hashes.push(given.high);
    hashes.push(given.low);
    prints.push(given.printHigh);
    prints.push(given.printLow);
    rows.push(given.row);
    starts.push(given.start);
    lengths.push(given.length);
    brands.push(placeOf(given.brand));
    categories.push(placeOf(given.category));
    currencies.push(given.currency);
    availabilities.push(given.availability);
    rejected.push(isRejected);
  };
  const nothing = { printHigh: 0, printLow: 0, amount: 0, currency: 0, availability: 0, start: 0, length: 0 };
  return {
    get size() {
      return rows.length;
    },
    push: (row) => push(row, 0),
    pushRejected: (high, low, row) => push({ ...nothing, high, low, row, brand: null, category: null }, 1),
    done: () =>
      pack(
        { ...words, texts: texts.list } satisfies RowsWords,
        {
          amounts: amounts.done(),
          hashes: hashes.done(),
          prints: prints.done(),
          rows: rows.done(),
          starts: starts.done(),
          lengths: lengths.done(),
          brands: brands.done(),
          categories: categories.done(),
          currencies: currencies.done(),
          availabilities: availabilities.done(),
          rejected: rejected.done(),
        } satisfies Columns,
      ),
  };
};

/** @param where names the object in errors */
export const readRowsTable = (bytes: Uint8Array, where: string): RowsTable => {
  const { words, columns } = unpack(bytes, where);
  const of = columns as unknown as RowsColumns;
  return { ...of, size: of.rejected.length, words: words as RowsWords };
};

/** @param itemsKey the object that holds the items of this table */
export const contentAt = (table: RowsTable, place: number, itemsKey: string | null): Content => {
  const { prints, amounts, currencies, availabilities, brands, categories, starts, lengths, words } = table;
  const text = (n: number): string | null => (n === NOT_NAMED ? null : words.texts[n]!);
  const length = lengths[place]!;
  return {
    fingerprint: keyOfHash(prints[2 * place]!, prints[2 * place + 1]!),
    price: priceText(amounts[place]!, words.currencies[currencies[place]!]!),
    availability: words.availabilities[availabilities[place]!]!,
    brand: text(brands[place]!),
    category: text(categories[place]!),
    item: length === 0 || itemsKey === null ? null : { key: itemsKey, start: starts[place]!, length },
  };
};
