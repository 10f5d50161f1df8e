import { COLUMNS, csv, products } from './harness/products.ts';
import { openSandbox, type Report, type Sandbox } from './harness/sandbox.ts';

const GOOD = csv(products('shelf', 3));
const WITHOUT_BRAND = csv(
  products('lamp', 3),
  COLUMNS.filter((column) => column !== 'brand'),
);
interface FileReport {
  usable: boolean;
  findings: { code: string; column: string; severity: string; message: string; remedy: string }[];
}

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await openSandbox({
    catalogs: {
      default: { metaCatalogId: '1000000000000001' },
      strict: { metaCatalogId: '1000000000000002', onBadFile: 'refuse-sync' },
    },
  });
  await Promise.all(
    ['data', 'data/strict'].flatMap((folder) => [
      sandbox.landing.put(`${folder}/good.csv`, GOOD),
      sandbox.landing.put(`${folder}/broken.csv`, WITHOUT_BRAND),
    ]),
  );
});
afterAll(() => sandbox?.end());

describe('a file with a missing column', () => {
  let report: Report;
  beforeAll(async () => {
    report = await sandbox.report(1);
  });

  test('is refused, and its report beside it names the column', async () => {
    const broken = report.files.find(({ key }) => key === 'data/broken.csv');
    expect(broken).toMatchObject({
      outcome: 'refused',
      at: expect.stringMatching(/^refused\/\d{4}\/\d\d\/\d\d\/broken\.csv$/),
    });
    expect(broken?.reportKey).toBe(`${broken?.at}.report.json`);
    expect(await sandbox.landing.text(broken?.at ?? '')).toBe(WITHOUT_BRAND);
    const { usable, findings } = await sandbox.landing.json<FileReport>(broken?.reportKey ?? '');
    expect(usable).toBe(false);
    expect(findings).toContainEqual(
      expect.objectContaining({
        code: 'missing-column',
        column: 'brand',
        severity: 'error',
        remedy: expect.stringMatching(/./),
      }),
    );
  });

  test('does not hold up the others', async () => {
    expect(report.status).toBe('settled');
    expect(report.files.find(({ key }) => key === 'data/good.csv')).toMatchObject({ outcome: 'archived' });
    expect((await sandbox.meta().items()).map(({ id }) => id)).toEqual(['shelf-1', 'shelf-2', 'shelf-3']);
    expect(report.rows).toMatchObject({ landed: 3, valid: 3, rejected: 0, accepted: 3 });
  });

  test('is told to people', async () => {
    const alerts = (await sandbox.alerts()).filter(({ catalog }) => catalog === 'default');
    expect(alerts).toEqual([expect.objectContaining({ kind: 'file-refused', state: 'open', sync: 'default-000001' })]);
    expect(alerts[0]?.body).toContain('data/broken.csv');
  });
});

describe('where the settings say that one bad file refuses the sync', () => {
  test('nothing is sent, and all files are refused', async () => {
    const report = await sandbox.report(1, 'strict');
    expect(report.status).toBe('failed-validation');
    expect(report.files.map(({ outcome }) => outcome)).toEqual(['refused', 'refused']);
    const kept = (await sandbox.landing.keys('refused/')).filter((key) => key.includes('/strict/'));
    expect(kept.map((key) => key.split('/strict/')[1])).toEqual([
      'broken.csv',
      'broken.csv.report.json',
      'good.csv',
      'good.csv.report.json',
    ]);
    expect(await sandbox.landing.keys('data/strict/')).toEqual([]);
    expect((await sandbox.landing.keys('archive/')).filter((key) => key.includes('/strict/'))).toEqual([]);
    expect(await sandbox.meta('strict').calls()).toEqual([]);
    expect(await sandbox.meta('strict').items()).toEqual([]);
  });
});
