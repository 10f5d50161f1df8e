import { expectedCatalog } from './expectation.ts';
import { csv, products } from './harness/products.ts';
import { openSandbox, type Sandbox } from './harness/sandbox.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await openSandbox();
});
afterAll(() => sandbox?.end());

test('seven thousand products go out in three batches, none above three thousand, each product once', async () => {
  const text = csv(products('shelf', 7000));
  const { exit, result } = await sandbox.run([await sandbox.file('shelves.csv', text)]);

  expect(exit).toBe(0);
  expect(result.batches.map(({ items, status }) => ({ items, status }))).toEqual([
    { items: 3000, status: 'accepted' },
    { items: 3000, status: 'accepted' },
    { items: 1000, status: 'accepted' },
  ]);
  const posts = await sandbox.meta().posts();
  expect(posts.map(({ entries }) => entries).sort()).toEqual([1000, 3000, 3000]);
  const ids = posts.flatMap(({ request }) => request?.requests.map(({ data }) => data.id) ?? []);
  expect(new Set(ids).size).toBe(7000);
  expect(await sandbox.meta().items()).toEqual(expectedCatalog([text]));
});
