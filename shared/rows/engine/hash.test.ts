import { hash64, hashBytes } from './hash.ts';
import { openSeen } from './seen.ts';

const bitsOf = (x: number): number => {
  let bits = 0;
  for (let left = x >>> 0; left !== 0; left >>>= 1) bits += left & 1;
  return bits;
};

test('it is MurmurHash3_x86_128 as far as the first 32 bits tell, by the check of its author', () => {
  // SMHasher's VerificationTest: hashes of the keys 0, 1, 2 … with falling seeds, hashed together.
  const all = new Uint8Array(256 * 16);
  const view = new DataView(all.buffer);
  const key = Uint8Array.from({ length: 256 }, (_, n) => n);
  for (let length = 0; length < 256; length++) {
    const [first, second, third, fourth] = whole(key.subarray(0, length), 256 - length);
    for (const [n, word] of [first, second, third, fourth].entries()) view.setUint32(length * 16 + 4 * n, word!, true);
  }
  expect(whole(all, 0)[0]).toBe(0xb3ece62a);
});

/** All 128 bits, written down once more as the original has them: the first 64 must be what is used. */
const whole = (bytes: Uint8Array, seed: number): number[] => {
  const rotl = (x: number, r: number) => (x << r) | (x >>> (32 - r));
  const c = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93];
  const h = [seed, seed, seed, seed];
  const turn = [15, 16, 17, 18];
  const turnAfter = [19, 17, 15, 13];
  const add = [0x561ccd1b, 0x0bcaa747, 0x96cd1c35, 0x32ac3b17];
  const mix = (k: number, n: number) => Math.imul(rotl(Math.imul(k, c[n]!), turn[n]!), c[(n + 1) % 4]!);
  const word = (at: number) =>
    [0, 1, 2, 3].reduce((all, n) => all | ((at + n < bytes.length ? bytes[at + n]! : 0) << (8 * n)), 0);
  const blocks = bytes.length - (bytes.length % 16);
  for (let at = 0; at < blocks; at += 16)
    for (const n of [0, 1, 2, 3]) {
      h[n] = h[n]! ^ mix(word(at + 4 * n), n);
      h[n] = (Math.imul(rotl(h[n]!, turnAfter[n]!) + h[(n + 1) % 4]!, 5) + add[n]!) | 0;
    }
  for (const n of [0, 1, 2, 3]) h[n] = h[n]! ^ mix(word(blocks + 4 * n), n) ^ bytes.length;
  const together = () => {
    h[0] = (h[0]! + h[1]! + h[2]! + h[3]!) | 0;
    for (const n of [1, 2, 3]) h[n] = (h[n]! + h[0]!) | 0;
  };
  together();
  for (const n of [0, 1, 2, 3]) {
    let x = h[n]!;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    h[n] = x ^ (x >>> 16);
  }
  together();
  const all = h.map((x) => x >>> 0);
  expect([...hashBytes(bytes, seed)]).toEqual(all.slice(0, 2));
  return all;
};

test('neither what lies around the bytes nor where they lie matters', () => {
  const text = Buffer.from('SKU-00000042, a mug');
  const expected = hashBytes(text, 7);
  for (const place of [0, 1, 2, 3, 5, 8]) {
    const around = Buffer.concat([Buffer.alloc(place, 255), text, Buffer.alloc(20, 255)]);
    const into = new Uint32Array(4);
    const view = new DataView(around.buffer, around.byteOffset, around.length);
    hash64(view, place, place + text.length, 7, into, 2);
    expect([...into]).toEqual([0, 0, ...expected]);
  }
});

test('a bit of the text or of the seed changes half of the bits', () => {
  const text = Buffer.from('{"id":"SKU-1","price":"12.34 USD"}');
  const before = hashBytes(text, 1);
  let changed = 0;
  for (let bit = 0; bit < text.length * 8; bit++) {
    const other = Buffer.from(text);
    other[bit >> 3]! ^= 1 << (bit & 7);
    const after = hashBytes(other, 1);
    const bits = bitsOf(before[0]! ^ after[0]!) + bitsOf(before[1]! ^ after[1]!);
    // 32 of 64, and 6 standard deviations of a fair coin to either side.
    expect(Math.abs(bits - 32)).toBeLessThan(24);
    changed += bits;
  }
  expect(Math.abs(changed / (text.length * 8) - 32)).toBeLessThan(1);
  expect(hashBytes(text, 2)).not.toEqual(before);
});

test('a million ids that follow each other have a million hashes, evenly spread', () => {
  const count = 1_000_000;
  const ids = Buffer.alloc(16);
  const view = new DataView(ids.buffer, ids.byteOffset, ids.length);
  const into = new Uint32Array(2);
  const seen = openSeen(count);
  let same = 0;
  const spread = [new Uint32Array(256), new Uint32Array(256)];
  for (let n = 0; n < count; n++) {
    const length = ids.write(`SKU-${n}`);
    hash64(view, 0, length, 0, into, 0);
    if (seen.lineBefore(into[0]!, into[1]!, n + 1) !== 0) same++;
    spread[0]![into[0]! >>> 24]!++;
    spread[1]![into[1]! & 255]!++;
  }
  expect(same).toBe(0);
  // 3,906 a bucket, with a standard deviation of 62.
  for (const buckets of spread)
    expect(Math.max(...[...buckets].map((size) => Math.abs(size - count / 256)))).toBeLessThan(6 * 63);
});
