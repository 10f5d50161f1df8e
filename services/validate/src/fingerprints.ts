/**
 * A set of fingerprints of 64 bits, two numbers each. One array of numbers: a Set of a million texts takes ten times the
 * memory, and a look at it ten times as long.
 */
export interface Fingerprints {
  add(high: number, low: number): void;
  has(high: number, low: number): boolean;
}

/** At this load a search looks at two places on average. */
const MOST_FILLED = 0.6;

/** @param most as many may be added */
export const openFingerprints = (most: number): Fingerprints => {
  const size = Math.ceil(most / MOST_FILLED) + 1;
  const end = 2 * size;
  // Two zeros are a free place; as a fingerprint they mean "none" (`shared/baseline/entries.ts`), so nobody looks for them.
  const places = new Uint32Array(end);
  let left = most;

  /** Where a fingerprint stands, or the free place where it belongs. */
  const placeOf = (high: number, low: number): number => {
    let at = 2 * Math.floor((low / 2 ** 32) * size);
    while ((places[at] !== low || places[at + 1] !== high) && (places[at] !== 0 || places[at + 1] !== 0)) {
      at += 2;
      if (at === end) at = 0;
    }
    return at;
  };
  return {
    add: (high, low) => {
      if (left-- <= 0) throw new Error(`more than ${most} fingerprints`);
      const at = placeOf(high, low);
      places[at] = low;
      places[at + 1] = high;
    },
    has: (high, low) => {
      const at = placeOf(high, low);
      return places[at] !== 0 || places[at + 1] !== 0;
    },
  };
};
