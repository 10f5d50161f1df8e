import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXAMPLES } from './harness/command-line.ts';
import { csv, products } from './harness/products.ts';
import { openSandbox, type Sandbox } from './harness/sandbox.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await openSandbox();
});
afterAll(() => sandbox?.end());

test('a sync without a usable file fails validation: nothing is sent, and the next file is taken as ever', async () => {
  const { landing } = sandbox;
  const broken = await readFile(join(EXAMPLES, 'broken/file-not-utf8.csv'));
  await landing.put('data/export.csv', broken);

  const report = await sandbox.report(1);
  expect(report).toMatchObject({ status: 'failed-validation', items: { sent: 0, deleted: 0 }, batches: [] });
  const [file] = report.files;
  expect(file).toMatchObject({ key: 'data/export.csv', outcome: 'refused' });
  expect(await landing.keys()).toEqual([file?.at, file?.reportKey]);
  expect(await landing.json(file?.reportKey ?? '')).toMatchObject({ usable: false, counts: { 'not-utf8': 1 } });
  expect(await sandbox.meta().calls()).toEqual([]);
  expect(await sandbox.alerts()).toEqual([
    expect.objectContaining({ kind: 'validation-failed', sync: 'default-000001' }),
  ]);

  await landing.put('data/export.csv', csv(products('desk', 2)));
  expect(await sandbox.report(2)).toMatchObject({ status: 'settled', rows: { landed: 2, accepted: 2 } });
  expect(await sandbox.meta().items()).toHaveLength(2);
});
