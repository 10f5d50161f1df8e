/** A first load that is far more than Meta takes in an hour, and a price that changes while it goes on. */
import { createReadStream, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { FunctionReport } from '../../../sandbox/control/server.ts';
import { bucketOf, s3Of } from '../../../sandbox/journeys/harness/bucket.ts';
import { busOf } from '../../../sandbox/journeys/harness/bus.ts';
import { csv, product, products } from '../../../sandbox/journeys/harness/products.ts';
import { writeFeed } from '../rows/feed.ts';
import { type Call, openPosts, type Posts } from './posts.ts';
import { type Sandbox, startSandbox, TOKEN, type Usage } from './sandbox.ts';

const MINUTE = 60_000;
/** So much time passes whenever nobody is at work; and when those who are only wait for their turn to call. */
const IDLE_STEP_MS = 6 * MINUTE;
const WAITING_STEP_MS = MINUTE;
const LOOK_EVERY_MS = 200;
/** After so many looks without a write nobody is at work, or all of them wait. */
const IDLE_LOOKS = 3;
const WAITING_LOOKS = 20;
export const CALLS_AN_HOUR = 100;
/** A quarter hour's: so many calls a sync may make. */
export const CALLS_A_SYNC = CALLS_AN_HOUR / 4;
export const ITEMS_A_CALL = 3_000;
/** Products that Meta knows before the load. */
const LIVE = products('live', 5);
export const CHANGED = { id: 'live-2', price: '49.00 EUR' };
/** The price changes when so many syncs of the load are over. */
const CHANGES_AFTER = 3;

/** A sync's `report.json`, as far as it is looked at. */
export interface Report {
  id: string;
  files: { key: string }[];
  rows: { carried: number };
  carriedRows: { carried: number };
  items: { sent: number };
  batches: { status: string }[];
}

export interface LoadBench {
  bytes: number;
  /** Valid rows of the load. */
  valid: number;
  live: number;
  reports: Report[];
  posts: Posts;
  /** What Meta says of the catalog in the end. */
  held: number;
  functions: FunctionReport[];
  usage: Usage;
  seconds: number;
  /** By the sandbox's clock. */
  hours: number;
}

const catalogId = '1000000000000001';
const config = {
  region: 'eu-central-1',
  metaGraphVersion: 'v26.0',
  catalogs: { default: { metaCatalogId: catalogId, maxItems: ITEMS_A_CALL, callsPerHour: CALLS_AN_HOUR } },
};

const json = async <A>(url: string, init?: RequestInit): Promise<A> => {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as A;
};

/** Waits until nobody writes anything any more, and answers how much time may pass then. */
const stillness = async ({ info, writes }: Sandbox): Promise<number> => {
  const { waiting } = busOf(info);
  let last = '';
  for (let looks = 0; looks < WAITING_LOOKS; looks += 1) {
    const { s3, dynamodb } = await writes();
    const so = `${s3} ${dynamodb}`;
    if (so !== last) looks = 0;
    else if (looks >= IDLE_LOOKS && (await waiting()) === 0) return IDLE_STEP_MS;
    last = so;
    await sleep(LOOK_EVERY_MS);
  }
  return WAITING_STEP_MS;
};

/** What Meta itself says of the catalog. */
const productsAt = async ({ graph }: Sandbox['info']): Promise<number> => {
  const url = `${graph}/${config.metaGraphVersion}/${catalogId}?fields=product_count`;
  return (await json<{ product_count: number }>(url, { headers: { authorization: `Bearer ${TOKEN}` } })).product_count;
};

const reportsIn = async (s3: S3Client, { syncedBucket }: Sandbox['info'], known: Report[]): Promise<Report[]> => {
  const keys: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: syncedBucket })) {
    for (const { Key = '' } of Contents) if (Key.endsWith('/report.json')) keys.push(Key);
  }
  const synced = bucketOf(syncedBucket, s3);
  const more = await Promise.all(keys.slice(known.length).map((key) => synced.json<Report>(key)));
  return [...known, ...more];
};
const isOver = (report: Report | undefined): boolean =>
  report !== undefined && report.rows.carried === 0 && report.carriedRows.carried === 0;

/** Calls of the usual kind, of which the emulator counts those of items_batch alone. */
const emulatorSettings = { processingMs: 100, quota: { batchCallsPerHour: CALLS_AN_HOUR } };

export const benchLoad = async (rows: number, say: (text: string) => void): Promise<LoadBench> => {
  const dir = mkdtempSync(join(tmpdir(), 'bench-load-'));
  const begun = performance.now();
  let sandbox: Sandbox | undefined;
  try {
    const feed = join(dir, 'feed.csv');
    const { valid, bytes } = writeFeed(feed, rows);
    say(`a feed of ${rows} rows, ${bytes} bytes`);
    const configFile = join(dir, 'config.json');
    writeFileSync(configFile, JSON.stringify(config));
    mkdirSync(join(dir, 'data'));
    sandbox = await startSandbox(join(dir, 'data'), configFile, join(dir, 'usage.json'));
    const { info } = sandbox;
    const clock = async (): Promise<number> => Date.parse((await json<{ now: string }>(`${info.control}/clock`)).now);
    await json(`${info.graph}/_emulator/settings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(emulatorSettings),
    });
    const s3 = s3Of(info);
    const landing = bucketOf(info.landingBucket, s3);
    const posts = openPosts();
    const from = await clock();
    let reports: Report[] = [];
    let functions: FunctionReport[] = [];
    /** Lets time pass until so many syncs are over, and nothing is carried where `all` is wanted. */
    const goOn = async (syncs: number, all: boolean): Promise<void> => {
      for (;;) {
        const step = await stillness(sandbox!);
        posts.take(await json<Call[]>(`${info.graph}/_emulator/calls?since=${posts.until()}`));
        const before = reports.length;
        reports = await reportsIn(s3, info, reports);
        functions = await sandbox!.functions();
        for (const { id, items, batches } of reports.slice(before)) {
          say(`${id}: ${items.sent} items in ${batches.length} calls; ${posts.sent.size} products are at Meta`);
        }
        if (reports.length >= syncs && (!all || isOver(reports.at(-1)))) return;
        await sandbox!.advance(step);
      }
    };

    await landing.put('data/live.csv', csv(LIVE));
    await goOn(1, true);
    await s3.send(
      new PutObjectCommand({
        Bucket: info.landingBucket,
        Key: 'data/load.csv',
        Body: createReadStream(feed),
        ContentLength: statSync(feed).size,
      }),
    );
    await goOn(1 + CHANGES_AFTER, false);
    await landing.put('data/prices.csv', csv([product(CHANGED.id, { price: CHANGED.price })]));
    await goOn(2 + CHANGES_AFTER, true);
    const hours = ((await clock()) - from) / (60 * MINUTE);
    const held = await productsAt(info);
    const seconds = (performance.now() - begun) / 1000;
    const usage = await sandbox.stop();
    return { bytes, valid, live: LIVE.length, reports, posts, held, functions, usage, seconds, hours };
  } finally {
    await sandbox?.stop().catch(() => undefined);
    rmSync(dir, { recursive: true, force: true });
  }
};
