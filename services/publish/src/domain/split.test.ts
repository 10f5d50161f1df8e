import fc from 'fast-check';
import { cut } from './split.ts';

describe('cutting a batch', () => {
  test.each<[string, string[], string[], 'rest' | 'halves', ReturnType<typeof cut>]>([
    ['in halves', ['A', 'B', 'C'], [], 'halves', { errored: [], again: [[0, 1], [2]] }],
    ['the rest', ['A', 'B', 'C'], ['B'], 'rest', { errored: [1], again: [[0, 2]] }],
    ['the rest in halves', ['A', 'B', 'C'], ['A'], 'halves', { errored: [0], again: [[1], [2]] }],
    ['one left over', ['A', 'B'], ['A'], 'halves', { errored: [0], again: [[1]] }],
  ])('%s', (_name, ids, errored, into, expected) => expect(cut(ids, new Set(errored), into)).toEqual(expected));

  test('each item is in exactly one child, in the order of the batch', () => {
    const ids = fc.uniqueArray(fc.string(), { minLength: 2 });
    fc.assert(
      fc.property(ids, fc.infiniteStream(fc.boolean()), fc.constantFrom('rest', 'halves'), (all, coins, into) => {
        const errored = new Set(all.filter(() => coins.next().value));
        const { errored: named, again } = cut(all, errored, into);
        expect([...named, ...again.flat()].sort((a, b) => a - b)).toEqual(all.map((_, place) => place));
        for (const part of again) expect(part).toEqual([...part].sort((a, b) => a - b));
      }),
    );
  });
});
