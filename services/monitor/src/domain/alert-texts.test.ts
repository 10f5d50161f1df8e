import { epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { SyncNumber } from '@catalog-sync/shared/catalog/sync.ts';
import { noRows, type SyncReport } from '@catalog-sync/shared/records/transform.ts';
import { reportWith } from '@catalog-sync/shared/testing/report-with.ts';
import {
  accessAlert,
  accessId,
  type MetaWarning,
  planHeldAlert,
  planHeldId,
  stalledAlert,
  troublesOf,
} from './alert-texts.ts';
import { noneRejected, type Rejected } from './rejected-rows.ts';

const at = epochMs(1_700_000_000_000);
const report = (some: Partial<SyncReport>): SyncReport => reportWith({ id: 'default-000007', ...some });
const file = (key: string, outcome: 'archived' | 'refused', rejected = 0) => ({
  key,
  versionId: 'v',
  outcome,
  landed: 10,
  valid: 10 - rejected,
  rejected,
  why: outcome === 'refused' ? 'the column price is missing' : null,
  reportKey: null,
});
const error = (id: string, message: string, stage = 'verdict') => ({
  id,
  stage,
  code: null,
  message,
  remedy: 'mend the price',
});
const troubles = (
  some: Partial<SyncReport>,
  listed: MetaWarning[] = [],
  rejected: Rejected = noneRejected,
  total = listed.length,
) => troublesOf(report(some), rejected, { listed, total }, '2026/11/23', at);
const alerts = (...given: Parameters<typeof troubles>) => troubles(...given).map(({ alert }) => alert);
const kinds = (...given: Parameters<typeof troubles>) => alerts(...given).map(({ kind }) => kind);

describe('what a settled sync gives people to look at', () => {
  test('nothing, when nothing is wrong', () => expect(kinds({ files: [file('data/a.csv', 'archived')] })).toEqual([]));

  test.each([
    ['a refused file', { files: [file('data/a.csv', 'refused')] }, ['file-refused']],
    [
      'no usable file',
      { status: 'failed-validation' as const, files: [file('data/a.csv', 'refused')] },
      ['validation-failed'],
    ],
    [
      'a file that is not what it says of itself',
      { misdescribed: ['data/full/a.csv says that it is whole, but it is cut: it deletes nothing'] },
      ['file-misdescribed'],
    ],
    [
      'rows set aside',
      { files: [file('data/a.csv', 'archived', 2)], rows: { ...noRows, rejected: 2 } },
      ['rows-rejected'],
    ],
    ['items that Meta refused', { errors: [error('A', 'no')] }, ['items-errored']],
    ['items of unknown outcome', { errors: [error('A', 'no answer', 'unknown')] }, ['items-unknown']],
  ])('%s', (_what, some, expected) => expect(kinds(some)).toEqual(expected));

  test('warnings of Meta, counted by item', () => {
    const [alert] = alerts({}, [
      { id: 'A', message: 'x' },
      { id: 'A', message: 'y' },
    ]);
    expect(alert).toMatchObject({ kind: 'item-warnings', subject: expect.stringContaining('1 item(s)') });
  });

  test('warnings that Meta does not list are told of by their number', () => {
    const [alert] = alerts({}, [{ id: 'A', message: 'x' }], noneRejected, 2000);
    expect(alert?.subject).toContain('warns about more than 1 item(s)');
    expect(alert?.body).toContain('Of 1999 further warning(s) Meta says the number alone.');
  });

  test('the refused items are named, the reasons counted, the report located', () => {
    const errors = [error('A', 'bad price'), error('B', 'bad price'), error('C', 'bad link')];
    const [alert] = alerts({ errors });
    expect(alert?.body).toContain('- 2 × bad price\n- 1 × bad link');
    expect(alert?.body).toContain('Items: A, B, C');
    expect(alert?.body).toContain('2026/11/23/default-000007/report.json');
    expect(alert?.body).toContain('What to do: mend the price');
  });

  test('thousands of refused items make one alert of bounded length', () => {
    const errors = Array.from({ length: 3000 }, (_, n) => error(`SKU-${n}`, `reason ${n}`));
    const all = alerts({ errors });
    expect(all).toHaveLength(1);
    expect(all[0]?.body.length).toBeLessThan(3000);
    expect(all[0]?.body).toContain('and 2980 more');
  });

  test('so do thousands of refused files', () => {
    const files = Array.from({ length: 3000 }, (_, n) => file(`data/${n}.csv`, 'refused'));
    const [alert] = alerts({ files });
    expect(alert?.body.split('\n')).toHaveLength(52);
    expect(alert?.body).toContain('… and 2950 more');
  });

  test('rows set aside are counted by file and by reason', () => {
    const files = [file('data/a.csv', 'archived', 2), file('data/b.csv', 'archived'), file('data/c.csv', 'refused', 3)];
    const rejected: Rejected = { reasons: ['- 2 × bad-price'], essence: ['x'] };
    const alert = alerts({ files, rows: { ...noRows, rejected: 2 } }, [], rejected).at(-1);
    expect(alert?.body.split('\n')).toEqual([
      '- data/a.csv: 2 of 10 rows; its report lies beside it in archive/',
      '- 2 × bad-price',
      'The report: 2026/11/23/default-000007/report.json in the synced-products bucket.',
    ]);
  });

  test('the same sync twice is the same alert; another sync is another', () => {
    const errors = [error('A', 'no')];
    const [once, other] = [alerts({ errors })[0], alerts({ id: 'default-000008', errors })[0]];
    expect(alerts({ errors })[0]?.id).toBe(once?.id);
    expect(other?.id).not.toBe(once?.id);
  });
});

describe('what makes two troubles of a kind the same: ids and reasons, in any order, in any sync', () => {
  const refusedFor = (why: string) => ({ ...file('data/a.csv', 'refused'), why });
  const sameAs = (...given: Parameters<typeof troubles>) => troubles(...given).map(({ sameAs: same }) => same);
  const rows = { ...noRows, rejected: 2 };
  const misdescribed = (key: string, why: string): Partial<SyncReport> => ({
    files: [file(key, 'archived')],
    misdescribed: [`${key} says that it is whole, but ${why}`],
  });
  test.each<[string, Parameters<typeof troubles>, Parameters<typeof troubles>, boolean]>([
    [
      'the same items',
      [{ errors: [error('A', 'x'), error('B', 'y')] }],
      [{ id: 'default-000008', sync: 8 as SyncNumber, errors: [error('B', 'y'), error('A', 'x')] }],
      true,
    ],
    ['another item', [{ errors: [error('A', 'x')] }], [{ errors: [error('B', 'x')] }], false],
    ['another reason', [{ errors: [error('A', 'x')] }], [{ errors: [error('A', 'y')] }], false],
    ['one item more', [{ errors: [error('A', 'x')] }], [{ errors: [error('A', 'x'), error('B', 'x')] }], false],
    [
      'reasons swapped',
      [{ errors: [error('A', 'x'), error('B', 'y')] }],
      [{ errors: [error('A', 'y'), error('B', 'x')] }],
      false,
    ],
    ['the same file', [{ files: [refusedFor('cut')] }], [{ files: [refusedFor('cut')] }], true],
    ['a file refused for something else', [{ files: [refusedFor('cut')] }], [{ files: [refusedFor('empty')] }], false],
    [
      'the same rows in a file of another name',
      [{ rows, files: [file('data/a.csv', 'archived', 2)] }, [], { reasons: [], essence: ['1'] }],
      [{ rows, files: [file('data/b.csv', 'archived', 2)] }, [], { reasons: [], essence: ['1'] }],
      true,
    ],
    [
      'other rows',
      [{ rows, files: [file('data/a.csv', 'archived', 2)] }, [], { reasons: [], essence: ['1'] }],
      [{ rows, files: [file('data/a.csv', 'archived', 2)] }, [], { reasons: [], essence: ['2'] }],
      false,
    ],
    [
      'the next file with some such rows more',
      [misdescribed('data/full/a.csv', '3 of its rows have no id')],
      [misdescribed('data/full/b.csv', '12 of its rows have no id')],
      true,
    ],
    [
      'a file that is misdescribed otherwise',
      [misdescribed('data/full/a.csv', '3 of its rows have no id')],
      [misdescribed('data/full/a.csv', 'it is cut')],
      false,
    ],
    ['the same warnings', [{}, [{ id: 'A', message: 'x' }]], [{}, [{ id: 'A', message: 'x' }]], true],
    ['another warning', [{}, [{ id: 'A', message: 'x' }]], [{}, [{ id: 'A', message: 'y' }]], false],
  ])('%s', (_what, one, other, same) => {
    expect(sameAs(...one)).toHaveLength(1);
    expect(sameAs(...one)[0] === sameAs(...other)[0]).toBe(same);
  });
});

test('a stalled sync says since when, and what it waits for', () => {
  const alert = stalledAlert('default', 'default-000007', epochMs(Date.UTC(2026, 10, 23, 12, 5)), ['this', 'that'], at);
  expect(alert).toMatchObject({ kind: 'sync-stalled', sync: 'default-000007', state: 'open' });
  expect(alert.body).toMatch(/opened at 2026-11-23 12:05 UTC[\s\S]*\n- this\n- that$/);
  expect(alert.id).not.toBe(planHeldId('default', 'default-000007'));
});

describe('refused access', () => {
  const auth = (code: number, subcode: number | null) => ({
    code,
    subcode,
    since: at,
    secretVersion: '1',
    message: 'no',
  });

  test.each([
    [190, 463, /token is dead: it has expired/],
    [100, 33, /assign the catalog to the system user/],
    [200, null, /catalog_management/],
    [100, null, /META_APP_SECRET/],
    [803, null, /metaCatalogId/],
    [2635, null, /metaGraphVersion/],
    [368, null, /Business Support Home/],
    [2500, null, /no token came with the call/],
  ])('code %i says exactly what to do', (code, subcode, remedy) => {
    expect(accessAlert('default', auth(code, subcode), at).body).toMatch(remedy);
  });

  test('is one alert a catalog, whatever the code', () => {
    expect(accessAlert('default', auth(190, null), at).id).toBe(accessId('default'));
    expect(accessAlert('default', auth(200, null), at).id).toBe(accessId('default'));
  });
});

describe('a held plan', () => {
  const plan = { risks: ['deletes'], hash: 'abc' } as never;
  test.each([
    ['default', 'default-000003', ''],
    ['shoes', 'shoes-000012', ' --catalog shoes'],
  ])('of %s says what to type', (catalog, sync, of) => {
    const { body } = planHeldAlert(catalog, sync, plan, at);
    expect(body).toContain(`catalog-sync plan --sync ${Number(sync.slice(-6))}${of}`);
    expect(body).toContain(`catalog-sync approve ${sync} --plan abc${of}`);
    expect(body).toContain(`catalog-sync discard ${sync} --plan abc${of}`);
  });
});
