import { userInfo } from 'node:os';
import { busOf } from './harness/bus.ts';
import { csv, type Product, products } from './harness/products.ts';
import { openSandbox, type Sandbox } from './harness/sandbox.ts';
import { tablesOf } from './harness/tables.ts';
import { waitFor } from './harness/wait-for.ts';

interface Decision {
  id: string;
  plan: string | null;
  state: string | null;
  decided: boolean;
}

let sandbox: Sandbox;
/** How many decisions were told on the bus. */
let told: () => Promise<number>;

beforeAll(async () => {
  sandbox = await openSandbox({
    catalogs: {
      default: { metaCatalogId: '1000000000000001' },
      garden: { metaCatalogId: '1000000000000002' },
      terrace: { metaCatalogId: '1000000000000003' },
    },
  });
  told = await busOf(sandbox.info).listen(sandbox.info.busName, 'decisions', {
    source: ['catalog-sync.console'],
    'detail-type': ['PlanApproved', 'PlanDiscarded'],
  });
});
afterAll(() => sandbox?.end());

const SHELVES = products('shelf', 200);
/** 6 % and 12 of them: more than the 5 % and the 10 that a plan may delete unasked. */
const MISSING = SHELVES.slice(100, 112);
const WITHOUT = SHELVES.filter((shelf) => !MISSING.includes(shelf));

const land = async (rows: readonly Product[], ...words: string[]) =>
  sandbox.run([await sandbox.file('feed.csv', csv(rows)), ...words]);
const decide = (...words: string[]) => sandbox.command<Decision>(words);
const pointer = async (catalog: string) =>
  (await tablesOf(sandbox.info).items('transform')).find(({ pk }) => pk === `pointer#${catalog}`);
const ids = async (catalog: string) => (await sandbox.meta(catalog).items()).map(({ id }) => id).toSorted();
const idsOf = (rows: readonly Product[]) => rows.map(({ id }) => id).toSorted();
/** The hash that `run` says beside the command to type. */
const hashIn = (stderr: string): string => /approve \S+ --plan ([0-9a-f]+)/.exec(stderr)?.[1] ?? 'none';

test('a whole feed that would delete 6 % is held: nothing of it is sent, and the baseline stays', async () => {
  expect(await land(SHELVES, '--full')).toMatchObject({ exit: 0, result: { rows: { accepted: 200 } } });
  const before = { pointer: await pointer('default'), calls: await sandbox.meta().calls() };

  const changed = WITHOUT.map((shelf, n) => (n === 0 ? { ...shelf, price: '99.00 EUR' } : shelf));
  const held = await land(changed, '--full');
  expect(held).toMatchObject({
    exit: 2,
    result: {
      syncs: [{ id: 'default-000002', status: 'held', files: [] }],
      rows: { landed: 188, unchanged: 187, held: 1, accepted: 0 },
      items: { sent: 0, deleted: 0 },
      batches: [],
    },
  });
  expect(held.stderr).toContain('12 products deleted: 6 % of all, more than 5 % and more than 10');
  expect(held.stderr).toMatch(/catalog-sync discard 2 --plan [0-9a-f]{16}/);

  const shown = await sandbox.command(['plan', '--sync', '2']);
  expect(shown).toMatchObject({
    exit: 2,
    result: {
      id: 'default-000002',
      state: 'held',
      plan: hashIn(held.stderr),
      creates: 0,
      updates: 1,
      deletes: 12,
      unchanged: 187,
      risks: [{ kind: 'deletes', share: 0.06, count: 12, limit: 10 }],
    },
  });
  await waitFor('the alert', async () => (await sandbox.alerts()).find(({ kind }) => kind === 'plan-held'));
  expect({ pointer: await pointer('default'), calls: await sandbox.meta().calls() }).toEqual(before);
});

test('meanwhile another catalog goes on', async () => {
  const benches = await land(SHELVES, '--full', '--catalog', 'garden');
  expect(benches).toMatchObject({ exit: 0, result: { syncs: [{ id: 'garden-000001', status: 'settled' }] } });
  expect(await ids('garden')).toEqual(idsOf(SHELVES));
});

test.each([
  ['of a sync that is not there', ['approve', '99'], 'there is no plan of default-000099; default-000002 is held'],
  ['of one that is over', ['discard', '1'], 'default-000001 is not held, for it is within the limits'],
  ['of a plan that is not the one shown', ['approve', '2', '--plan', 'beef'], 'default-000002 holds the plan'],
  ['of another catalog’s sync', ['approve', 'garden-000001'], 'garden-000001 is not held'],
])('a decision %s changes nothing: exit 2', async (_what, words, why) => {
  const before = await tablesOf(sandbox.info).items('transform');
  const { exit, result, stderr } = await decide(...words);
  expect({ exit, decided: result.decided, stderr }).toEqual({
    exit: 2,
    decided: false,
    stderr: expect.stringContaining(why),
  });
  const plans = (items: typeof before) => items.map(({ pk, sk, state }) => ({ pk, sk, state }));
  expect(plans(await tablesOf(sandbox.info).items('transform'))).toEqual(plans(before));
});

test('discarded, it sends nothing and its file is refused; the right feed goes on from the old baseline', async () => {
  const before = await pointer('default');
  expect(await decide('discard', '2')).toMatchObject({
    exit: 0,
    result: { id: 'default-000002', state: 'discarded', decided: true },
  });
  await waitFor('the word', async () => ((await told()) === 1 ? true : undefined));
  const report = await sandbox.report(2);
  expect(report).toMatchObject({ status: 'discarded', items: { sent: 0, deleted: 0 }, batches: [] });
  expect(report.files).toMatchObject([
    { outcome: 'refused', why: expect.stringContaining(`discarded by ${userInfo().username}: ask`) },
  ]);
  expect(report.files[0]?.at).toMatch(/^refused\//);
  expect(await pointer('default')).toMatchObject({ sync: 2, stateKey: before?.stateKey });

  const right = SHELVES.map((shelf) => (shelf.id === 'shelf-1' ? { ...shelf, price: '95.00 EUR' } : shelf));
  expect(await land(right, '--full')).toMatchObject({
    exit: 0,
    result: { rows: { accepted: 1, unchanged: 199 }, items: { sent: 1, deleted: 0 } },
  });
  expect(await ids('default')).toEqual(idsOf(SHELVES));
  expect(await decide('approve', '2')).toMatchObject({ exit: 2, result: { state: 'discarded', decided: false } });
  await waitFor('the alert’s end', async () =>
    (await sandbox.alerts()).find(({ kind, state }) => kind === 'plan-held' && state === 'cleared'),
  );
});

test('approved, it deletes exactly those; what landed meanwhile follows', async () => {
  const held = await land(WITHOUT, '--full', '--catalog', 'garden');
  expect(held).toMatchObject({ exit: 2, result: { syncs: [{ id: 'garden-000002', status: 'held' }] } });
  const late = await land(products('bench', 2), '--catalog', 'garden');
  expect(late).toMatchObject({ exit: 1, result: { syncs: [{ id: 'garden-000002', status: 'held', files: [] }] } });
  expect(late.stderr).toContain('garden-000002 was held before this run: what was landed waits');
  const posts = (await sandbox.meta('garden').posts()).length;

  const hash = hashIn(held.stderr);
  expect(await decide('approve', 'garden-000002', '--plan', hash)).toMatchObject({
    exit: 0,
    result: { id: 'garden-000002', plan: hash, state: 'approved', decided: true },
  });
  await waitFor('the word', async () => ((await told()) === 2 ? true : undefined));
  expect(await sandbox.report(2, 'garden')).toMatchObject({
    status: 'settled',
    rows: { landed: 188, unchanged: 188 },
    items: { sent: 0, deleted: 12 },
  });
  expect(await sandbox.report(3, 'garden')).toMatchObject({ items: { sent: 2, deleted: 0 } });
  const [deleting] = (await sandbox.meta('garden').posts()).slice(posts);
  const requests = deleting?.request?.requests.toSorted((a, b) => (a.data.id < b.data.id ? -1 : 1));
  expect(requests).toEqual(idsOf(MISSING).map((id) => ({ method: 'DELETE', data: { id } })));
  expect(await ids('garden')).toEqual([...idsOf(products('bench', 2)), ...idsOf(WITHOUT)].toSorted());
});

test('decided while nothing runs, it goes on at the next start', async () => {
  await land(SHELVES, '--full', '--catalog', 'terrace');
  expect(await land(WITHOUT, '--full', '--catalog', 'terrace')).toMatchObject({ exit: 2 });
  await sandbox.stop();
  const decided = await decide('approve', 'terrace-000002');
  expect(decided).toMatchObject({ exit: 0, result: { state: 'approved' } });
  expect(decided.stderr).toContain('it goes on with the next `run` or `sandbox`');

  await sandbox.restart();
  expect(await sandbox.report(2, 'terrace')).toMatchObject({ status: 'settled', items: { deleted: 12 } });
  expect(await ids('terrace')).toEqual(idsOf(WITHOUT));
});
