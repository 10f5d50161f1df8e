import { epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import { type JudgedFile, wholeFeedsOf } from './whole-feeds.ts';

const judged = (key: string, more: Partial<JudgedFile> = {}, file: Partial<JudgedFile['file']> = {}): JudgedFile => ({
  file: {
    key,
    versionId: 'v1',
    size: 1,
    order: { instant: epochMs(1000), key, age: 0 },
    landedAt: epochMs(1000),
    whole: true,
    part: null,
    rows: null,
    ...file,
  },
  place: 0,
  usable: true,
  rows: 10,
  cut: false,
  finalNewline: true,
  unreadableIds: 0,
  ...more,
});
const part = (k: number, n: number, instant: number, key = `data/full/${instant}-${k}.csv`, more = {}): JudgedFile =>
  judged(key, more, { part: { k, n }, order: { instant: epochMs(instant), key, age: 0 } });

describe('one object is a whole feed', () => {
  test('when it says so', () => {
    const one = judged('data/full/a.csv', { place: 3 });
    expect(wholeFeedsOf([one])).toEqual({ feeds: [{ order: one.file.order, files: [3] }], notes: [] });
  });

  test('also as the only part of one', () => {
    expect(wholeFeedsOf([part(1, 1, 1000)]).feeds).toHaveLength(1);
  });

  test('and not when it does not, of which nothing is noted', () => {
    expect(wholeFeedsOf([judged('data/a.csv', {}, { whole: false })])).toEqual({ feeds: [], notes: [] });
  });

  test.each<[string, Partial<JudgedFile>, Partial<JudgedFile['file']>]>([
    ['has no rows', { rows: 0 }, {}],
    ['is cut', { cut: true }, {}],
    ['has a row without a readable id', { unreadableIds: 1 }, {}],
    ['has neither a final line break nor declared rows', { finalNewline: false }, {}],
  ])('and not when it %s, of which a note is taken', (_why, more, file) => {
    const { feeds, notes } = wholeFeedsOf([judged('data/full/a.csv', more, file)]);
    expect([feeds, notes.length]).toEqual([[], 1]);
  });

  test('and not when it was refused, which is told of as such', () => {
    expect(wholeFeedsOf([judged('data/full/a.csv', { usable: false })])).toEqual({ feeds: [], notes: [] });
  });

  test('and the others of the sync are, whatever becomes of it', () => {
    const { feeds } = wholeFeedsOf([judged('data/full/a.csv', { cut: true }), judged('data/full/b.csv', { place: 1 })]);
    expect(feeds.map(({ files }) => files)).toEqual([[1]]);
  });
});

describe('parts are one whole feed', () => {
  test('when all are there, with the order of the oldest', () => {
    const all = [part(2, 3, 1002), part(1, 3, 1001), part(3, 3, 1003)].map((one, place) => ({ ...one, place }));
    const { feeds, notes } = wholeFeedsOf(all);
    expect(feeds).toEqual([{ order: all[1]!.file.order, files: [0, 1, 2] }]);
    expect(notes).toEqual([]);
  });

  test.each<[string, JudgedFile[]]>([
    ['one is missing', [part(1, 3, 1001), part(3, 3, 1003)]],
    ['one is there twice and another is missing', [part(1, 2, 1001), part(1, 2, 1002)]],
    ['they lie in two folders', [part(1, 2, 1001, 'data/a/full/1.csv'), part(2, 2, 1002, 'data/b/full/2.csv')]],
    ['they disagree about how many they are', [part(1, 2, 1001), part(2, 3, 1002)]],
    ['one of them is cut', [part(1, 2, 1001), part(2, 2, 1002, 'data/full/2.csv', { cut: true })]],
    ['one of them was refused', [part(1, 2, 1001), part(2, 2, 1002, 'data/full/2.csv', { usable: false })]],
    [
      'each of two feeds lacks another part, though together they have all',
      [part(1, 3, 1001), part(2, 3, 1002), part(1, 3, 2001), part(3, 3, 2003)],
    ],
  ])('and not when %s: each is noted', (_why, all) => {
    const { feeds, notes } = wholeFeedsOf(all);
    expect(feeds).toEqual([]);
    expect(notes).toHaveLength(all.length);
  });

  test('also when two catalogs’ folders hold one each', () => {
    const all = ['data/a/full/', 'data/b/full/'].flatMap((folder) => [
      part(1, 2, 1001, `${folder}1.csv`),
      part(2, 2, 1002, `${folder}2.csv`),
    ]);
    expect(wholeFeedsOf(all).feeds).toHaveLength(2);
  });
});
