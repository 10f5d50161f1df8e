import fc from 'fast-check';
import { epochMs } from './instant.ts';
import { compareFiles, compareRows, type FileOrder, rowOrder } from './order.ts';

const file = (instant: number, key = 'data/a.csv', age = 0): FileOrder => ({ instant: epochMs(instant), key, age });

describe('the order of files', () => {
  test.each([
    ['the one that landed earlier is older', file(1000), file(2000)],
    ['the instant counts before the key', file(1000, 'data/z.csv'), file(2000, 'data/a.csv')],
    ['at the same instant the key decides', file(1000, 'data/a.csv'), file(1000, 'data/b.csv')],
    ['keys compare by their characters, not by a language', file(1000, 'data/Z.csv'), file(1000, 'data/a.csv')],
    ['the key counts before the age', file(1000, 'data/a.csv', 5), file(1000, 'data/b.csv', 0)],
    ['of one key at one instant, the version that S3 had first is older', file(1000, 'k', 9), file(1000, 'k', 10)],
  ])('%s', (_why, older, newer) => {
    expect(compareFiles(older, newer)).toBeLessThan(0);
    expect(compareFiles(newer, older)).toBeGreaterThan(0);
  });

  test('a file is as old as itself', () => expect(compareFiles(file(1000), file(1000))).toBe(0));
});

describe('the order of rows', () => {
  test.each([
    ['a later row of a file is newer', rowOrder(file(1000), 9), rowOrder(file(1000), 10)],
    ['any row of a newer file is newer', rowOrder(file(1000), 99), rowOrder(file(2000), 1)],
    ['what a whole feed ends is older than its rows', rowOrder(file(1000), 0), rowOrder(file(1000), 1)],
  ])('%s', (_why, older, newer) => {
    expect(compareRows(older, newer)).toBeLessThan(0);
    expect(compareRows(newer, older)).toBeGreaterThan(0);
  });

  const anyRow = fc
    .tuple(fc.integer({ min: 0, max: 2 }), fc.constantFrom('a', 'b', 'B'), fc.nat(2), fc.nat(2))
    .map(([instant, key, age, row]) => rowOrder(file(instant, key, age), row));

  test('it is total: any three rows can be put into one line', () => {
    fc.assert(
      fc.property(anyRow, anyRow, anyRow, (a, b, c) => {
        expect(Math.sign(compareRows(a, b))).toBe(0 - Math.sign(compareRows(b, a)));
        if (compareRows(a, b) <= 0 && compareRows(b, c) <= 0) expect(compareRows(a, c)).toBeLessThanOrEqual(0);
        if (compareRows(a, b) === 0) expect(a).toEqual(b);
      }),
    );
  });
});
