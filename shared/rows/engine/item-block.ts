import type { RowResult } from '../finding.ts';

/** Verdicts on rows. */
export const REJECTED = 0;
export const REJECTED_WITHOUT_ID = 1;
export const VALID = 2;
/** Within the engine alone: the reference has yet to judge the row, which `starts` there in the window. */
export const PENDING = 3;

/**
 * Some rows of a file that follow each other, as arrays by the row's place in the block: what was found, what is
 * compared, and the items as they are sent. All of it is overwritten when the next block is asked for.
 */
export interface ItemBlock {
  /** Rows in the block, and the number of the first of them in the file. */
  count: number;
  firstRow: number;
  readonly verdicts: Uint8Array;
  /** Physical line of a row's start; a file may have more lines than 32 bits count. */
  readonly lines: Float64Array;
  /** Two numbers a row: 64 bits of hash of the id in UTF-8. Of a row without a readable id they mean nothing. */
  readonly idHashes: Uint32Array;
  // Of rejected rows what follows means nothing.
  /** Two numbers a row: 64 bits of hash of the item's bytes, seeded with the mapping's version. */
  readonly fingerprints: Uint32Array;
  /** The price's amount, and its currency as a place in `currencyCodes`. */
  readonly amounts: Float64Array;
  readonly currencies: Uint8Array;
  /** The availability as a place in the contract's list. */
  readonly availabilities: Uint8Array;
  /** Where an item begins and ends in `bytes`; behind it stands a line feed. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /**
   * `bytes[0, written)` are the valid rows' items, one a line, in the order of the rows; but those of rows that the
   * reference had to judge come last.
   */
  bytes: Buffer;
  written: number;
  /** Rows about which there is something to say: all rejected ones, and valid ones with warnings. */
  told: RowResult[];
}

/** Few rows of a product are shorter than this many bytes. */
const shortRow = 64;

/** A block for the rows of so many bytes of CSV. */
export const openBlock = (sourceBytes: number): ItemBlock => {
  const mostRows = Math.max(16, Math.ceil(sourceBytes / shortRow));
  return {
    count: 0,
    firstRow: 1,
    verdicts: new Uint8Array(mostRows),
    lines: new Float64Array(mostRows),
    idHashes: new Uint32Array(2 * mostRows),
    fingerprints: new Uint32Array(2 * mostRows),
    amounts: new Float64Array(mostRows),
    currencies: new Uint8Array(mostRows),
    availabilities: new Uint8Array(mostRows),
    starts: new Int32Array(mostRows),
    ends: new Int32Array(mostRows),
    // Keys and escapes make items longer than rows.
    bytes: Buffer.alloc(2 * sourceBytes),
    written: 0,
    told: [],
  };
};

export const isFull = (block: ItemBlock): boolean => block.count === block.verdicts.length;

/** Empties the block for the rows from this one on. */
export const clear = (block: ItemBlock, firstRow: number): void => {
  block.count = 0;
  block.firstRow = firstRow;
  block.written = 0;
  block.told = [];
};

/** Makes room for so many bytes more. */
export const makeRoom = (block: ItemBlock, bytes: number): void => {
  const needed = block.written + bytes;
  if (needed <= block.bytes.length) return;
  const larger = Buffer.alloc(Math.max(needed, 2 * block.bytes.length));
  block.bytes.copy(larger, 0, 0, block.written);
  block.bytes = larger;
};
