/**
 * Many troubles with Meta side by side in one sandbox, each on a catalog of its own: nearly all of a journey is waiting.
 */
import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { s3Of } from './bucket.ts';
import { allCalls, type Call, type Fault, type Item } from './meta.ts';
import { csv, products } from './products.ts';
import { quiet } from './quiet.ts';
import type { Alert, Catalogs, Report, Sandbox } from './sandbox.ts';
import { PATIENCE_MS, waitFor } from './wait-for.ts';

export const MINUTE = 60_000;

/**
 * A fault that ends after so many minutes of the sandbox's clock, if that is given. Where it is to leave rows unknown it
 * stays until the first sync has ended, or a slow machine's clock could end it before the last try.
 */
export type Trouble = Fault & { forMinutes?: number };

export interface Case {
  name: string;
  troubles: readonly Trouble[];
  settings?: Record<string, unknown>;
  /** Products that Meta never takes: at rest they are not in the catalog. */
  refused?: readonly string[];
  /**
   * For cases in which a second file, with other prices for the same products, lands once the first is put away: so many of
   * its rows have to wait, as nobody could say what Meta did with their products. How many may depend on how long all takes.
   */
  inDoubt?: number | 'some';
  /** Rows that the first sync could not bring to an end. */
  unknown?: number;
  /** Minutes that a throttled call keeps us away for. */
  away?: number;
  /** The most items_batch calls that all this may take. */
  calls?: number;
  /** Kinds of alert that people get, sorted. */
  alerts?: readonly string[];
  /** Parts of what the first report says about its errors. */
  says?: readonly string[];
}

/** Few enough that the emulator keeps the body of every call. */
const PRODUCTS = 6;
export const FILES = [
  csv(products('shelf', PRODUCTS)),
  csv(products('shelf', PRODUCTS, { price: '75.00 EUR' })),
] as const;
export const filesOf = ({ inDoubt }: Case): readonly string[] => FILES.slice(0, inDoubt === undefined ? 1 : 2);
export const PRICES = ['89.00 EUR', '75.00 EUR'];

/** Short waits, so that a journey through all of them is short. To the embargo comes the allowance for clocks. */
const STUCK_AFTER_MINUTES = 3;
export const EMBARGO_MINUTES = 2;

const METAS_OWN_ID = 3_000_000_000_000_000;
const catalogOf = (n: number): string => `case-${n + 1}`;

export const catalogsOf = (cases: readonly Case[]): Catalogs => ({
  default: { metaCatalogId: String(METAS_OWN_ID) },
  ...Object.fromEntries(
    cases.map(({ settings }, n) => [
      catalogOf(n),
      {
        metaCatalogId: String(METAS_OWN_ID + n + 1),
        stuckAfterMinutes: STUCK_AFTER_MINUTES,
        embargoMinutes: EMBARGO_MINUTES,
        ...settings,
      },
    ]),
  ),
});

/** All that can be seen of a catalog at the end. */
export interface Seen {
  /** What Meta holds. */
  items: Item[];
  /** By sync. */
  reports: Report[];
  /** What became of items, by sync. */
  verdicts: { sync: string; id: string; verdict: string }[];
  /** All calls about it, oldest first. */
  calls: Call[];
  /** As they were told, one after the other. */
  alerts: Alert[];
  /** Versions and markers that are left where files land. */
  left: number;
}

/** How far the clock moves on whenever all is quiet: in small steps while most is under way, then in larger ones. */
const stepAt = (sinceMs: number): number =>
  sinceMs < 6 * MINUTE ? MINUTE : sinceMs < HOUR / 2 ? 2 * MINUTE : 10 * MINUTE;
const HOUR = 60 * MINUTE;
/** Longer than all of it takes. */
const GIVE_UP_AFTER = 12 * HOUR;

const keysOf = async ({ info }: Sandbox): Promise<string[]> => {
  const keys: string[] = [];
  const pages = paginateListObjectsV2({ client: s3Of(info) }, { Bucket: info.syncedBucket });
  for await (const { Contents = [] } of pages) keys.push(...Contents.map(({ Key = '' }) => Key));
  return keys;
};

const isOver = (one: Case, reports: readonly Report[]): boolean => {
  const last = reports.at(-1);
  const files = reports.reduce((sum, report) => sum + report.files.length, 0);
  return files === filesOf(one).length && last?.rows.carried === 0 && last.carriedRows.carried === 0;
};

/** Goes through all cases, and answers what is to be seen of each when nothing is left to do. */
export const goThrough = async (sandbox: Sandbox, cases: readonly Case[]): Promise<Seen[]> => {
  const landed = new Set<number>();
  const lasting: { forMinutes: number; isNeeded: () => boolean; end: () => Promise<void> }[] = [];
  for (const [n, { troubles, unknown = 0 }] of cases.entries()) {
    const isNeeded = (): boolean => unknown > 0 && !landed.has(n);
    for (const { forMinutes, ...fault } of troubles) {
      const end = await sandbox.meta(catalogOf(n)).fault(fault as Fault);
      if (forMinutes !== undefined) lasting.push({ forMinutes, isNeeded, end });
    }
    await sandbox.landing.put(`data/${catalogOf(n)}/1.csv`, FILES[0]);
  }
  await waitFor(
    'a call about every catalog',
    async () => {
      const called = new Set((await allCalls(sandbox.info.graph)).map(({ path }) => path.split('/')[2]));
      return cases.every((_, n) => called.has(sandbox.info.catalogs[catalogOf(n)])) ? true : undefined;
    },
    3 * PATIENCE_MS,
  );
  const begun = await sandbox.now();

  const reports = cases.map((): Report[] => []);
  const read = new Set<string>();
  const look = async (): Promise<void> => {
    const keys = (await keysOf(sandbox)).filter((key) => key.endsWith('/report.json') && !read.has(key));
    for (const key of keys) {
      read.add(key);
      const report = await sandbox.synced.json<Report & { catalog: string }>(key);
      const n = Number(report.catalog.slice(catalogOf(0).length - 1)) - 1;
      reports[n]?.push({ ...report, folder: key.slice(0, -'/report.json'.length) });
      reports[n]?.sort((a, b) => (a.id < b.id ? -1 : 1));
      if (landed.has(n)) continue;
      landed.add(n);
      if (cases[n]?.inDoubt !== undefined) await sandbox.landing.put(`data/${report.catalog}/2.csv`, FILES[1]);
    }
  };

  for (;;) {
    await quiet(sandbox);
    const now = await sandbox.now();
    for (const trouble of lasting.splice(0)) {
      if (now - begun < trouble.forMinutes * MINUTE || trouble.isNeeded()) lasting.push(trouble);
      else await trouble.end();
    }
    const before = landed.size;
    await look();
    if (landed.size > before) continue;
    const open = cases.filter((one, n) => !isOver(one, reports[n] ?? []));
    if (open.length === 0) break;
    if (now - begun > GIVE_UP_AFTER)
      throw new Error(`not over after ${GIVE_UP_AFTER / HOUR} h: ${open.map(({ name }) => name).join('; ')}`);
    await sandbox.advance(stepAt(now - begun));
  }
  // What is told about the end, and what a sweep would still find to do.
  for (let sweeps = 0; sweeps < 2; sweeps += 1) {
    await sandbox.advance(6 * MINUTE);
    await quiet(sandbox);
  }
  await look();
  const alerts = await sandbox.alerts();
  return Promise.all(cases.map((_, n) => seenOf(sandbox, catalogOf(n), reports[n] ?? [], alerts)));
};

const seenOf = async (sandbox: Sandbox, catalog: string, reports: Report[], alerts: Alert[]): Promise<Seen> => {
  const verdicts = await Promise.all(
    reports.map(async ({ id: sync, folder }) => {
      const keys = (await sandbox.synced.keys(`${folder}/`)).filter((key) => key.endsWith('.verdict.json'));
      const files = await Promise.all(
        keys.map((key) => sandbox.synced.json<{ status: string; items: { id: string; verdict: string }[] }>(key)),
      );
      // A split batch's errors stand in a batch of their own, too.
      return files
        .filter(({ status }) => status !== 'split')
        .flatMap(({ items }) => items.map(({ id, verdict }) => ({ sync, id, verdict })));
    }),
  );
  const meta = sandbox.meta(catalog);
  return {
    items: await meta.items(),
    reports,
    verdicts: verdicts.flat(),
    calls: await meta.calls(),
    alerts: alerts.filter((alert) => alert.catalog === catalog),
    left: await sandbox.landing.versions(`data/${catalog}/`),
  };
};
