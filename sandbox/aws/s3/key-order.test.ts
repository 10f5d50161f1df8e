import fc from 'fast-check';
import { compareKeys } from './key-order.ts';

test('keys compare as their UTF-8 bytes do', () => {
  const key = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(key, key, (a, b) => {
      expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});
