import { removeFaults } from './harness/meta.ts';
import { csv, products } from './harness/products.ts';
import { openSandbox, type Sandbox } from './harness/sandbox.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await openSandbox();
});
afterAll(() => sandbox?.end());

test('with an expired token run ends with 1 and says so, all is kept, and afterwards it goes on', async () => {
  const shelves = csv(products('shelf', 3));
  await sandbox.meta().fault({ name: 'token-expired' });
  const refused = await sandbox.run([await sandbox.file('shelves.csv', shelves)]);
  expect(refused.exit).toBe(1);
  expect(refused.stderr).toMatch(/code 190/);
  expect(await sandbox.landing.text('data/1-shelves.csv')).toBe(shelves);
  expect(await sandbox.meta().items()).toEqual([]);
  expect(await sandbox.alerts()).toContainEqual(expect.objectContaining({ kind: 'access-refused', state: 'open' }));

  await removeFaults(sandbox.info.graph);
  await sandbox.stop();
  await sandbox.restart();
  const { exit, result } = await sandbox.run([await sandbox.file('desks.csv', csv(products('desk', 2)))]);
  expect(exit).toBe(0);
  expect(result.rows).toMatchObject({ landed: 5, accepted: 5, errored: 0 });
  expect((await sandbox.meta().items()).map(({ id }) => id)).toEqual([
    'desk-1',
    'desk-2',
    'shelf-1',
    'shelf-2',
    'shelf-3',
  ]);
  expect(await sandbox.landing.keys('data/')).toEqual([]);
});
