import fc from 'fast-check';
import { stretchesOf } from './stretches.ts';

describe('stretches of partitions', () => {
  test.each<[string, number[], number, [number, number][]]>([
    ['all at once, where that is little', [1, 2, 3], 6, [[0, 3]]],
    [
      'what a first load sends, which lies in the first of them',
      [9, 9, 9, 0, 0, 0],
      18,
      [
        [0, 2],
        [2, 6],
      ],
    ],
    [
      'one of them alone, when it holds more',
      [1, 99, 1],
      10,
      [
        [0, 1],
        [1, 2],
        [2, 3],
      ],
    ],
    ['none that hold anything', [0, 0], 10, [[0, 2]]],
  ])('hold %s', (_what, counts, most, expected) =>
    expect(stretchesOf(counts, most).map(({ from, to }) => [from, to])).toEqual(expected),
  );

  test('hold each partition once, and no more than they may', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 20 }), { minLength: 1 }), fc.integer({ min: 1, max: 50 }), (counts, most) => {
        const stretches = stretchesOf(counts, most);
        expect(stretches.flatMap(({ from, to }) => counts.slice(from, to))).toEqual(counts);
        for (const { from, to } of stretches) {
          const within = counts.slice(from, to).filter((count) => count > 0);
          expect(within.length <= 1 || within.reduce((sum, count) => sum + count, 0) <= most).toBe(true);
        }
      }),
    );
  });
});
