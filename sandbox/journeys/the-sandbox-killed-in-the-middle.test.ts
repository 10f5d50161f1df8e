import { expectedCatalog } from './expectation.ts';
import { changeSettings } from './harness/meta.ts';
import { csv, products } from './harness/products.ts';
import { openSandbox, type Sandbox } from './harness/sandbox.ts';
import { waitFor } from './harness/wait-for.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await openSandbox();
});
afterAll(() => sandbox?.end());

test('killed after the call and before the verdict, and started again on the folder, it finishes', async () => {
  const texts = [csv(products('shelf', 20)), csv(products('shelf', 10, { price: '75.00 EUR' }))];
  await changeSettings(sandbox.info.graph, { processingMs: 6000 });
  for (const [n, text] of texts.entries()) await sandbox.landing.put(`data/${n}.csv`, text);
  // A handle that was asked about has been noted: Meta has the batch, and nobody knows yet what comes of it.
  await waitFor('the first question about the handle', async () =>
    (await sandbox.meta().calls()).find(({ path }) => path.endsWith('/check_batch_request_status')),
  );
  await sandbox.kill();

  await sandbox.restart();
  const report = await sandbox.report(1);
  expect(report).toMatchObject({ status: 'settled', rows: { landed: 30, superseded: 10, accepted: 20 } });
  expect(await sandbox.meta().items()).toEqual(expectedCatalog(texts));
  expect(await sandbox.landing.versions('data/')).toBe(0);
  const archived = report.files.map(({ at }) => at ?? '');
  expect(await sandbox.landing.keys('archive/')).toEqual(archived.sort());
  expect(await Promise.all(archived.map((key) => sandbox.landing.text(key)))).toEqual(texts);
});
