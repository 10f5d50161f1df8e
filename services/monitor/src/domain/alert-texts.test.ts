import { epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { SyncNumber } from '@catalog-sync/shared/catalog/sync.ts';
import { noCarriedRows, noRows, type SyncReport } from '@catalog-sync/shared/records/transform.ts';
import { accessAlert, accessId, syncAlerts } from './alert-texts.ts';

const at = epochMs(1_700_000_000_000);
const report = (some: Partial<SyncReport>): SyncReport => ({
  id: 'default-000007',
  catalog: 'default',
  sync: 7 as SyncNumber,
  status: 'settled',
  openedAt: at,
  files: [],
  rows: noRows,
  carriedRows: noCarriedRows,
  items: { sent: 0, deleted: 0 },
  batches: [],
  errors: [],
  warnings: [],
  ...some,
});
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
const kinds = (some: Partial<SyncReport>, warnings: { id: string; message: string }[] = []) =>
  syncAlerts(report(some), warnings, '2026/11/23', at).map(({ kind }) => kind);

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
      'rows set aside',
      { files: [file('data/a.csv', 'archived', 2)], rows: { ...noRows, rejected: 2 } },
      ['rows-rejected'],
    ],
    ['items that Meta refused', { errors: [error('A', 'no')] }, ['items-errored']],
    ['items of unknown outcome', { errors: [error('A', 'no answer', 'unknown')] }, ['items-unknown']],
  ])('%s', (_what, some, expected) => expect(kinds(some)).toEqual(expected));

  test('warnings of Meta, counted by item', () => {
    const [alert] = syncAlerts(
      report({}),
      [
        { id: 'A', message: 'x' },
        { id: 'A', message: 'y' },
      ],
      '2026/11/23',
      at,
    );
    expect(alert).toMatchObject({ kind: 'item-warnings', subject: expect.stringContaining('1 item(s)') });
  });

  test('the refused items are named, the reasons counted, the report located', () => {
    const errors = [error('A', 'bad price'), error('B', 'bad price'), error('C', 'bad link')];
    const [alert] = syncAlerts(report({ errors }), [], '2026/11/23', at);
    expect(alert?.body).toContain('- 2 × bad price\n- 1 × bad link');
    expect(alert?.body).toContain('Items: A, B, C');
    expect(alert?.body).toContain('2026/11/23/default-000007/report.json');
    expect(alert?.body).toContain('What to do: mend the price');
  });

  test('thousands of refused items make one alert of bounded length', () => {
    const errors = Array.from({ length: 3000 }, (_, n) => error(`SKU-${n}`, `reason ${n}`));
    const alerts = syncAlerts(report({ errors }), [], '2026/11/23', at);
    expect(alerts).toHaveLength(1);
    expect(alerts[0]?.body.length).toBeLessThan(3000);
    expect(alerts[0]?.body).toContain('and 2980 more');
  });

  test('the same sync twice is the same alert; another sync is another', () => {
    const once = syncAlerts(report({ errors: [error('A', 'no')] }), [], '2026/11/23', at)[0];
    const other = syncAlerts(report({ id: 'default-000008', errors: [error('A', 'no')] }), [], '2026/11/23', at)[0];
    expect(syncAlerts(report({ errors: [error('A', 'no')] }), [], '2026/11/23', at)[0]?.id).toBe(once?.id);
    expect(other?.id).not.toBe(once?.id);
  });
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
    [190, 463, /token is dead/],
    [100, 33, /assign it to the system user/],
    [200, null, /catalog_management/],
    [100, null, /app secret does not fit/],
    [803, null, /metaCatalogId/],
    [2635, null, /metaGraphVersion/],
    [368, null, /Business Support Home/],
    [2500, null, /No token was given/],
  ])('code %i says exactly what to do', (code, subcode, remedy) => {
    expect(accessAlert('default', auth(code, subcode), at).body).toMatch(remedy);
  });

  test('is one alert a catalog, whatever the code', () => {
    expect(accessAlert('default', auth(190, null), at).id).toBe(accessId('default'));
    expect(accessAlert('default', auth(200, null), at).id).toBe(accessId('default'));
  });
});
