/**
 * MurmurHash3_x86_128 by Austin Appleby (public domain), of which the first 64 bits are kept: two 32-bit numbers.
 * Four lanes of 32-bit arithmetic, which is what JavaScript has without BigInt; xxh64 multiplies 64 bits and is slow here.
 * It is no protection against somebody who makes collisions on purpose: a shop could only hide its own changes from itself.
 * Source: github.com/aappleby/smhasher, src/MurmurHash3.cpp
 */

const imul = Math.imul;

const mixed = (given: number): number => {
  let h = given;
  h = imul(h ^ (h >>> 16), 0x85ebca6b);
  h = imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
};

const rotated = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

/** Up to four bytes from `at` on as a number; bytes from `to` on count as 0. */
const wordAt = (bytes: DataView, at: number, to: number): number => {
  let word = 0;
  for (let i = Math.min(to, at + 4) - 1; i >= at; i--) word = (word << 8) | bytes.getUint8(i);
  return word;
};

/** Writes the hash of `bytes[from, to)` to `into[at]` and `into[at + 1]`. */
export const hash64 = (
  bytes: DataView,
  from: number,
  to: number,
  seed: number,
  into: Uint32Array,
  at: number,
): void => {
  // Constants and imul are the function's own: those of a module are looked up again for each word once it is bundled.
  const imul = Math.imul;
  const c1 = 0x239b961b;
  const c2 = 0xab0e9789 | 0;
  const c3 = 0x38b34ae5;
  const c4 = 0xa1e38b93 | 0;
  let h1 = seed | 0;
  let h2 = h1;
  let h3 = h1;
  let h4 = h1;
  const blocks = from + ((to - from) & ~15);
  let i = from;
  for (; i < blocks; i += 16) {
    h1 ^= imul(rotated(imul(bytes.getInt32(i, true), c1), 15), c2);
    h1 = (imul(rotated(h1, 19) + h2, 5) + 0x561ccd1b) | 0;
    h2 ^= imul(rotated(imul(bytes.getInt32(i + 4, true), c2), 16), c3);
    h2 = (imul(rotated(h2, 17) + h3, 5) + 0x0bcaa747) | 0;
    h3 ^= imul(rotated(imul(bytes.getInt32(i + 8, true), c3), 17), c4);
    h3 = (imul(rotated(h3, 15) + h4, 5) + 0x96cd1c35) | 0;
    h4 ^= imul(rotated(imul(bytes.getInt32(i + 12, true), c4), 18), c1);
    h4 = (imul(rotated(h4, 13) + h1, 5) + 0x32ac3b17) | 0;
  }
  // A word of zeros changes nothing, as in the original, which leaves it out.
  if (i < to) {
    h1 ^= imul(rotated(imul(wordAt(bytes, i, to), c1), 15), c2);
    h2 ^= imul(rotated(imul(wordAt(bytes, i + 4, to), c2), 16), c3);
    h3 ^= imul(rotated(imul(wordAt(bytes, i + 8, to), c3), 17), c4);
    h4 ^= imul(rotated(imul(wordAt(bytes, i + 12, to), c4), 18), c1);
  }
  const length = to - from;
  h1 ^= length;
  h2 ^= length;
  h3 ^= length;
  h4 ^= length;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = mixed((h3 + h1) | 0);
  h4 = mixed((h4 + h1) | 0);
  h1 = mixed(h1);
  h2 = mixed(h2);
  h1 = (h1 + h2 + h3 + h4) | 0;
  into[at] = h1;
  into[at + 1] = h2 + h1;
};

/** The same of a buffer of its own, for what does not come by the million. */
export const hashBytes = (bytes: Uint8Array, seed: number): Uint32Array => {
  const into = new Uint32Array(2);
  hash64(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, bytes.length, seed, into, 0);
  return into;
};
