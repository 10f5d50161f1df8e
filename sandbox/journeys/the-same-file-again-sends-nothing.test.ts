import { csv, product, products } from './harness/products.ts';
import { openSandbox, type Sandbox } from './harness/sandbox.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await openSandbox();
});
afterAll(() => sandbox?.end());

test('the same file again sends nothing, and afterwards only what changed is sent', async () => {
  const shelves = products('shelf', 4);
  const file = await sandbox.file('shelves.csv', csv(shelves));
  const first = await sandbox.run([file]);
  expect(first).toMatchObject({ exit: 0, result: { rows: { accepted: 4 }, items: { sent: 4 } } });

  const again = await sandbox.run([file]);
  expect(again).toMatchObject({
    exit: 0,
    result: {
      syncs: [{ id: 'default-000002', status: 'settled', files: [{ outcome: 'archived' }] }],
      rows: { landed: 4, valid: 4, unchanged: 4, accepted: 0 },
      items: { sent: 0, deleted: 0 },
      batches: [],
      alerts: [],
    },
  });
  expect(await sandbox.meta().posts()).toHaveLength(1);
  expect(await sandbox.landing.keys('data/')).toEqual([]);
  expect(await sandbox.landing.keys('archive/')).toHaveLength(2);

  const changed = [...shelves.slice(0, 3), product('shelf-4', { price: '79.00 EUR' })];
  const third = await sandbox.run([await sandbox.file('shelves.csv', csv(changed))]);
  expect(third).toMatchObject({ exit: 0, result: { rows: { unchanged: 3, accepted: 1 }, items: { sent: 1 } } });
  const posts = await sandbox.meta().posts();
  expect(posts[1]?.request?.requests).toEqual([
    { method: 'UPDATE', data: expect.objectContaining({ id: 'shelf-4', price: '79.00 EUR' }) },
  ]);
});
