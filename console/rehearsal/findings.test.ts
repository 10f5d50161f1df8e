import type { FileValidation } from '@catalog-sync/shared/records/validate.ts';
import { findingsOf, nothingPlanned } from './findings.ts';

const file = (more: Partial<FileValidation> = {}): FileValidation => ({
  key: 'data/1-a.csv',
  versionId: 'v1',
  order: { instant: 0 as never, key: 'data/1-a.csv', age: 0 },
  outcome: 'usable',
  landed: 3,
  valid: 3,
  rejected: 0,
  reportKey: null,
  why: null,
  ...more,
});
const validation = (...files: FileValidation[]) => ({
  files,
  bits: 0,
  mapping: 1,
  parts: [],
  wholeFeeds: [],
  notes: [],
});

const PATHS = new Map([['data/1-a.csv', 'feeds/a.csv']]);

describe('what is found in files', () => {
  test.each([
    ['nothing of a clean one', file(), []],
    [
      'rows that are rejected',
      file({ rejected: 2, reportKey: 'r' }),
      ['feeds/a.csv: 2 of its 3 rows rejected, `catalog-sync check feeds/a.csv` names each'],
    ],
    [
      'warnings',
      file({ reportKey: 'r' }),
      ['feeds/a.csv: there are warnings, `catalog-sync check feeds/a.csv` names each'],
    ],
    [
      'why one is refused',
      file({ outcome: 'refused', why: 'it is empty', reportKey: 'r' }),
      ['feeds/a.csv is refused: it is empty'],
    ],
  ])('is %s', (_what, one, found) => expect(findingsOf(validation(one), PATHS, [])).toEqual(found));

  test('is what is no product file', () =>
    expect(findingsOf(null, PATHS, ['a.txt'])).toEqual(['a.txt is left alone: product files end in .csv or .csv.gz']));
});

test('a sync without a plan changes nothing, and says why a feed is not whole', () =>
  expect(nothingPlanned({ ...validation(), notes: ['it is cut'] })).toMatchObject({
    counts: { creates: 0, updates: 0, deletes: 0, unchanged: 0, rejected: 0 },
    warnings: ['it is cut'],
  }));
