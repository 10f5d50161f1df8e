import { setTimeout as sleep } from 'node:timers/promises';
import { type Bus, busOf } from './harness/bus.ts';
import { contentsOf } from './harness/contents.ts';
import { landOverlapping, OVERLAPPING_ITEMS, TWO_CALLS } from './harness/overlapping.ts';
import { csv, products } from './harness/products.ts';
import { DEFAULT_ID, openSandbox, type Sandbox } from './harness/sandbox.ts';
import { tablesOf } from './harness/tables.ts';
import { waitFor } from './harness/wait-for.ts';

const SERVICES = ['ingest', 'validate', 'transform', 'publish', 'monitor'] as const;
const A_MINUTE_MS = 61_000;

let sandbox: Sandbox;
let bus: Bus;

beforeEach(async () => {
  sandbox = await openSandbox({ catalogs: { default: { metaCatalogId: DEFAULT_ID, ...TWO_CALLS } } });
  bus = busOf(sandbox.info);
});
afterEach(() => sandbox?.end());

/** Nothing is under way: no message waits, and for a while nothing was written. */
const rest = async (): Promise<void> => {
  let last = '';
  let same = 0;
  await waitFor('rest', async () => {
    const { s3, dynamodb } = await sandbox.writes();
    const now = JSON.stringify([s3, dynamodb, await bus.waiting()]);
    same = now === last && now.endsWith(',0]') ? same + 1 : 0;
    last = now;
    return same >= 8 ? true : undefined;
  });
};

/** Two minutes' sweeps, so that whatever is still due comes. */
const restForGood = async (): Promise<void> => {
  for (let minute = 0; minute < 3; minute += 1) {
    await rest();
    await sandbox.advance(A_MINUTE_MS);
    await sleep(200);
  }
  await rest();
};

const everything = async () => {
  const tables = tablesOf(sandbox.info);
  return {
    tables: Object.fromEntries(
      await Promise.all(SERVICES.map(async (service) => [service, await tables.items(service)] as const)),
    ),
    objects: await contentsOf(sandbox.info),
    posts: await sandbox.meta().posts(),
    items: await sandbox.meta().items(),
    alerts: await sandbox.alerts(),
  };
};

test('every event of a finished history, delivered again twice, sends nothing and changes nothing', async () => {
  await landOverlapping(sandbox, 'data');
  await sandbox.report(1);
  await sandbox.landing.put('data/later.csv', csv(products('shelf', 3, { price: '64.00 EUR' })));
  await sandbox.report(2);
  await restForGood();
  const before = await everything();
  expect(before.posts).toHaveLength(3);
  const events = await bus.archived();
  // Landed, validated, transformed, sent, finished, settled by publish and by transform, archived: twice.
  expect(events).toBeGreaterThanOrEqual(16);

  const { sqs: deliveries } = await sandbox.writes();
  await bus.replay('once');
  await rest();
  await bus.replay('twice');
  await restForGood();

  expect((await sandbox.writes()).sqs - deliveries).toBeGreaterThan(2 * events);
  expect(await everything()).toEqual(before);
});

test('a sync that stalls because transform hears nothing is finished by a replay of what it did not hear', async () => {
  const transform = (await bus.rules()).filter(({ targets }) =>
    targets.some(({ Arn }) => /totransform/i.test(Arn ?? '')),
  );
  const [ticks, hearing] = [true, false].map((tick) =>
    transform.filter(({ schedule }) => (schedule !== undefined) === tick),
  ) as [typeof transform, typeof transform];
  expect([ticks.length, hearing.length]).toEqual([1, 3]);
  for (const rule of transform) await bus.disable(rule);

  await landOverlapping(sandbox, 'data');
  await waitFor('the validation', async () => {
    const items = await tablesOf(sandbox.info).items('validate');
    return items.some(({ state }) => state === 'validated') ? true : undefined;
  });
  // Others' sweeps say their words again, and that does not help.
  await restForGood();
  expect(await tablesOf(sandbox.info).items('transform')).toEqual([]);
  expect(await sandbox.meta().posts()).toEqual([]);

  // Its sweep stays silent, so that nothing but the replay can tell it; nor are words said again while nothing is due.
  for (const rule of hearing) await bus.enable(rule);
  expect(await tablesOf(sandbox.info).items('transform')).toEqual([]);
  await bus.replay('what-was-not-heard');
  const report = await sandbox.report(1);

  expect(report).toMatchObject({ status: 'settled', rows: { accepted: OVERLAPPING_ITEMS.length } });
  expect(await sandbox.meta().items()).toEqual(OVERLAPPING_ITEMS);
  expect(await sandbox.landing.versions('data/')).toBe(0);
});
