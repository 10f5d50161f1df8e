import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expectedCatalog, rowsOf } from './expectation.ts';
import { EXAMPLES } from './harness/command-line.ts';
import { openSandbox, type Report, type Sandbox } from './harness/sandbox.ts';
import { openStandIn, type StandIn } from './harness/stand-in-for-meta.ts';

const NAMES = ['1.csv', '2.csv', '3.csv'];
let texts: string[];

beforeAll(async () => {
  texts = await Promise.all(NAMES.map((name) => readFile(join(EXAMPLES, 'thousand', name), 'utf8')));
});

const land = async ({ landing }: Sandbox): Promise<void> => {
  // One after the other: so their order by time is that of their names, whatever second they fall into.
  for (const [n, name] of NAMES.entries()) await landing.put(`data/spring/${name}`, texts[n] ?? '');
};

describe('three overlapping files that are uploaded together', () => {
  let sandbox: Sandbox;
  let report: Report;

  beforeAll(async () => {
    sandbox = await openSandbox();
    await land(sandbox);
    report = await sandbox.report(1);
  });
  afterAll(() => sandbox?.end());

  test('become one sync, and each row is accounted for', () => {
    const landed = texts.reduce((sum, text) => sum + rowsOf(text), 0);
    const accepted = expectedCatalog(texts).length;
    expect(report.files.map(({ key }) => key).sort()).toEqual(NAMES.map((name) => `data/spring/${name}`));
    expect(report).toMatchObject({
      id: 'default-000001',
      status: 'settled',
      rows: { landed, valid: landed, rejected: 0, superseded: landed - accepted, accepted, errored: 0, carried: 0 },
      items: { sent: accepted, deleted: 0 },
    });
  });

  test("make Meta's catalog what the last row of each product says, field by field", async () => {
    const items = await sandbox.meta().items();
    expect(items).toHaveLength(1000);
    expect(items).toEqual(expectedCatalog(texts));
  });

  test('lie in the archive under the day of their landing, as they were, and the landing zone is empty', async () => {
    const { landing } = sandbox;
    const day = report.folder.slice(0, 'YYYY/MM/DD'.length);
    expect(day).toMatch(/^\d{4}\/\d{2}\/\d{2}$/);
    const keys = NAMES.map((name) => `archive/${day}/spring/${name}`);
    expect(await landing.keys()).toEqual(keys);
    expect(await Promise.all(keys.map((key) => landing.text(key)))).toEqual(texts);
    expect(await landing.versions('data/')).toBe(0);
  });

  test('leave what was sent in the synced-products bucket, equal to what Meta was given', async () => {
    const posts = await sandbox.meta().posts();
    expect(posts).toHaveLength(report.batches.length);
    const sent = await Promise.all(
      report.batches.map(({ batchId }) => sandbox.synced.json(`${report.folder}/${batchId}.json`)),
    );
    expect(sent).toEqual(posts.map(({ request }) => request));
  });
});

describe('with another server in the place of Meta', () => {
  let meta: StandIn;
  let sandbox: Sandbox;

  beforeAll(async () => {
    meta = await openStandIn();
    sandbox = await openSandbox({ words: ['--graph-url', meta.url] });
    await land(sandbox);
  });
  afterAll(async () => {
    await sandbox?.end();
    await meta?.close();
  });

  test('the JSON that is kept equals byte for byte the body that it received', async () => {
    const { folder, batches } = await sandbox.report(1);
    const kept = await Promise.all(batches.map(({ batchId }) => sandbox.synced.text(`${folder}/${batchId}.json`)));
    expect(kept).toEqual(meta.bodies);
    expect(kept).toHaveLength(1);
    expect(kept[0]).toMatch(/^\{"allow_upsert":true,"requests":\[\{"method":"UPDATE","data":\{"id":/);
  });
});
