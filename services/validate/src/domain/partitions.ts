import type { LandedFile } from '@catalog-sync/shared/records/ingest.ts';

type Landed = Pick<LandedFile, 'key' | 'size'>;

/** Rows of product feeds are longer, but for the barest: better too many partitions than one that is too large. */
const BYTES_A_ROW = 300;
/** Product feeds pack 4 to 20 times. */
const GZIP_RATIO = 10;
/** A thousand partitions of an eighth of a million products: more than any catalog has. */
const MOST_BITS = 10;
/** What a known product takes in the state: 40 bytes and its id. */
const BYTES_AN_ENTRY = 60;

/** What the files hold, as far as their names and sizes tell: a gzip file is known by its name alone before it is read. */
const bytesIn = (files: readonly Landed[]): number =>
  files.reduce((sum, { key, size }) => sum + (key.toLowerCase().endsWith('.gz') ? GZIP_RATIO * size : size), 0);

/**
 * Rows go into 2^bits partitions, as many as keep each below `partitionRows` products; never fewer than the state has,
 * for a state is cut finer and not joined. All workers at a sync come to the same, from its files and the state alone.
 */
export const partitionBits = (files: readonly Landed[], partitionRows: number, bitsOfState: number): number => {
  const wanted = Math.ceil(Math.log2(Math.max(1, bytesIn(files) / BYTES_A_ROW / partitionRows)));
  return Math.max(bitsOfState, Math.min(wanted, MOST_BITS));
};

/**
 * Whether to read what Meta holds before the files: it keeps items of unchanged rows from being written, and costs no more
 * than that as long as the files are no smaller than the state.
 */
export const worthKnowing = (files: readonly Landed[], entries: number): boolean =>
  bytesIn(files) >= BYTES_AN_ENTRY * entries;
