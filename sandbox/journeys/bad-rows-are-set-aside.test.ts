import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expectedCatalog } from './expectation.ts';
import { type Answer, EXAMPLES } from './harness/command-line.ts';
import { COLUMNS, csv, product, products } from './harness/products.ts';
import { openSandbox, type RunResult, type Sandbox } from './harness/sandbox.ts';

let sandbox: Sandbox;
let answer: Answer & { result: RunResult };

beforeAll(async () => {
  sandbox = await openSandbox();
  answer = await sandbox.run([join(EXAMPLES, 'bad-rows.csv')]);
});
afterAll(() => sandbox?.end());

test('good rows go on, bad ones are counted, and run ends with 2', () => {
  const { exit, result } = answer;
  expect(exit).toBe(2);
  expect(result.rows).toMatchObject({ valid: 3, accepted: 3, superseded: 0, errored: 0 });
  expect(result.rows.rejected).toBeGreaterThan(COLUMNS.length);
  expect(result.rows.landed).toBe(result.rows.valid + result.rows.rejected);
  expect(result.items).toEqual({ sent: 3, deleted: 0 });
});

test('the report beside the archived file says of each bad row where it is and what is wrong', async () => {
  const { result } = answer;
  const { reportKey = null } = result.syncs[0]?.files[0] ?? {};
  expect(reportKey).toMatch(/^archive\/\d{4}\/\d\d\/\d\d\/1-bad-rows\.csv\.report\.json$/);
  const archived = reportKey?.replace(/\.report\.json$/, '') ?? '';
  expect(await sandbox.landing.text(archived)).toBe(await readFile(join(EXAMPLES, 'bad-rows.csv'), 'utf8'));

  const report = await sandbox.landing.json<{
    rows: number;
    valid: number;
    rejected: number;
    findings: { line: number; row: number; code: string; severity: string; remedy: string }[];
  }>(reportKey ?? '');
  expect(report).toMatchObject({ rows: result.rows.landed, valid: 3, rejected: result.rows.rejected });
  const errors = report.findings.filter(({ severity }) => severity === 'error');
  expect(new Set(errors.map(({ row }) => row)).size).toBe(result.rows.rejected);
  const codes = errors.map(({ code }) => code);
  for (const column of COLUMNS) expect(codes).toContain(`empty-${column}`);
  for (const code of [
    'bad-price',
    'bad-availability',
    'bad-condition',
    'bad-url-link',
    'bad-sale_price',
    'ragged-row',
    'bad-quote',
    'nul',
  ])
    expect(codes).toContain(code);
  for (const { line, remedy } of errors) {
    expect(line).toBeGreaterThan(1);
    expect(remedy).not.toBe('');
  }
});

test('an alert says how many', async () => {
  expect(await sandbox.alerts()).toEqual([
    expect.objectContaining({
      kind: 'rows-rejected',
      subject: expect.stringContaining(String(answer.result.rows.rejected)),
    }),
  ]);
});

test('a row that is bad now does not bring down the product that is live', async () => {
  const good = csv(products('shelf', 2));
  const bad = csv([product('shelf-1', { price: '75.00 EUR' }), product('shelf-2', { price: 'free' })]);
  await sandbox.run([await sandbox.file('good.csv', good)]);
  const { exit, result } = await sandbox.run([await sandbox.file('bad.csv', bad)]);
  expect(exit).toBe(2);
  expect(result.rows).toMatchObject({ landed: 2, valid: 1, rejected: 1, accepted: 1 });
  const shelves = (await sandbox.meta().items()).filter(({ id }) => id.startsWith('shelf'));
  expect(shelves).toEqual(expectedCatalog([good, csv([product('shelf-1', { price: '75.00 EUR' })])]));
});
