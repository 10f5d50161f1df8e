import { type Bus, busOf } from './harness/bus.ts';
import { contentsOf } from './harness/contents.ts';
import { landOverlapping, OVERLAPPING, OVERLAPPING_ITEMS, TWO_CALLS } from './harness/overlapping.ts';
import { csv, products } from './harness/products.ts';
import { DEFAULT_ID, openSandbox, type Report, type Sandbox } from './harness/sandbox.ts';
import { type TableItem, tablesOf } from './harness/tables.ts';
import { waitFor } from './harness/wait-for.ts';

/** Every message comes so many times more: a rule has five targets at most. */
const TIMES_MORE = 4;
const LATER = csv(products('shelf', 16, { price: '64.00 EUR' }));

let sandbox: Sandbox;
let bus: Bus;
let reports: Report[];

/**
 * Every event, S3's and the ticks too, comes to its queue five times at once. The first copy wakes one worker of the
 * function and the others the next one, so that two work on the same thing at the same time, at every step.
 */
beforeAll(async () => {
  sandbox = await openSandbox({ catalogs: { default: { metaCatalogId: DEFAULT_ID, ...TWO_CALLS } } });
  bus = busOf(sandbox.info);
  for (const rule of await bus.rules()) await bus.repeat(rule, TIMES_MORE);
  await landOverlapping(sandbox, 'data');
  const first = await sandbox.report(1);
  await sandbox.landing.put('data/later.csv', LATER);
  reports = [first, await sandbox.report(2)];
  await waitFor('the end of all copies', async () => ((await bus.waiting()) === 0 ? true : undefined));
});
afterAll(() => sandbox?.end());

const itemOf = async (service: 'ingest' | 'transform', pk: string): Promise<TableItem | undefined> =>
  (await tablesOf(sandbox.info).items(service)).find((item) => item.pk === pk);

test('each batch was posted once, and each product once a sync', async () => {
  const posts = await sandbox.meta().posts();
  const bodies = posts.map(({ request }) => JSON.stringify(request));
  expect(bodies).toHaveLength(3);
  expect(new Set(bodies).size).toBe(3);
  const ids = posts.map(({ request }) => request?.requests.map(({ data }) => data.id) ?? []);
  const [one = [], two = [], three = []] = ids;
  expect([...one, ...two].sort()).toEqual(OVERLAPPING_ITEMS.map(({ id }) => id).sort());
  expect(three).toHaveLength(16);
  expect(reports.map(({ items }) => items)).toEqual([
    { sent: OVERLAPPING_ITEMS.length, deleted: 0 },
    { sent: 16, deleted: 0 },
  ]);
});

test('there were two syncs, and the pointer moved once for each', async () => {
  expect(await itemOf('ingest', 'catalog#default')).toMatchObject({ active: 0, last: 2 });
  // A new record has revision 1, and each write raises it.
  expect(await itemOf('transform', 'pointer#default')).toMatchObject({ sync: 2, rev: 2 });
});

test('each file has one copy in the archive, and each object was written once', async () => {
  const keys = (await sandbox.landing.keys('archive/')).sort();
  const texts = await Promise.all(keys.map((key) => sandbox.landing.text(key)));
  expect(texts).toEqual([...OVERLAPPING, LATER]);
  expect(await sandbox.landing.versions('data/')).toBe(0);

  const versions = (await contentsOf(sandbox.info)).map((line) => line.split(' ')[0] ?? '');
  // The last word about a sync is written by whoever comes to it: the same bytes, perhaps twice.
  const once = versions.filter((key) => !key.endsWith('/report.json'));
  expect(once).toEqual([...new Set(once)]);
  for (const sync of [1, 2]) {
    const state = `/states/default/${String(sync).padStart(6, '0')}/state-`;
    expect(once.filter((key) => key.includes(state))).toHaveLength(1);
  }
});
