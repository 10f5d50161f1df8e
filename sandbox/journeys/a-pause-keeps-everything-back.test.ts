import { csv, products } from './harness/products.ts';
import { openSandbox, type Sandbox } from './harness/sandbox.ts';
import { tablesOf } from './harness/tables.ts';
import { waitFor } from './harness/wait-for.ts';

const MINUTE = 60_000;

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await openSandbox();
});
afterAll(() => sandbox?.end());

const batchStates = async (): Promise<unknown[]> =>
  (await tablesOf(sandbox.info).items('publish'))
    .filter(({ pk }) => pk.startsWith('batches#'))
    .map(({ state }) => state);
const breaker = async () => (await tablesOf(sandbox.info).items('publish')).find(({ pk }) => pk === 'breaker#default');
const keys = () => sandbox.landing.keys('data/');

test('paused: nothing is sent and files wait; resume sends them', async () => {
  const { landing } = sandbox;
  const paused = { exit: 0, result: { catalog: 'default', paused: true, quiet: true } };
  expect(await sandbox.command(['pause'])).toMatchObject(paused);
  await landing.put('data/shelves.csv', csv(products('shelf', 3)));
  await waitFor('a batch', async () => ((await batchStates()).length > 0 ? true : undefined));
  await landing.put('data/desks.csv', csv(products('desk', 2)));

  // Publish looks at it again and again, and is told again and again.
  for (let looks = 0; looks < 3; looks += 1) {
    await sandbox.advance(2 * MINUTE);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  expect(await batchStates()).toEqual(['prepared']);
  expect(await sandbox.meta().calls()).toEqual([]);
  expect(await keys()).toEqual(['data/desks.csv', 'data/shelves.csv']);

  const before = await breaker();
  const again = await sandbox.command(['pause', '--wait']);
  expect(again).toMatchObject(paused);
  expect(again.stdout.trimEnd()).toBe('{"catalog":"default","paused":true,"quiet":true}');
  expect(await breaker()).toEqual(before);

  const resumed = await sandbox.command(['resume']);
  expect(resumed).toMatchObject({ exit: 0, stdout: '{"catalog":"default","paused":false}\n' });
  const [first, second] = await sandbox.hurried(Promise.all([sandbox.report(1), sandbox.report(2)]));
  expect(first.rows).toMatchObject({ landed: 3, accepted: 3 });
  expect(second.rows).toMatchObject({ landed: 2, accepted: 2 });
  expect(await sandbox.meta().items()).toHaveLength(5);
  expect(await keys()).toEqual([]);
});
