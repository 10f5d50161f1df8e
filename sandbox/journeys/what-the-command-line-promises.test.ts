import { execFile } from 'node:child_process';
import { access, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BIN, command, EXAMPLES, lastLine, start } from './harness/command-line.ts';
import { csv, products } from './harness/products.ts';
import { newFolder, openSandbox, type RunResult, removeFolder, type Sandbox } from './harness/sandbox.ts';
import { waitFor } from './harness/wait-for.ts';

const SMALL_SHOP = join(EXAMPLES, 'small-shop.csv');

describe('wrong usage', () => {
  test.each([
    ['no command', []],
    ['an unknown command', ['upload', SMALL_SHOP]],
    ['run without a file', ['run']],
    ['an unknown flag', ['run', SMALL_SHOP, '--fast']],
    ['a flag of another command', ['check', SMALL_SHOP, '--full']],
    ['a time that is none', ['run', SMALL_SHOP, '--timeout', 'soon']],
    ['a time that looks like a flag', ['run', SMALL_SHOP, '--timeout', '-5']],
    ['a file that is not there', ['check', 'no-such.csv']],
    ['a folder', ['check', EXAMPLES]],
    ['settings that are not there', ['run', SMALL_SHOP, '--config', 'no-such.json']],
    ['a catalog that nobody knows', ['plan', SMALL_SHOP, '--catalog', 'garden']],
    ['files for a command that takes none', ['sandbox', SMALL_SHOP]],
  ])('%s: exit 64 and one line', async (_, words) => {
    const { exit, stdout, stderr } = await command(words);
    expect({ exit, stdout }).toEqual({ exit: 64, stdout: '' });
    expect(stderr).toMatch(/^catalog-sync: [^\n]+\n$/);
  });
});

test('a wrong flag is answered with those that there are', async () => {
  const { stderr } = await command(['run', SMALL_SHOP, '--fast']);
  expect(stderr).toMatch(/'--fast': catalog-sync run FILE… \[--full\] \[--graph-url URL\], and --data-dir, /);
});

test('whoever has seen enough of what it says may close the pipe', async () => {
  const told = '{ "$0" check --json "$1"; echo "exit $?" >&2; } | true';
  const bad = join(EXAMPLES, 'bad-rows.csv');
  expect(await promisify(execFile)('sh', ['-c', told, BIN, bad])).toEqual({ stdout: '', stderr: 'exit 2\n' });
});

describe('a running sandbox', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await openSandbox({
      catalogs: { default: { metaCatalogId: '1000000000000001' }, garden: { metaCatalogId: '1000000000000002' } },
    });
  });
  afterAll(() => sandbox?.end());

  test('says in one line where everything is', async () => {
    const { info } = sandbox;
    for (const url of [info.s3, info.dynamodb, info.events, info.sqs, info.sns, info.secrets, info.graph, info.control])
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    for (const name of [
      info.region,
      info.landingBucket,
      info.syncedBucket,
      info.workBucket,
      info.busName,
      info.archiveName,
    ])
      expect(name).toMatch(/^[a-z0-9-]+$/i);
    expect(info.catalogs).toEqual({ default: '1000000000000001', garden: '1000000000000002' });
    expect(info.functions).toHaveLength(7);
    await access(info.outboxDir);
  });

  test('is used by a second command on its folder, which answers with exactly the promised JSON and 0', async () => {
    const { exit, stdout, result } = await sandbox.run([SMALL_SHOP]);
    expect(exit).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    const counts = {
      landed: 5,
      valid: 5,
      rejected: 0,
      superseded: 0,
      unchanged: 0,
      accepted: 5,
      errored: 0,
      held: 0,
      carried: 0,
    };
    expect(result).toEqual({
      syncs: [
        {
          id: 'default-000001',
          catalog: 'default',
          status: 'settled',
          files: [{ key: 'data/1-small-shop.csv', outcome: 'archived', reportKey: null }],
        },
      ],
      rows: counts,
      items: { sent: 5, deleted: 0 },
      batches: [{ batchId: expect.any(String), handle: expect.any(String), items: 5, status: 'accepted' }],
      alerts: [],
    });
    expect(await sandbox.meta().items()).toHaveLength(5);
  });

  test('files of another catalog go to that catalog alone', async () => {
    const file = await sandbox.file('benches.csv', csv(products('bench', 2)));
    const { exit, result } = await sandbox.run([file, '--catalog', 'garden']);
    expect(exit).toBe(0);
    expect(result.syncs).toMatchObject([
      { id: 'garden-000001', catalog: 'garden', files: [{ key: 'data/garden/1-benches.csv' }] },
    ]);
    expect(await sandbox.meta('garden').items()).toHaveLength(2);
    expect((await sandbox.meta().items()).filter(({ id }) => id.startsWith('bench'))).toEqual([]);
  });

  test('a file that is no product file is left alone, and the command says so', async () => {
    const file = await sandbox.file('notes.txt', 'remember the milk');
    const { exit, stderr, result } = await sandbox.run([file]);
    expect(exit).toBe(2);
    expect(stderr).toContain('notes.txt is left alone: product files end in .csv or .csv.gz');
    expect(result).toMatchObject({ syncs: [], rows: { landed: 0 } });
    expect(await sandbox.landing.keys('data/')).toEqual(['data/1-notes.txt']);
  });

  test('sends to where it was told at its start', async () => {
    const words = ['run', SMALL_SHOP, '--json', '--data-dir', sandbox.dataDir, '--graph-url'];
    const elsewhere = await command([...words, 'http://127.0.0.1:9']);
    expect(elsewhere).toMatchObject({ exit: 64, stdout: '', stderr: expect.stringContaining(sandbox.info.graph) });
    expect((await command([...words, sandbox.info.graph])).exit).toBe(0);
  });

  test('a second one on its folder fails with 1 and one sentence', async () => {
    const common = ['--data-dir', sandbox.dataDir];
    const second = await command(['sandbox', '--json', ...common]);
    expect(second).toMatchObject({ exit: 1, stdout: '', stderr: expect.stringContaining(sandbox.dataDir) });
  });

  test('stops with 0 when it is asked to, and what it held is there at the next start', async () => {
    expect(await sandbox.stop()).toBe(0);
    await sandbox.restart();
    expect(await sandbox.meta().items()).toHaveLength(5);
    expect(await sandbox.landing.keys('archive/')).toHaveLength(3);
  });
});

describe('run without a running sandbox', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await newFolder();
  });
  afterAll(() => removeFolder(folder));

  test('starts one of its own, ends it, and the next run goes on from its folder', async () => {
    const words = ['run', SMALL_SHOP, '--json', '--data-dir', join(folder, 'data')];
    const first = await command(words);
    expect(first.exit).toBe(0);
    expect(lastLine<RunResult>(first.stdout).rows).toMatchObject({ landed: 5, accepted: 5 });
    const second = await command(words);
    expect(second.exit).toBe(0);
    expect(lastLine<RunResult>(second.stdout)).toMatchObject({
      syncs: [{ id: 'default-000002' }],
      rows: { unchanged: 5 },
    });
  });
});

describe('a command that is stopped by Ctrl-C', () => {
  const left = async (): Promise<string[]> =>
    (await readdir(tmpdir())).filter((name) => name.startsWith('catalog-sync-plan-'));
  let folder: string;
  beforeAll(async () => {
    folder = await newFolder();
  });
  afterAll(() => removeFolder(folder));

  /** As from a terminal: all processes are told, and the launcher tells the command once more. */
  const interrupt = async (words: readonly string[], when: RegExp) => {
    const running = start([...words, '--data-dir', folder]);
    await waitFor('its work', async () => (when.test(running.written.stderr) ? true : undefined));
    process.kill(-(running.child.pid ?? 0), 'SIGINT');
    return { exit: await running.ended, ...running.written };
  };

  test('says that all is kept, and the next run goes on', async () => {
    const stopped = await interrupt(['run', SMALL_SHOP, '--json'], /^landing /m);
    expect([stopped.exit, stopped.stdout]).toEqual([1, '']);
    expect(stopped.stderr).toContain('stopped: all is kept, the next start on');
    const next = await command(['run', SMALL_SHOP, '--json', '--data-dir', folder]);
    const { batches } = lastLine<RunResult>(next.stdout);
    expect([next.exit, batches.length]).toEqual([0, 1]);
  });

  test('leaves nothing of a plan behind', async () => {
    const before = await left();
    const feed = join(folder, 'feed.csv');
    await writeFile(feed, csv(products('shelf', 200_000)));
    const running = start(['plan', feed]);
    await waitFor('its folder', async () => ((await left()).length > before.length ? true : undefined));
    process.kill(-(running.child.pid ?? 0), 'SIGINT');
    expect(await running.ended).toBe(1);
    expect(running.written.stderr).toContain('stopped: nothing was landed or sent');
    expect(await left()).toEqual(before);
  });
});

describe('the demo', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await newFolder();
  });
  afterAll(() => removeFolder(folder));

  test('tells what happened, and where things lie', async () => {
    const { exit, stdout } = await command(['demo', '--data-dir', folder]);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/1,[0-9]{3} accepted|[0-9]{4} accepted/);
    expect(stdout).toContain('set aside');
    const [, where = ''] = stdout.split('Where things lie:');
    const places = where.split('\n').flatMap((line) => /\s(\/\S+)$/.exec(line.trim())?.[1] ?? []);
    expect(places.length).toBeGreaterThanOrEqual(4);
    await Promise.all(places.map((place) => access(place)));
    const catalog = JSON.parse(await readFile(places.find((place) => place.endsWith('catalog.json')) ?? '', 'utf8'));
    expect(catalog).toHaveLength(1008);
  });
});
