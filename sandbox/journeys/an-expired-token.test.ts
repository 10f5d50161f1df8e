import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { csv, products } from './harness/products.ts';
import { openSandbox, type Sandbox } from './harness/sandbox.ts';
import { waitFor } from './harness/wait-for.ts';

const NEW_TOKEN = 'EAAnewtokenofthesystemuser';

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
  const alert = await waitFor('an alert', async () => (await sandbox.alerts())[0]);
  expect(alert).toMatchObject({
    kind: 'access-refused',
    state: 'open',
    catalog: 'default',
    body: expect.stringMatching(/token/),
  });

  await sandbox.stop();
  await sandbox.restart({ META_ACCESS_TOKEN: NEW_TOKEN });
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
  await waitFor('the alert to be cleared', async () =>
    (await sandbox.alerts()).find(({ state }) => state === 'cleared'),
  );

  const calls = await sandbox.meta().calls();
  const logs = await Promise.all(
    (await readdir(sandbox.info.logsDir)).map((name) => readFile(join(sandbox.info.logsDir, name), 'utf8')),
  );
  expect(logs.join('')).toContain('"service":"publish"');
  expect(JSON.stringify([calls, logs, await sandbox.alerts(), result, refused.stderr])).not.toContain(NEW_TOKEN);
});

test('what Meta refused and is mended there goes on with the next start, by the same token', async () => {
  await sandbox.meta().fault({ name: 'permission-missing' });
  const refused = await sandbox.run([await sandbox.file('lamps.csv', csv(products('lamp', 2)))]);
  expect(refused.exit).toBe(1);
  expect(refused.stderr).toMatch(/code 200/);
  await sandbox.stop();
  // Faults end with the emulator. Without a start publish would look at the catalog in five minutes.
  await sandbox.restart({ META_ACCESS_TOKEN: NEW_TOKEN });
  const rugs = await sandbox.file('rugs.csv', csv(products('rug', 1)));
  const { exit, result } = await sandbox.run([rugs, '--timeout', '60']);
  expect(exit).toBe(0);
  expect(result.rows).toMatchObject({ landed: 3, accepted: 3 });
});
