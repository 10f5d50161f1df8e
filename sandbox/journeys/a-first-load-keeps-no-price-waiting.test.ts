import { type Call, changeSettings } from './harness/meta.ts';
import { csv, product, products } from './harness/products.ts';
import { quiet } from './harness/quiet.ts';
import { openSandbox, type Report, type Sandbox } from './harness/sandbox.ts';
import { MINUTE } from './harness/side-by-side.ts';
import { waitFor } from './harness/wait-for.ts';

const HOUR = 60 * MINUTE;
/** A quarter hour's are ten: so many calls a sync may make. */
const CALLS_AN_HOUR = 40;
const CALLS_A_SYNC = 10;
const ITEMS_A_CALL = 10;
/** Four syncs of ten calls. */
const LOAD = 400;
const NEW_PRICE = '49.00 EUR';

const LIVE = products('live', 5);
const SHELVES = products('shelf', LOAD);

let sandbox: Sandbox;
let posts: Call[];
let reports: Report[];
/** Of the other catalog, and how many syncs of the first one were over then. */
let garden: { report: Report; after: number };

const reportsSoFar = async (): Promise<Report[]> => {
  const isReport = (key: string): boolean => key.includes('/default-') && key.endsWith('/report.json');
  const keys = (await sandbox.synced.keys()).filter(isReport).sort();
  return Promise.all(keys.map((key) => sandbox.synced.json<Report>(key)));
};
const recordsOf = ({ request }: Call) => request?.requests ?? [];
const callsAbout = (id: string): Call[] => posts.filter((post) => recordsOf(post).some(({ data }) => data.id === id));

/** Goes on in time until the catalog is at rest; `meanwhile` is asked each time that it stands still. */
const goOn = async (meanwhile: (reports: Report[]) => Promise<void>): Promise<void> => {
  const begun = await sandbox.now();
  for (;;) {
    await quiet(sandbox);
    const so = await reportsSoFar();
    await meanwhile(so);
    const last = so.at(-1);
    if (so.length > 2 && last?.rows.carried === 0 && last.carriedRows.carried === 0) return;
    if ((await sandbox.now()) - begun > 8 * HOUR) throw new Error(`not over after 8 h, in sync ${so.length}`);
    await sandbox.advance(6 * MINUTE);
  }
};

beforeAll(async () => {
  const settings = { maxItems: ITEMS_A_CALL, callsPerHour: CALLS_AN_HOUR };
  sandbox = await openSandbox({
    catalogs: {
      default: { metaCatalogId: '5000000000000001', ...settings },
      garden: { metaCatalogId: '5000000000000002' },
    },
  });
  await changeSettings(sandbox.info.graph, { processingMs: 100, quota: { batchCallsPerHour: CALLS_AN_HOUR } });
  await sandbox.run([await sandbox.file('live.csv', csv(LIVE))]);
  await sandbox.landing.put('data/load.csv', csv(SHELVES));
  let landed = false;
  await goOn(async (so) => {
    if (landed || so.length < 3) return;
    landed = true;
    const changed = [product('live-2', { price: NEW_PRICE }), product('shelf-390', { price: NEW_PRICE })];
    await sandbox.landing.put('data/prices.csv', csv(changed));
    await sandbox.landing.put('data/garden/benches.csv', csv(products('bench', 20)));
    const report = await waitFor('the report of the other catalog', async () => {
      const key = (await sandbox.synced.keys()).find((one) => /\/garden-\d+\/report\.json$/.test(one));
      return key === undefined ? undefined : sandbox.synced.json<Report>(key);
    });
    garden = { report, after: (await reportsSoFar()).length };
  });
  posts = await sandbox.meta().posts();
  reports = await reportsSoFar();
}, 30 * MINUTE);
afterAll(() => sandbox?.end());

test('all of the load arrives, and every product of it is sent once', async () => {
  const items = await sandbox.meta().items();
  expect(items).toHaveLength(LIVE.length + LOAD);
  for (const { id } of SHELVES) expect({ id, calls: callsAbout(id).length }).toEqual({ id, calls: 1 });
});

test('no sync makes more than a quarter hour’s calls', () => {
  expect(reports.length).toBeGreaterThan(LOAD / ITEMS_A_CALL / CALLS_A_SYNC);
  for (const { id, batches } of reports) expect([id, batches.length <= CALLS_A_SYNC]).toEqual([id, true]);
});

test('a price that changes while it goes on is in the first calls of the very next sync', () => {
  const sync = reports.findIndex(({ files }) => files.some(({ key }) => key === 'data/prices.csv'));
  const before = reports.slice(0, sync).reduce((sum, { batches }) => sum + batches.length, 0);
  // Two are on their way at once, and either may be heard first.
  const first = posts.slice(before, before + 2).flatMap(recordsOf);
  expect(first.find(({ data }) => data.id === 'live-2')?.data.price).toBe(NEW_PRICE);
  expect(reports[sync - 1]?.carriedRows.carried).toBeGreaterThan(0);
});

test('a newer row takes the place of one that waits, and costs no call of its own', async () => {
  expect(callsAbout('shelf-390')).toHaveLength(1);
  expect((await sandbox.meta().items()).find(({ id }) => id === 'shelf-390')?.price).toBe(NEW_PRICE);
  const superseded = reports.reduce((sum, { carriedRows }) => sum + (carriedRows.superseded ?? 0), 0);
  expect(superseded).toBe(1);
});

test('another catalog does not wait for it', async () => {
  expect(garden.report).toMatchObject({ id: 'garden-000001', status: 'settled', rows: { accepted: 20, carried: 0 } });
  expect(garden.after).toBeLessThan(reports.length - 1);
  expect(await sandbox.meta('garden').items()).toHaveLength(20);
});
