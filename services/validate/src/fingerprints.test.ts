import fc from 'fast-check';
import { openFingerprints } from './fingerprints.ts';

const small = fc.integer({ min: 0, max: 3 });
const number = fc.oneof(small, fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.constant(2 ** 32 - 1));
const fingerprint = fc.tuple(number, number).filter(([high, low]) => high !== 0 || low !== 0);

describe('a set of fingerprints', () => {
  test('holds what was added and nothing else, however much they collide', () =>
    fc.assert(
      fc.property(fc.array(fingerprint), fc.array(fingerprint), (added, others) => {
        const set = openFingerprints(added.length);
        for (const [high, low] of added) set.add(high, low);
        const texts = new Set(added.map(String));
        for (const one of [...added, ...others]) expect(set.has(...one)).toBe(texts.has(String(one)));
      }),
    ));

  test('of none holds none', () => expect(openFingerprints(0).has(1, 2)).toBe(false));

  test('takes no more than it was made for, lest a search never end', () => {
    const set = openFingerprints(1);
    set.add(1, 2);
    expect(() => set.add(3, 4)).toThrow('more than 1');
  });
});
