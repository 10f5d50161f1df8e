import { noRows, type Plan } from '@catalog-sync/shared/records/transform.ts';
import type { FileValidation, Validation } from '@catalog-sync/shared/records/validate.ts';
import { batchEntry, file, itemError, OPENED, settledBatch } from '../testing/build.ts';
import { emptyReport, openTally, reportOf } from './report.ts';
import type { Settled } from './settle.ts';

const head = { id: 'default-000002', catalog: 'default', sync: 2 as never, openedAt: OPENED };
const judged = (key: string, more: Partial<FileValidation> = {}): FileValidation => ({
  key,
  versionId: 'v1',
  order: file(1),
  outcome: 'usable',
  landed: 3,
  valid: 2,
  rejected: 1,
  reportKey: null,
  why: null,
  ...more,
});
const validation = (...files: FileValidation[]): Validation => ({
  files,
  bits: 0,
  mapping: 1,
  parts: [],
  wholeFeeds: [],
  notes: ['a note'],
});
const plan = {
  rows: { ...noRows, landed: 6, valid: 5, rejected: 1, unchanged: 1, held: 4 },
  carriedRows: { taken: 1, superseded: 0, unchanged: 0, errored: 0, carried: 0 },
  warnings: ['a warning'],
} as unknown as Plan;
const item = (
  id: string,
  outcome: Settled['items'][number]['outcome'],
  from: Settled['items'][number]['from'] = 'file',
  op: 'UPDATE' | 'DELETE' = 'UPDATE',
) => ({ entry: batchEntry(id, { op }), from, outcome });

describe('the report of a settled sync', () => {
  const { leaf } = settledBatch([batchEntry('b')], { status: 'partly', errored: ['b'] });
  const tally = openTally(plan);
  tally.add([item('a', 'accepted'), item('b', 'errored'), item('c', 'unknown')]);
  tally.add([
    item('d', 'parked'),
    item('e', 'accepted', 'carried'),
    item('f', 'accepted', 'asked'),
    item('g', 'accepted', 'file', 'DELETE'),
    item('h', 'unknown', 'file', 'DELETE'),
  ]);
  const report = reportOf(
    head,
    validation(judged('data/a.csv'), judged('data/b.csv', { outcome: 'refused', why: 'no price' })),
    plan,
    { leaves: [leaf] },
    tally,
    { refused: 1, unknown: 3 },
  );

  test('counts each row where it landed or was carried to, and asks and deletes not among rows', () => {
    expect(report.rows).toEqual({
      ...noRows,
      landed: 6,
      valid: 5,
      rejected: 1,
      unchanged: 1,
      accepted: 1,
      errored: 2,
      carried: 1,
    });
    expect(report.carriedRows).toEqual({ taken: 1, superseded: 0, unchanged: 0, accepted: 1, errored: 0, carried: 0 });
    expect(report.items).toEqual({ sent: 6, deleted: 1 });
  });

  test('names what Meta refused, in its words, and what nobody knows', () => {
    expect(report.errors[0]).toEqual(itemError('b'));
    expect(report.errors.slice(1).map(({ id, stage }) => [id, stage])).toEqual([
      ['c', 'unknown'],
      ['d', 'unknown'],
      ['h', 'unknown'],
    ]);
    expect(report.errors.find(({ id }) => id === 'd')?.remedy).toMatch(/ask for it again/);
  });

  test('says where each file goes', () =>
    expect(report.files.map(({ key, outcome, why }) => [key, outcome, why])).toEqual([
      ['data/a.csv', 'archived', null],
      ['data/b.csv', 'refused', 'no price'],
    ]));

  test('tells of all products in trouble, and which warnings are about files', () => {
    expect([report.troubled, report.misdescribed]).toEqual([{ refused: 1, unknown: 3 }, ['a note']]);
  });

  test('has batches and warnings', () => {
    expect(report.batches).toEqual([{ batchId: leaf.batchId, handle: 'h1', items: 1, status: 'partly' }]);
    expect([report.status, report.warnings]).toEqual(['settled', ['a warning']]);
  });
});

describe('the report of a sync that sent nothing', () => {
  const files = validation(judged('data/a.csv'), judged('data/b.csv', { outcome: 'refused', why: 'no price' }));

  test('refuses all files of a discarded plan, each with its reason', () =>
    expect(emptyReport(head, files, 'discarded', null).files.map(({ outcome, why }) => [outcome, why])).toEqual([
      ['refused', 'the plan was discarded by a person'],
      ['refused', 'no price'],
    ]));

  test('says who discarded the plan, where that is known', () =>
    expect(emptyReport(head, files, 'discarded', 'kim').files[0]?.why).toMatch(/discarded by kim: ask there/));

  test('counts no rows of refused files', () =>
    expect(emptyReport(head, files, 'discarded', null).rows).toEqual(noRows));

  test('of a failed validation leaves each file as it was judged', () => {
    const report = emptyReport(head, files, 'failed-validation', null);
    expect([report.troubled, report.misdescribed]).toEqual([null, []]);
    expect([report.status, report.files.map(({ outcome }) => outcome), report.warnings]).toEqual([
      'failed-validation',
      ['archived', 'refused'],
      ['a note'],
    ]);
  });
});
