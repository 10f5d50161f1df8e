/** What is read at most, so that no file can exhaust memory or run for ever. Sizes in bytes. */
export interface Limits {
  /** One row, quoted line breaks included. */
  recordBytes: number;
  columns: number;
  /** The whole file, unpacked. Meta's largest catalogs are about 15 million products of under 1 kB. */
  fileBytes: number;
  /** Unpacked size by packed size, once more than `ratioFrom` bytes are unpacked. Product feeds pack 4 to 20 times. */
  ratio: number;
  ratioFrom: number;
  /** Different ids that are remembered to warn about repeated ones; merging does not depend on it. */
  watchedIds: number;
  /** The file is read in pieces of exactly this size, however it arrives. */
  blockBytes: number;
}

export const defaultLimits: Limits = {
  recordBytes: 1_048_576,
  columns: 1_000,
  fileBytes: 64 * 1024 ** 3,
  ratio: 250,
  ratioFrom: 64 * 1024 ** 2,
  watchedIds: 1_000_000,
  blockBytes: 65_536,
};
