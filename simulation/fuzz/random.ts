export interface Random {
  /** A whole number from 0, below `n`. */
  below(n: number): number;
  pick<A>(list: readonly A[]): A;
  /** True once in `n` times. */
  oneIn(n: number): boolean;
}

/** The same stream of choices for the same seed on every machine (mulberry32), so that a run can be run again. */
export const randomOf = (seed: number): Random => {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number): number => Math.floor(next() * n);
  return { below, pick: (list) => list[below(list.length)]!, oneIn: (n) => below(n) === 0 };
};

/** A seed out of an input's own bytes (FNV-1a): what is chosen for an input is the same whenever it comes. */
export const seedOf = (bytes: Uint8Array): number => {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
};
