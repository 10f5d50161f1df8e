import { epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import { archiveName, otherArchiveName } from './archive-name.ts';

describe('the name in the archive', () => {
  test.each([
    ['a used file', 'archive', 'data/a.csv', Date.UTC(2026, 10, 23, 12), 'archive/2026/11/23/a.csv'],
    [
      'a refused file, with its folders',
      'refused',
      'data/shoes/full/a.csv.gz',
      Date.UTC(2026, 0, 2),
      'refused/2026/01/02/shoes/full/a.csv.gz',
    ],
    [
      'a file of the last moment of a day, in UTC',
      'archive',
      'data/a.csv',
      Date.UTC(2026, 10, 23, 23, 59, 59, 999),
      'archive/2026/11/23/a.csv',
    ],
  ] as const)('%s', (_what, to, key, at, expected) => expect(archiveName(to, key, epochMs(at))).toBe(expected));

  test.each([
    ['archive/2026/11/23/a.csv', 'archive/2026/11/23/a-01234567.csv'],
    ['archive/2026/11/23/a.csv.gz', 'archive/2026/11/23/a-01234567.csv.gz'],
    ['archive/2026/11/23/b.csv/A.CSV', 'archive/2026/11/23/b.csv/A-01234567.CSV'],
  ])('of another version: %s', (name, expected) => expect(otherArchiveName(name, '0123456789abcdef')).toBe(expected));
});
