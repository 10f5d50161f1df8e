import { type Expected, expectedCatalog } from './expectation.ts';
import { type Call, changeSettings } from './harness/meta.ts';
import { csv, products } from './harness/products.ts';
import { quiet } from './harness/quiet.ts';
import { openSandbox, type Report, type Sandbox } from './harness/sandbox.ts';
import { MINUTE } from './harness/side-by-side.ts';

const HOUR = 60 * MINUTE;
/** What Meta allows each catalog, and what their settings say. */
const CALLS_AN_HOUR = 10;
const ITEMS_A_CALL = 1000;
const TOKEN = 'EAAtokenofthesystemuser';

/** All of it in one sync. One has its catalog for itself; in the other's another tool is at work, of whose calls nobody here knows. */
const settings = { maxItems: ITEMS_A_CALL, callsPerHour: CALLS_AN_HOUR, maxBatches: 50 };
const catalogs = {
  default: { metaCatalogId: '4000000000000000' },
  alone: { metaCatalogId: '4000000000000001', ...settings },
  shared: { metaCatalogId: '4000000000000002', ...settings },
};
const CALLS = { alone: 20, shared: 10 } as const;
type Name = keyof typeof CALLS;
const NAMES: readonly Name[] = ['alone', 'shared'];
const FILES = {
  alone: csv(products('shelf', CALLS.alone * ITEMS_A_CALL)),
  shared: csv(products('shelf', CALLS.shared * ITEMS_A_CALL)),
};

const STEP = 2 * MINUTE;
/** For the calls of two hours; they are spread, and the first ones count for a little longer than an hour. */
const LONGEST = 3 * HOUR;
const GIVE_UP_AFTER = 6 * HOUR;

let sandbox: Sandbox;
const calls: Record<Name, Call[]> = { alone: [], shared: [] };

const reportKeys = async (): Promise<string[]> =>
  (await sandbox.synced.keys()).filter((key) => key.endsWith('/report.json'));

const isOurs = ({ entries = 0 }: Call): boolean => entries > 1;
const batchCalls = async (name: Name): Promise<Call[]> =>
  (await sandbox.meta(name).calls()).filter(({ method }) => method === 'POST');

/** The other tool uses up what is left of the hour. */
const useUp = async (): Promise<void> => {
  const { graph, catalogs: ids } = sandbox.info;
  // Its own calls may be refused, too: it is all the same to the test.
  const left = CALLS_AN_HOUR - (await batchCalls('shared')).length;
  for (let n = 0; n < left; n += 1) {
    await fetch(`${graph}/v26.0/${ids.shared}/items_batch?item_type=PRODUCT_ITEM`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ requests: [{ method: 'DELETE', data: { id: `of-another-tool-${n}` } }] }),
    });
  }
};

beforeAll(async () => {
  sandbox = await openSandbox({ catalogs, env: { META_ACCESS_TOKEN: TOKEN } });
  await changeSettings(sandbox.info.graph, {
    processingMs: 100,
    quota: { batchCallsPerHour: CALLS_AN_HOUR },
  });
  // Meta's warnings would keep from the limit even those who count wrongly: this one has to count by itself.
  await sandbox.meta('alone').fault({ name: 'usage-header', call_count: 0, minutes: 0 });
  for (const name of NAMES) await sandbox.landing.put(`data/${name}/shelves.csv`, FILES[name]);
  const begun = await sandbox.now();
  let isUsedUp = false;
  for (;;) {
    await quiet(sandbox);
    if ((await reportKeys()).length === NAMES.length) break;
    if (!isUsedUp && (await batchCalls('shared')).length > 0) {
      await useUp();
      isUsedUp = true;
    }
    const passed = (await sandbox.now()) - begun;
    if (passed > GIVE_UP_AFTER) throw new Error(`not over after ${passed / HOUR} h`);
    await sandbox.advance(STEP);
  }
  for (const name of NAMES) calls[name] = await batchCalls(name);
}, 30 * MINUTE);
afterAll(() => sandbox?.end());

/** The most calls in any hour, wherever it begins. */
const mostInAnHour = (some: readonly Call[]): number =>
  Math.max(0, ...some.map(({ at }) => some.filter((call) => call.at >= at && call.at < at + HOUR).length));

test.each(NAMES)('%s: all products arrive, each by one call that Meta took', async (name) => {
  const expected: Expected[] = expectedCatalog([FILES[name]]);
  expect(await sandbox.meta(name).items()).toEqual(expected);
  const taken = calls[name].filter((call) => isOurs(call) && call.status === 200);
  expect(taken.map(({ entries }) => entries)).toEqual(Array(CALLS[name]).fill(ITEMS_A_CALL));
  const key = (await reportKeys()).find((one) => one.includes(`/${name}-`)) ?? '';
  const all = expected.length;
  expect((await sandbox.synced.json<Report>(key)).rows).toEqual({
    landed: all,
    valid: all,
    rejected: 0,
    superseded: 0,
    unchanged: 0,
    accepted: all,
    errored: 0,
    held: 0,
    carried: 0,
  });
});

test('alone: no hour sees more calls than are allowed, none is refused, and none waits for long', () => {
  const [first] = calls.alone;
  expect(mostInAnHour(calls.alone)).toBeLessThanOrEqual(CALLS_AN_HOUR);
  expect(calls.alone.filter(({ status }) => status !== 200)).toEqual([]);
  expect((calls.alone.at(-1)?.at ?? Number.NaN) - (first?.at ?? 0)).toBeLessThan(LONGEST);
});

test('shared: Meta refuses, and nobody calls before its own time has come', () => {
  const ours = calls.shared.filter(isOurs);
  const refused = ours.filter(({ status }) => status !== 200);
  expect(refused.length).toBeGreaterThan(0);
  for (const { at, response } of refused) {
    expect(response).toMatchObject({ error: { code: 80014 } });
    const before = calls.shared.filter((call) => call.status === 200 && call.at <= at);
    // The first of the last ten calls has to be an hour old.
    const regained = (before.at(-CALLS_AN_HOUR)?.at ?? Number.NaN) + HOUR;
    expect(ours.find((call) => call.at > at)?.at).toBeGreaterThanOrEqual(regained);
  }
});
