import { partitionBits, worthKnowing } from './partitions.ts';

const csv = (size: number) => ({ key: 'data/a.csv', size });
const gzip = (size: number, key = 'data/a.csv.gz') => ({ key, size });

describe('rows of 300 bytes fall into as many partitions as hold them, of a hundred rows at most', () => {
  test.each([
    ['no file', [], 0],
    ['an empty file', [csv(0)], 0],
    ['as much as one holds', [csv(30_000)], 0],
    ['a byte more', [csv(30_001)], 1],
    ['as much as two hold', [csv(60_000)], 1],
    ['more than two hold', [csv(60_001)], 2],
    ['several files that are as much together', [csv(30_000), csv(30_001)], 2],
    ['a gzip file, which counts ten times', [gzip(3_001)], 1],
    ['a gzip file in capitals', [gzip(3_001, 'data/A.CSV.GZ')], 1],
    ['as much as 1,024 hold', [csv(30_000 * 1_024)], 10],
    ['more than that', [csv(30_000 * 5_000)], 10],
  ])('%s', (_files, files, bits) => expect(partitionBits(files, 100, 0)).toBe(bits));

  test.each([
    ['without files', [], 3],
    ['with few rows', [csv(30_001)], 3],
    ['and more when the files need more', [csv(30_000 * 16)], 4],
  ])('and never fewer than the state has: %s', (_files, files, bits) =>
    expect(partitionBits(files, 100, 3)).toBe(bits),
  );
});

describe('what Meta holds is read first', () => {
  test.each([
    ['when the files are as large as that', [csv(6_000)], true],
    ['when they unpack to as much', [gzip(600)], true],
    ['not for a few rows of a large catalog', [csv(5_999)], false],
    ['not without files', [], false],
  ])('%s', (_when, files, worth) => expect(worthKnowing(files, 100)).toBe(worth));

  test('and there is nothing to read in an empty state', () => expect(worthKnowing([], 0)).toBe(true));
});
