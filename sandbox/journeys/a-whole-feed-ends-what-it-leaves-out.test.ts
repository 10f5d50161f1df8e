import { csv, products } from './harness/products.ts';
import { openSandbox, type Sandbox } from './harness/sandbox.ts';
import { waitFor } from './harness/wait-for.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await openSandbox();
});
afterAll(() => sandbox?.end());

const alerts = async (kind: string) => (await sandbox.alerts()).filter((alert) => alert.kind === kind);
const ids = async (): Promise<string[]> => (await sandbox.meta().items()).map(({ id }) => id);

test('a whole feed ends exactly what it leaves out; another file, and a feed that is empty, a header or cut, end nothing', async () => {
  const shelves = products('shelf', 6);
  const first = await sandbox.run([await sandbox.file('feed.csv', csv(shelves)), '--full']);
  expect(first).toMatchObject({ exit: 0, result: { rows: { accepted: 6 }, items: { sent: 6, deleted: 0 } } });

  const second = await sandbox.run([
    await sandbox.file('feed.csv', csv(shelves.filter(({ id }) => id !== 'shelf-3'))),
    '--full',
  ]);
  expect(second).toMatchObject({
    exit: 0,
    result: { rows: { landed: 5, unchanged: 5 }, items: { sent: 0, deleted: 1 } },
  });
  const left = ['shelf-1', 'shelf-2', 'shelf-4', 'shelf-5', 'shelf-6'];
  expect(await ids()).toEqual(left);
  const posts = await sandbox.meta().posts();
  expect(posts.at(-1)?.request?.requests).toEqual([{ method: 'DELETE', data: { id: 'shelf-3' } }]);

  const some = await sandbox.run([await sandbox.file('some.csv', csv(shelves.slice(0, 1)))]);
  expect(some).toMatchObject({ exit: 0, result: { items: { sent: 0, deleted: 0 } } });

  for (const [name, text] of [
    ['header.csv', csv([])],
    ['empty.csv', ''],
  ] as const) {
    expect(await sandbox.run([await sandbox.file(name, text), '--full'])).toMatchObject({
      exit: 2,
      result: {
        syncs: [{ status: 'failed-validation', files: [{ key: `data/full/1-${name}`, outcome: 'refused' }] }],
        items: { sent: 0, deleted: 0 },
      },
    });
  }
  // Two of five rows, and the second breaks off in the middle.
  const cut = csv(shelves.slice(0, 2)).slice(0, -80);
  expect(await sandbox.run([await sandbox.file('cut.csv', cut), '--full'])).toMatchObject({
    result: { syncs: [{ status: 'settled' }], rows: { landed: 2, unchanged: 1 }, items: { sent: 0, deleted: 0 } },
  });
  expect(await ids()).toEqual(left);
  expect(await sandbox.meta().posts()).toHaveLength(posts.length);
  await waitFor('people to be told', async () => (await alerts('file-misdescribed'))[0]);
  const [{ state, body } = { state: '', body: '' }] = await alerts('file-misdescribed');
  expect([state, body]).toEqual(['open', expect.stringContaining('cut.csv says that it is whole, but it is cut')]);
});

test('several files that are whole together end what none of them names', async () => {
  const shelves = products('plank', 6);
  const half = async (name: string, from: number, to: number) => sandbox.file(name, csv(shelves.slice(from, to)));
  const all = [await half('a.csv', 0, 3), await half('b.csv', 3, 6)];
  expect(await sandbox.run([...all, '--full'])).toMatchObject({
    exit: 0,
    result: { rows: { landed: 6, accepted: 6, superseded: 0 }, items: { sent: 6, deleted: 5 } },
  });
  expect(await ids()).toEqual(shelves.map(({ id }) => id));
  await waitFor('people to be told that feeds are whole again', async () =>
    (await alerts('file-misdescribed')).find(({ state }) => state === 'cleared'),
  );
});

test('a delete that Meta refuses is told of, and again when the feed comes again', async () => {
  const end = await sandbox.meta().fault({ name: 'refuse-item', retailerId: 'plank-6', method: 'DELETE' });
  const feed = await sandbox.file('feed.csv', csv(products('plank', 5)));
  const first = await sandbox.run([feed, '--full']);
  expect(first).toMatchObject({ exit: 2, result: { items: { deleted: 0 }, batches: [{ status: 'refused' }] } });
  const again = await sandbox.run([feed, '--full']);
  expect(again).toMatchObject({ exit: 2, result: { items: { sent: 0, deleted: 0 }, batches: [] } });
  expect(again.stderr).toContain('1 delete that Meta refused before: `retry` sends it again');
  expect((await alerts('items-errored')).map(({ state }) => state)).toEqual(['open']);
  expect(await ids()).toContain('plank-6');

  await end();
  expect(await sandbox.command(['retry'])).toMatchObject({ exit: 0 });
  await waitFor('the delete', async () => ((await ids()).includes('plank-6') ? undefined : true));
  await waitFor('people to be told that no refusal is left', async () =>
    (await alerts('items-errored')).find(({ state }) => state === 'cleared'),
  );
});
