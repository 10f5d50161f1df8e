import { noCarriedRows, noRows, type RowCounts } from '@catalog-sync/shared/records/transform.ts';
import type { FinishedSync } from '../sync-view.ts';
import { isClean, resultOf } from './result.ts';

const rows = (some: Partial<RowCounts>): RowCounts => ({ ...noRows, ...some });
const sync = (some: Partial<FinishedSync>): FinishedSync => ({
  id: 'default-000001',
  catalog: 'default',
  status: 'settled',
  files: [],
  rows: rows({}),
  carriedRows: noCarriedRows,
  withheld: 0,
  warnings: [],
  items: { sent: 0, deleted: 0 },
  batches: [],
  day: '2026/11/23',
  ...some,
});
const addsUp = ({ valid, superseded, unchanged, accepted, errored, held, carried }: RowCounts): boolean =>
  valid === superseded + unchanged + accepted + errored + held + carried;

describe('what a run came to', () => {
  test('rows that one sync carried and the next sent are counted where they ended', () => {
    const first = sync({ rows: rows({ landed: 5, valid: 5, accepted: 2, carried: 3 }) });
    const second = sync({
      id: 'default-000002',
      carriedRows: { ...noCarriedRows, taken: 3, accepted: 2, errored: 1 },
    });
    const result = resultOf([first, second], undefined, []);
    expect(result.rows).toEqual(rows({ landed: 5, valid: 5, accepted: 4, errored: 1 }));
    expect(addsUp(result.rows)).toBe(true);
  });

  test('rows carried since before the run are not its rows', () => {
    const only = sync({
      rows: rows({ landed: 1, valid: 1, accepted: 1 }),
      carriedRows: { ...noCarriedRows, taken: 9, accepted: 9 },
    });
    expect(resultOf([only], undefined, []).rows).toEqual(rows({ landed: 1, valid: 1, accepted: 1 }));
  });

  test('a held plan is a sync of its own kind, and its rows are held', () => {
    const held = {
      id: 'default-000002',
      catalog: 'default',
      plan: { rows: rows({ landed: 2, valid: 2, held: 2 }) },
    };
    const result = resultOf([], held, []);
    expect(result.syncs).toEqual([{ id: 'default-000002', catalog: 'default', status: 'held', files: [] }]);
    expect(result.rows.held).toBe(2);
    expect(isClean(result)).toBe(false);
  });

  test.each([
    [
      'accepted, unchanged and superseded rows',
      { rows: rows({ landed: 3, valid: 3, accepted: 1, unchanged: 1, superseded: 1 }) },
      true,
    ],
    ['a rejected row', { rows: rows({ landed: 1, rejected: 1 }) }, false],
    ['an errored row', { rows: rows({ landed: 1, valid: 1, errored: 1 }) }, false],
    ['a carried row', { rows: rows({ landed: 1, valid: 1, carried: 1 }) }, false],
    [
      'a refused file',
      { files: [{ key: 'data/a.csv', outcome: 'refused', at: null, reportKey: null, why: 'x' }] },
      false,
    ],
    ['a refused delete', { batches: [{ batchId: 'b', handle: 'h', items: 1, status: 'refused' }] }, false],
    [
      'a batch of which nobody knows, whose rows went out again',
      { batches: [{ batchId: 'b', handle: 'h', items: 1, status: 'unknown' }] },
      true,
    ],
    ['a failed validation', { status: 'failed-validation' }, false],
  ])('%s: clean is told apart from findings', (_what, some, clean) => {
    expect(isClean(resultOf([sync(some)], undefined, []))).toBe(clean);
  });
});
