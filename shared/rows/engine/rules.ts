import type { Column } from '../contract.ts';
import type { Layout } from '../header.ts';
import type { Words } from './decide-value.ts';
import { longestEscape } from './write-json.ts';

/** How a cell is judged. What has no number of its own here is for the reference, unless it is empty. */
export const TEXT = 0;
export const PRICE = 1;
export const URL = 2;
export const WORD = 3;
export const GTIN = 4;
export const WHOLE_NUMBER = 5;
export const URL_LIST = 6;
export const BY_REFERENCE = 7;

/** What else is asked of a column. */
export const REQUIRED = 1;
export const IDENTIFIER = 2;
/** Warned of when it is written in capitals. */
export const PROSE = 4;
/** Becomes a list. */
export const LIST = 8;

/** The contract and one file's header as plain numbers and bytes: all that the kernel knows about columns. */
export interface Rules {
  /** Cells of a row. */
  readonly width: number;
  /** The columns that are sent, in the order of the item's fields; what follows is by the same number. */
  readonly count: number;
  readonly cell: Int32Array;
  readonly kind: Uint8Array;
  readonly asks: Uint8Array;
  /** The longest text in UTF-16 units, the highest number, the most entries of a list. */
  readonly most: Float64Array;
  readonly words: readonly Words[];
  /** What stands before each value in JSON, four bytes a number, the last ones filled up; column n's end at `keyEnds[n]`. */
  readonly keys: Int32Array;
  readonly keyEnds: Int32Array;
  /** And how many bytes it has. */
  readonly keyLengths: Int32Array;
  /** Columns by number; -1 when the file has none. */
  readonly availability: number;
  readonly price: number;
  readonly salePrice: number;
  /** An item is never longer than this and so many times its row. */
  readonly fixedBytes: number;
  readonly bytesPerByte: number;
}

/** Instead of a place: somebody else has to look at this row. */
export const DOUBT = -1;

export const OPEN_LIST = 91;
export const CLOSE_LIST = 93;

/** How an item begins, up to the text of its id; `item-id.ts` relies on it. */
export const itemHead = '{"method":"UPDATE","data":';
export const itemStart = `${itemHead}{"id":"`;
export const itemEnd = '}}\n';

const kindOf = ({ rule }: Column): number => {
  switch (rule.kind) {
    case 'text':
      return TEXT;
    case 'price':
    case 'sale-price':
      return PRICE;
    case 'url':
      return URL;
    case 'one-of':
      return WORD;
    case 'gtin':
      return GTIN;
    case 'whole-number':
      return WHOLE_NUMBER;
    case 'url-list':
      return URL_LIST;
    case 'label-list':
    case 'date':
    case 'date-range':
    case 'weight':
      return BY_REFERENCE;
  }
};

const mostOf = ({ rule }: Column): number => {
  if (rule.kind === 'text') return rule.longest;
  if (rule.kind === 'whole-number') return rule.highest;
  return rule.kind === 'url-list' ? rule.most : 0;
};

const wordsOf = ({ rule }: Column): Words => {
  const words = rule.kind === 'one-of' ? rule.values.map((value) => Buffer.from(value)) : [];
  return { bytes: Buffer.concat(words), ends: endsOf(words) };
};

const endsOf = (pieces: readonly ArrayLike<unknown>[]): Int32Array => {
  let end = 0;
  return Int32Array.from(pieces, ({ length }) => (end += length));
};

/** Bytes as numbers of four bytes each, the last one filled up with 0. */
const fours = (bytes: Buffer): number[] => {
  const filled = Buffer.concat([bytes], 4 * Math.ceil(bytes.length / 4));
  return Array.from({ length: filled.length / 4 }, (_, n) => filled.readInt32LE(4 * n));
};

const isList = ({ rule }: Column): boolean => rule.kind === 'url-list' || rule.kind === 'label-list';

/** The rules for the rows of a file with this header. */
export const rulesFor = (layout: Layout): Rules => {
  const placed: { column: Column; index: number }[] = [...layout.required, ...layout.extras];
  const columns = placed.map(({ column }) => column);
  const numberOf = (name: string): number => columns.findIndex((column) => column.name === name);
  const asksOf = (column: Column, n: number): number =>
    (n < layout.required.length ? REQUIRED : 0) |
    (column.identifier === true ? IDENTIFIER : 0) |
    (column.name === 'title' || column.name === 'description' ? PROSE : 0) |
    (isList(column) ? LIST : 0);
  const keys = columns.map(({ field }, n) =>
    Buffer.from(n === 0 ? itemStart.slice(0, -1) : `,${JSON.stringify(field)}:`),
  );
  return {
    width: layout.width,
    count: columns.length,
    cell: Int32Array.from(placed, ({ index }) => index),
    kind: Uint8Array.from(columns, kindOf),
    asks: Uint8Array.from(columns, asksOf),
    most: Float64Array.from(columns, mostOf),
    words: columns.map(wordsOf),
    keys: Int32Array.from(keys.flatMap(fours)),
    keyEnds: endsOf(keys.map(fours)),
    keyLengths: Int32Array.from(keys, ({ length }) => length),
    availability: numberOf('availability'),
    price: numberOf('price'),
    salePrice: numberOf('sale_price'),
    // Each value has two quotes, or brackets.
    fixedBytes: Buffer.concat(keys).length + 4 * columns.length + itemEnd.length,
    bytesPerByte: longestEscape,
  };
};
