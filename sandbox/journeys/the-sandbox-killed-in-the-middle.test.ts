import { expectedCatalog } from './expectation.ts';
import { changeSettings } from './harness/meta.ts';
import { csv, products } from './harness/products.ts';
import { openSandbox, type Report, type Sandbox } from './harness/sandbox.ts';
import { waitFor } from './harness/wait-for.ts';

/** Where the process dies, before which of its writes, and the catalog on which that is tried. */
const DEATHS = [
  ['s3', 7, 'killed-storing'],
  ['dynamodb', 14, 'killed-noting'],
  ['events', 4, 'killed-saying'],
  ['sqs', 16, 'killed-queueing'],
] as const;

const TEXTS = [csv(products('shelf', 20)), csv(products('shelf', 10, { price: '75.00 EUR' }))];

let sandbox: Sandbox;

beforeAll(async () => {
  const names = ['default', ...DEATHS.map(([, , catalog]) => catalog)];
  const catalogs = names.map((name, n) => [name, { metaCatalogId: String(1_000_000_000_000_001 + n) }]);
  sandbox = await openSandbox({ catalogs: Object.fromEntries(catalogs) });
});
afterAll(() => sandbox?.end());

/** Both at once, in an order that they say themselves: on a slow machine the process may be dead before a second call. */
const land = async (folder: string): Promise<void> => {
  const sequence = (n: number): string => new Date(Date.UTC(2026, 0, 1, 12, n)).toISOString();
  await Promise.all(TEXTS.map((text, n) => sandbox.landing.put(`${folder}/${n}.csv`, text, { sequence: sequence(n) })));
};

/** Every row is accounted for, the catalog is right, and both files are archived as they were. */
const expectAllDone = async (reports: readonly Report[], catalog: string): Promise<void> => {
  expect(reports.map(({ status }) => status)).toEqual(reports.map(() => 'settled'));
  const sum = (name: string): number => reports.reduce((total, { rows }) => total + (rows[name] ?? 0), 0);
  expect({ landed: sum('landed'), rejected: sum('rejected'), errored: sum('errored') }).toEqual({
    landed: 30,
    rejected: 0,
    errored: 0,
  });
  expect(await sandbox.meta(catalog).items()).toEqual(expectedCatalog(TEXTS));
  const archived = reports.flatMap(({ files }) => files.map(({ at }) => at ?? '')).sort();
  expect(await Promise.all(archived.map((key) => sandbox.landing.text(key)))).toEqual(TEXTS);
  expect(await sandbox.landing.versions('data/')).toBe(0);
};

test('killed after the call and before the verdict, and started again on the folder, it finishes', async () => {
  await changeSettings(sandbox.info.graph, { processingMs: 6000 });
  await land('data');
  // A handle that was asked about has been noted: Meta has the batch, and nobody knows yet what comes of it.
  await waitFor('the first question about the handle', async () =>
    (await sandbox.meta().calls()).find(({ path }) => path.endsWith('/check_batch_request_status')),
  );
  await sandbox.kill();

  await sandbox.restart();
  const report = await sandbox.hurried(sandbox.report(1));
  expect(report.rows).toMatchObject({ superseded: 10, accepted: 20 });
  await expectAllDone([report], 'default');
});

test.each(DEATHS)(
  'dead before a write at %s (the %i. from landing on) it finishes after the next start',
  async (where, write, catalog) => {
    await sandbox.dieBefore(where, write);
    await land(`data/${catalog}`);
    await sandbox.died();

    await sandbox.restart();
    await expectAllDone([await sandbox.hurried(sandbox.report(1, catalog))], catalog);
  },
);
