import { csv, product } from './harness/products.ts';
import { openSandbox, type Sandbox } from './harness/sandbox.ts';
import { waitFor } from './harness/wait-for.ts';

const HOUR = 3_600_000;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openSandbox();
});
afterAll(() => sandbox?.end());

/** What people were told, as `kind sync state`. */
const told = async (): Promise<string[]> =>
  (await sandbox.alerts()).map(({ kind, sync, state, ...more }) =>
    [kind, sync, state, 'again' in more ? `again ${more.again}` : ''].join(' ').trim(),
  );
const run = async (name: string, ...rows: ReturnType<typeof product>[]) =>
  sandbox.run([await sandbox.file(name, csv(rows))]);

const good = product('shelf-1');
const bad = product('shelf-2', { price: 'free' });

test('the same bad row each hour is one alert, said again a day later, and over when the row is good', async () => {
  await run('one.csv', good, bad);
  await run('two.csv', bad, good);
  expect(await told()).toEqual(['rows-rejected default-000001 open']);
  const [opened] = await sandbox.alerts();

  await sandbox.advance(25 * HOUR);
  const again = await waitFor('the alert to be said again', async () => (await sandbox.alerts())[1]);
  expect(again).toEqual({ ...opened, again: 1 });

  await run('three.csv', good, product('shelf-3', { price: 'free' }));
  await run('four.csv', good, product('shelf-3'));
  expect((await told()).slice(2)).toEqual([
    'rows-rejected default-000001 cleared',
    'rows-rejected default-000003 open',
    'rows-rejected default-000003 cleared',
  ]);
});

test('a sync that does not settle for hours is told, says what it waits for, and is over when it has settled', async () => {
  await sandbox.command(['pause']);
  await sandbox.landing.put('data/desk.csv', csv([product('desk-1')]));
  const stalled = await waitFor('the alert', async () => {
    await sandbox.advance(HOUR / 4);
    return (await sandbox.alerts()).find(({ kind }) => kind === 'sync-stalled');
  });
  expect(stalled).toMatchObject({ state: 'open', sync: 'default-000005', body: expect.stringMatching(/resume/) });
  await sandbox.command(['resume']);
  await sandbox.report(5);
  await waitFor('the alert to be cleared', async () =>
    (await sandbox.alerts()).find(({ kind, state }) => kind === 'sync-stalled' && state === 'cleared'),
  );
});
