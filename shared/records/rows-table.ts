/**
 * The judged rows of one stretch of a file that fall into one partition, as validate writes and transform reads them: what is
 * compared of each, and where its item lies if that is to be kept. Rejected rows stand here too, if their id can be read:
 * a whole feed names them.
 */

import type { Content } from '../baseline/content.ts';
import { keyOfHash } from '../baseline/id-hash.ts';
import { priceText } from '../baseline/price.ts';
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
  /** Where its item begins among the table's items, and its bytes; 0 bytes: it was not kept, for Meta holds it already. */
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

const FIRST = 64;

const columnsOf = (length: number): RowsColumns => ({
  amounts: new Float64Array(length),
  hashes: new Uint32Array(2 * length),
  prints: new Uint32Array(2 * length),
  rows: new Uint32Array(length),
  starts: new Uint32Array(length),
  lengths: new Uint32Array(length),
  brands: new Uint32Array(length),
  categories: new Uint32Array(length),
  currencies: new Uint8Array(length),
  availabilities: new Uint8Array(length),
  rejected: new Uint8Array(length),
});

const namesOf = (columns: RowsColumns) => Object.keys(columns) as (keyof RowsColumns)[];

const grown = (columns: RowsColumns, length: number): RowsColumns => {
  const larger = columnsOf(length);
  for (const name of namesOf(columns)) larger[name].set(columns[name]);
  return larger;
};

/** The first `size` rows: views, no copies. */
const firstRows = (columns: RowsColumns, size: number): RowsColumns => {
  const capacity = columns.rows.length;
  const cut = { ...columns };
  for (const name of namesOf(cut)) cut[name] = cut[name].subarray(0, (cut[name].length / capacity) * size) as never;
  return cut;
};

/**
 * Every row of every feed passes here: all columns grow at once, and each is written where it stands.
 * @param words what `currency` and `availability` of pushed rows are places in
 */
export const openRowsTable = (words: Pick<RowsWords, 'currencies' | 'availabilities'>): RowsWriter => {
  const texts: Words<string> = openWords((text: string) => text);
  const placeOf = (text: string | null): number => (text === null ? NOT_NAMED : texts.placeOf(text));
  let columns = columnsOf(FIRST);
  let size = 0;

  const push = (given: PushedRow, isRejected: 0 | 1): void => {
    if (size === columns.rows.length) columns = grown(columns, 2 * size);
    const { amounts, hashes, prints, rows, starts, lengths, brands, categories, currencies, availabilities } = columns;
    amounts[size] = given.amount;
    hashes[2 * size] = given.high;
    hashes[2 * size + 1] = given.low;
    prints[2 * size] = given.printHigh;
    prints[2 * size + 1] = given.printLow;
    rows[size] = given.row;
    starts[size] = given.start;
    lengths[size] = given.length;
    brands[size] = placeOf(given.brand);
    categories[size] = placeOf(given.category);
    currencies[size] = given.currency;
    availabilities[size] = given.availability;
    columns.rejected[size] = isRejected;
    size++;
  };
  const nothing = { printHigh: 0, printLow: 0, amount: 0, currency: 0, availability: 0, start: 0, length: 0 };
  return {
    get size() {
      return size;
    },
    push: (row) => push(row, 0),
    pushRejected: (high, low, row) => push({ ...nothing, high, low, row, brand: null, category: null }, 1),
    done: () =>
      pack({ ...words, texts: texts.list } satisfies RowsWords, { ...firstRows(columns, size) } satisfies Columns),
  };
};

/** @param where names the object in errors */
export const readRowsTable = (bytes: Uint8Array, where: string): RowsTable => {
  const { words, columns } = unpack(bytes, where);
  const of = columns as unknown as RowsColumns;
  return { ...of, size: of.rejected.length, words: words as RowsWords };
};

/** Where the items of a table lie. */
export interface ItemsAt {
  key: string;
  /** The byte that the table's places count from. */
  start: number;
}

export const contentAt = (table: RowsTable, place: number, items: ItemsAt | null): Content => {
  const { prints, amounts, currencies, availabilities, brands, categories, starts, lengths, words } = table;
  const text = (n: number): string | null => (n === NOT_NAMED ? null : words.texts[n]!);
  const length = lengths[place]!;
  return {
    fingerprint: keyOfHash(prints[2 * place]!, prints[2 * place + 1]!),
    price: priceText(amounts[place]!, words.currencies[currencies[place]!]!),
    availability: words.availabilities[availabilities[place]!]!,
    brand: text(brands[place]!),
    category: text(categories[place]!),
    item: length === 0 || items === null ? null : { key: items.key, start: items.start + starts[place]!, length },
  };
};
