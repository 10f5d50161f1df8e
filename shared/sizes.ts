/** How much is held at once: what keeps every function's memory flat, whatever the feed. Tests make them small. */
export interface Sizes {
  /** Products of a partition at most, as far as bytes tell. */
  partitionRows: number;
  /** Of rows and items on their way into objects, over all partitions. */
  chunkBytes: number;
  /** Of tables of rows whose items are written, on their way into one object. */
  tablesBytes: number;
  /** Landed objects above `shardAbove` are read in ranges of `shardBytes`. */
  shardAbove: number;
  shardBytes: number;
  /** What is to be sent is kept from counting to writing, as long as it is no more than this; else it is folded once more. */
  keptCandidates: number;
  /** What was sent is settled in portions of about so many items. */
  settledItems: number;
}

export const sizes: Readonly<Sizes> = {
  partitionRows: 125_000,
  chunkBytes: 32_000_000,
  tablesBytes: 12_000_000,
  shardAbove: 256_000_000,
  shardBytes: 128_000_000,
  keptCandidates: 100_000,
  settledItems: 40_000,
};
