/** Chance without a running stream: what is drawn depends on the seed and on a name alone, so that leaving one thing out moves nothing else. */

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const GOLDEN = 0x9e3779b1;

/** Murmur3's finalizer: spreads what FNV-1a leaves close together. */
const spread = (bits: number): number => {
  let h = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};

const takenIn = (bits: number, text: string): number => {
  let h = bits;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), FNV_PRIME);
  return h;
};
const begun = (seed: number): number => FNV_OFFSET ^ Math.imul(seed | 0, GOLDEN);
const SPACE = 32;

/** 32 bits of a seed and a name. */
export const hash = (seed: number, name: string): number => spread(takenIn(begun(seed), name));

/** The hash of `who what`, without building that text. */
export const hashOfTwo = (seed: number, who: string, what: string): number =>
  spread(takenIn(Math.imul(takenIn(begun(seed), who) ^ SPACE, FNV_PRIME), what));

/** Another 32 bits, of a hash and a number: without building a text. */
export const rehash = (of: number, n: number): number => spread(of ^ Math.imul(n + 1, GOLDEN));

/** A hash as a number from 0 up to 1. */
export const shareOf = (bits: number): number => bits / 2 ** 32;

/** A number from 0 up to 1. */
export const share = (seed: number, name: string): number => shareOf(hash(seed, name));

/** Draws that belong to one thing: each by its name below that of the thing. */
export interface Draw {
  /** From 0 up to 1. */
  share(name: string): number;
  chance(name: string, probability: number): boolean;
  /** A whole number, both ends included. */
  whole(name: string, from: number, to: number): number;
  /** Small numbers often, large ones rarely: evenly spread by their logarithm. Both more than 0. */
  spread(name: string, from: number, to: number): number;
  one<A>(name: string, of: readonly A[]): A;
  below(name: string): Draw;
}

export const draw = (seed: number, prefix = ''): Draw => {
  const of = (name: string): number => share(seed, `${prefix}${name}`);
  return {
    share: of,
    chance: (name, probability) => of(name) < probability,
    whole: (name, from, to) => from + Math.floor(of(name) * (to - from + 1)),
    spread: (name, from, to) => from * (to / from) ** of(name),
    one: (name, all) => {
      const found = all[Math.floor(of(name) * all.length)];
      if (found === undefined) throw new Error(`nothing to choose from for ${prefix}${name}`);
      return found;
    },
    below: (name) => draw(seed, `${prefix}${name}/`),
  };
};
