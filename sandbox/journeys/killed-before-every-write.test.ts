import { setTimeout as sleep } from 'node:timers/promises';
import { sandboxClock } from '../clock.ts';
import { type GraphServer, startGraph } from '../meta/graph.ts';
import { changeSettings } from './harness/meta.ts';
import { OVERLAPPING, OVERLAPPING_ITEMS, OVERLAPPING_ROWS, TWO_CALLS } from './harness/overlapping.ts';
import { DEFAULT_ID, newFolder, openSandbox, type Report, removeFolder, type Sandbox } from './harness/sandbox.ts';
import { tablesOf } from './harness/tables.ts';

/** From this write of each server on, every single one; when it is not set, a sample. `scripts/kill-everywhere.ts` sets it. */
const EVERY_FROM = process.env.KILL_BEFORE_EVERY_WRITE_FROM;

/** A sample's size, and what it is drawn by: the same seed draws the same points of a journey of the same length. */
const SAMPLE = 40;
const SEED = 20_261_123;

/** Much of a journey is waiting, so a few run side by side. */
const LANES = 3;
/** How many deaths a folder sees: each on a catalog of its own, so that none inherits another's embargoes. */
const A_FOLDER = 14;

const PLACES = ['s3', 'dynamodb', 'events', 'sqs'] as const;
interface Death {
  where: (typeof PLACES)[number];
  write: number;
}
type Writes = Record<Death['where'], number>;

interface Case {
  catalog: string;
  metaCatalogId: string;
  death: Death | null;
}

const LOOK_EVERY_MS = 200;
/** Nothing was written for so many looks: whatever is still to come waits for its time. */
const QUIET_LOOKS = 4;
/** Then the clock moves on by this: a sweep comes, and what is looked after each minute is due. */
const NEXT_SWEEP_MS = 61_000;
const EMBARGO_MS = 61 * 60_000;
const PATIENCE_MS = 120_000;

/** Mulberry32: evenly spread numbers from 0 to 1, the same ones for a seed. */
const randomOf = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, n) => from + n);

/** As many points in each server's writes, one somewhere in each of equal stretches of them. */
const sampleOf = (writes: Writes): Death[] => {
  const random = randomOf(SEED);
  const each = SAMPLE / PLACES.length;
  return PLACES.flatMap((where) =>
    range(0, each - 1).map((n) => ({ where, write: 1 + Math.floor(((n + random()) / each) * writes[where]) })),
  );
};

const everyFrom = (from: number, writes: Writes): Death[] =>
  PLACES.flatMap((where) => range(from, writes[where]).map((write) => ({ where, write })));

const METAS_OWN_ID = 2_000_000_000_000_000;
const casesOf = (deaths: readonly (Death | null)[], from: number): Case[] =>
  deaths.map((death, n) => ({ catalog: `c-${from + n}`, metaCatalogId: String(METAS_OWN_ID + from + n), death }));

let folder: string;
let graph: GraphServer;
const clock = sandboxClock();
/** More than there are writes in the journey. */
const MOST_CASES = 2000;

beforeAll(async () => {
  folder = await newFolder();
  // In this process: its list of calls and its settings outlive the sandbox's deaths.
  const known = casesOf(Array<null>(MOST_CASES).fill(null), 0).map(({ metaCatalogId, catalog }) => [
    metaCatalogId,
    { name: catalog },
  ]);
  graph = await startGraph({ dir: folder, clock, catalogs: Object.fromEntries(known), token: 'sandbox-access-token' });
  await changeSettings(graph.url, { processingMs: 50 });
});
afterAll(async () => {
  await graph?.close();
  clock.stop();
  await removeFolder(folder);
});

const openFor = (cases: readonly Case[]): Promise<Sandbox> =>
  openSandbox({
    catalogs: {
      default: { metaCatalogId: DEFAULT_ID },
      ...Object.fromEntries(cases.map(({ catalog, metaCatalogId }) => [catalog, { metaCatalogId, ...TWO_CALLS }])),
    },
    words: ['--graph-url', graph.url],
  });

const keysOf = async ({ landing }: Sandbox, catalog: string): Promise<string[]> => {
  const archived = (await landing.keys('archive/')).filter((key) => key.includes(`/${catalog}/`));
  return [...(await landing.keys(`data/${catalog}/`)), ...archived];
};

/** Uploads what is not there yet. False when the sandbox died meanwhile: a shop then tries again. */
const land = async (sandbox: Sandbox, catalog: string): Promise<boolean> => {
  try {
    const there = await keysOf(sandbox, catalog);
    for (const [n, text] of OVERLAPPING.entries()) {
      const name = `${catalog}/${n + 1}.csv`;
      if (!there.some((key) => key.endsWith(`/${name}`))) await sandbox.landing.put(`data/${name}`, text);
    }
    return true;
  } catch {
    return false;
  }
};

const reportsOf = async ({ synced }: Sandbox, catalog: string): Promise<Report[]> => {
  const keys = (await synced.keys()).filter((key) => key.includes(`/${catalog}-`) && key.endsWith('/report.json'));
  return Promise.all(
    keys.map(async (key) => ({
      ...(await synced.json<Report>(key)),
      folder: key.slice(0, -'/report.json'.length),
    })),
  );
};

/** All files are put away, and nothing is carried any more. */
const isDone = (reports: readonly Report[]): boolean =>
  reports.flatMap(({ files }) => files).length >= OVERLAPPING.length && reports.at(-1)?.rows.carried === 0;

/**
 * Looks again and again whether anything is written, and moves the clock on whenever nothing is. `look` is told whether
 * objects were written since it was last called, and ends it by an answer.
 */
const hurried = async <A>(
  sandbox: Sandbox,
  look: (changed: boolean) => Promise<{ leapMs: number } | { done: A }>,
): Promise<A> => {
  let last = { s3: -1, dynamodb: -1 };
  let quiet = 0;
  for (;;) {
    const { s3, dynamodb } = await sandbox.writes();
    quiet = s3 === last.s3 && dynamodb === last.dynamodb ? quiet + 1 : 0;
    const looked = await look(s3 !== last.s3);
    if ('done' in looked) return looked.done;
    last = { s3, dynamodb };
    if (quiet >= QUIET_LOOKS) {
      quiet = 0;
      await sandbox.advance(looked.leapMs);
    }
    await sleep(LOOK_EVERY_MS);
  }
};

/**
 * Waits until the catalog's work is done, or until the sandbox dies. What an embargo keeps back is waited for in one
 * leap: no lease runs then.
 */
const finish = (sandbox: Sandbox, catalog: string): Promise<Report[]> => {
  const deadline = Date.now() + PATIENCE_MS;
  let reports: Report[] = [];
  return hurried(sandbox, async (changed) => {
    // A report is an object itself.
    if (changed) reports = await reportsOf(sandbox, catalog);
    if (isDone(reports)) return { done: reports };
    if (Date.now() > deadline)
      throw new Error(`not done: ${JSON.stringify(reports.map(({ id, rows }) => ({ id, rows })))}`);
    return { leapMs: (reports.at(-1)?.rows.carried ?? 0) > 0 ? EMBARGO_MS : NEXT_SWEEP_MS };
  });
};

/** Lands, and goes on until the process dies. False when all was done and it has not died. */
const dies = async (sandbox: Sandbox, catalog: string): Promise<boolean> => {
  let died = false;
  const noting = sandbox.died().then(() => (died = true));
  try {
    if (!(await land(sandbox, catalog))) throw new Error('landing fails though nothing has died');
    await finish(sandbox, catalog);
    // The last writes come after the work can be seen.
    let looks = 0;
    await hurried(sandbox, async () => {
      looks += 1;
      return looks < 2 * QUIET_LOOKS ? { leapMs: NEXT_SWEEP_MS } : { done: undefined };
    });
  } catch (error) {
    // Its servers stop answering a moment before its end is known.
    await Promise.race([noting, sleep(2000)]);
    if (!died) throw error;
  }
  return died;
};

/** Batches whose call may have left without its answer being known: the only ones that may be sent again. */
const inDoubt = async (sandbox: Sandbox, catalog: string): Promise<Set<string>> => {
  const batches = (await tablesOf(sandbox.info).items('publish')).filter(({ pk }) =>
    pk.startsWith(`batches#${catalog}-`),
  );
  return new Set(batches.filter(({ state }) => state === 'sending').map(({ sk }) => sk));
};

/** What is wrong at the end, in words; nothing when all is as it has to be. */
const faultsOf = async (
  sandbox: Sandbox,
  catalog: string,
  reports: readonly Report[],
  doubtful: ReadonlySet<string>,
): Promise<string[]> => {
  const faults: string[] = [];
  const same = (what: string, seen: unknown, wanted: unknown): void => {
    if (JSON.stringify(seen) !== JSON.stringify(wanted))
      faults.push(`${what}: ${JSON.stringify(seen)} instead of ${JSON.stringify(wanted)}`);
  };
  const sorted = (items: readonly object[]): object[] =>
    items.map((item) => Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))));
  const meta = sandbox.meta(catalog);
  same('the catalog', sorted(await meta.items()), sorted(OVERLAPPING_ITEMS));

  const archived = await keysOf(sandbox, catalog);
  same('archived', await Promise.all(archived.map((key) => sandbox.landing.text(key))), OVERLAPPING);
  same('left in data/', await sandbox.landing.versions(`data/${catalog}/`), 0);
  same(
    'files in the reports',
    reports.flatMap(({ files }) => files.map(({ at, outcome }) => `${outcome} ${at}`)).sort(),
    archived.map((key) => `archived ${key}`),
  );

  same(
    'rows landed',
    reports.reduce((sum, { rows }) => sum + (rows.landed ?? 0), 0),
    OVERLAPPING_ROWS,
  );
  for (const { id, status, rows } of reports) {
    same(`${id}: status`, status, 'settled');
    const of = (...names: string[]): number => names.reduce((sum, name) => sum + (rows[name] ?? Number.NaN), 0);
    same(`${id}: landed`, of('landed'), of('valid', 'rejected'));
    same(`${id}: valid`, of('valid'), of('superseded', 'unchanged', 'accepted', 'errored', 'held', 'carried'));
    same(`${id}: rejected, errored`, of('rejected', 'errored'), 0);
  }

  const posts = (await meta.posts()).map(({ request }) => JSON.stringify(request));
  const bodies = new Map<string, string>();
  for (const { folder: at, batches } of reports)
    for (const { batchId } of batches) bodies.set(batchId, await sandbox.synced.text(`${at}/${batchId}.json`));
  for (const [batchId, body] of bodies) {
    const times = posts.filter((post) => post === body).length;
    if (times !== 1 && !(times === 2 && doubtful.has(batchId)))
      faults.push(`batch ${batchId} was sent ${times} times, in doubt: ${doubtful.has(batchId)}`);
  }
  const known = new Set(bodies.values());
  same('posts of no batch', posts.filter((post) => !known.has(post)).length, 0);
  const contents = [...known].flatMap((body) =>
    (JSON.parse(body) as { requests: unknown[] }).requests.map((request) => JSON.stringify(request)),
  );
  same('contents sent in two batches', contents.length - new Set(contents).size, 0);
  return faults;
};

/** Dies and starts again, or lives through it; answers what is wrong afterwards. */
const tryCase = async (sandbox: Sandbox, { catalog, death }: Case): Promise<{ died: boolean; faults: string[] }> => {
  let doubtful: ReadonlySet<string> = new Set();
  if (death !== null) await sandbox.dieBefore(death.where, death.write);
  const died = await dies(sandbox, catalog);
  if (died) {
    await sandbox.restart();
    doubtful = await inDoubt(sandbox, catalog);
    if (!(await land(sandbox, catalog))) throw new Error('landing fails after the next start');
  } else if (death !== null) {
    // It needed fewer writes than the journey that was measured: the switch must not fire in the next case.
    await sandbox.dieBefore(death.where, Number.MAX_SAFE_INTEGER);
  }
  const reports = await finish(sandbox, catalog);
  return { died, faults: await faultsOf(sandbox, catalog, reports, doubtful) };
};

const HOUR_MS = 3600_000;

test(
  `wherever it dies, it ends with every product right, every file archived and nothing sent twice without need`,
  async () => {
    const [whole] = casesOf([null], 0) as [Case];
    const measured = await openFor([whole]);
    let writes: Writes;
    try {
      const before = await measured.writes();
      expect(await land(measured, whole.catalog)).toBe(true);
      const reports = await finish(measured, whole.catalog);
      writes = await measured.writes();
      expect(await faultsOf(measured, whole.catalog, reports, new Set())).toEqual([]);
      for (const where of PLACES) writes[where] -= before[where];
    } finally {
      await measured.end();
    }
    const deaths = EVERY_FROM === undefined ? sampleOf(writes) : everyFrom(Number(EVERY_FROM), writes);
    expect(deaths.length).toBeLessThan(MOST_CASES);
    const cases = casesOf(deaths, 1);
    const folders = range(0, Math.ceil(cases.length / A_FOLDER) - 1).map((n) =>
      cases.slice(n * A_FOLDER, (n + 1) * A_FOLDER),
    );

    const failures: string[] = [];
    let deadCount = 0;
    const lane = async (): Promise<void> => {
      for (let some = folders.shift(); some !== undefined; some = folders.shift()) {
        const sandbox = await openFor(some);
        try {
          for (const one of some) {
            const { died, faults } = await tryCase(sandbox, one).catch(async (error: Error) => {
              // The next case is to begin well, whatever became of this one.
              await sandbox.kill();
              await sandbox.restart();
              return { died: true, faults: [error.message] };
            });
            if (died) deadCount += 1;
            if (faults.length > 0) failures.push(`${one.death?.where} #${one.death?.write}: ${faults.join('; ')}`);
          }
        } finally {
          await sandbox.end();
        }
      }
    };
    await Promise.all(range(1, LANES).map(lane));

    expect(failures).toEqual([]);
    // How often ticks are written depends on how long all takes: a quicker journey does not reach the last of them.
    expect(deadCount).toBeGreaterThanOrEqual(0.6 * deaths.length);
  },
  EVERY_FROM === undefined ? HOUR_MS / 4 : 4 * HOUR_MS,
);
