import { expectedCatalog } from './expectation.ts';
import { changeSettings } from './harness/meta.ts';
import { csv, products } from './harness/products.ts';
import { openSandbox, type Sandbox } from './harness/sandbox.ts';
import { waitFor } from './harness/wait-for.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await openSandbox();
  // So slow that the second file is there long before the first one's verdict.
  await changeSettings(sandbox.info.graph, { processingMs: 4000 });
});
afterAll(() => sandbox?.end());

test('a file that lands while a sync runs is in the next one, also under the same name, and is never archived unsent', async () => {
  const { landing } = sandbox;
  const before = csv(products('shelf', 3));
  const after = csv([...products('shelf', 2, { price: '75.00 EUR' }), ...products('desk', 1)]);

  await landing.put('data/products.csv', before);
  await waitFor('the first items_batch call', async () =>
    (await sandbox.meta().posts()).length > 0 ? true : undefined,
  );
  await landing.put('data/products.csv', after);

  const first = await sandbox.report(1);
  expect(first).toMatchObject({
    rows: { landed: 3, accepted: 3 },
    files: [{ key: 'data/products.csv', outcome: 'archived' }],
  });
  expect(await landing.text('data/products.csv')).toBe(after);

  const second = await sandbox.report(2);
  expect(second).toMatchObject({
    rows: { landed: 3, accepted: 3 },
    files: [{ key: 'data/products.csv', outcome: 'archived' }],
  });
  const kept = [first.files[0]?.at ?? '', second.files[0]?.at ?? ''];
  expect(kept[1]).toMatch(/^archive\/\d{4}\/\d\d\/\d\d\/products-.{8}\.csv$/);
  expect(await landing.keys()).toEqual([...kept].sort());
  expect(await Promise.all(kept.map((key) => landing.text(key)))).toEqual([before, after]);
  expect(await landing.versions('data/')).toBe(0);
  expect(await sandbox.meta().items()).toEqual(expectedCatalog([before, after]));
});
