import fc from 'fast-check';
import { hashKey, highOf, keyOfHash, lowOf, partitionOf } from './id-hash.ts';

const number = fc.integer({ min: 0, max: 0xffffffff });

test('a hash is sixteen digits, that sort as its numbers do', () => {
  fc.assert(
    fc.property(number, number, number, number, (high, low, otherHigh, otherLow) => {
      const [key, other] = [keyOfHash(high, low), keyOfHash(otherHigh, otherLow)];
      expect(key).toMatch(/^[0-9a-f]{16}$/);
      expect([highOf(key), lowOf(key)]).toEqual([high, low]);
      expect(key < other).toBe(high < otherHigh || (high === otherHigh && low < otherLow));
    }),
  );
});

test('a product belongs to the partition of the top bits of its hash, the parts of which lie within it', () => {
  expect([0, 1, 3].map((bits) => partitionOf(0xffffffff, bits))).toEqual([0, 1, 7]);
  fc.assert(
    fc.property(number, fc.integer({ min: 0, max: 9 }), (high, bits) => {
      expect(partitionOf(high, bits)).toBe(Math.floor(high / 2 ** (32 - bits)));
      expect(partitionOf(high, bits + 1) >> 1).toBe(partitionOf(high, bits));
    }),
  );
});

test('an id is hashed by its bytes', () => {
  expect(hashKey('sku-1')).toBe(hashKey('sku-1'));
  expect(new Set(['sku-1', 'sku-2', 'SKU-1', 'é', 'e\u0301', ''].map(hashKey)).size).toBe(6);
});
