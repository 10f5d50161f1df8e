export interface Counts {
  rows: number;
  valid: number;
}

/** What a peer did and took. */
export interface Run extends Counts {
  /** User and system, of the whole process, its start included. */
  cpuSeconds: number;
  peakRss: number;
}

/** Peers that are modules of this folder. */
export type ModuleName = 'engine' | 'libraries' | 'reference';

export interface Peer {
  name: ModuleName | 'pandas';
  what: string;
  /** It writes the very same bytes as the engine. */
  sameBytes: boolean;
}

export const peers: readonly Peer[] = [
  { name: 'engine', what: 'the engine', sameBytes: true },
  { name: 'libraries', what: 'csv-parse + io-ts + JSON.stringify + SHA-1', sameBytes: true },
  { name: 'reference', what: 'readRows, which names every fault, + the same', sameBytes: true },
  { name: 'pandas', what: 'pandas, without judging and fingerprints', sameBytes: false },
];
