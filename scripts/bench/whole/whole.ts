/** The whole way in the sandbox, as a user has it: a feed lands, the same with some rows changed, the same once more. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunResult } from '../../../console/cli/result.ts';
import type { CheckedFile } from '../../../shared/rows/check.ts';
import { changeSome, type WrittenFeed, writeFeed } from '../rows/feed.ts';
import { runCommand, type Told } from './command.ts';

export const CHANGED_SHARE = 0.02;
export const ITEMS_A_BATCH = 3_000;

/** Nothing is held, nothing is carried: all that a sync finds to send, it sends. */
const config = {
  region: 'eu-central-1',
  metaGraphVersion: 'v26.0',
  catalogs: {
    default: {
      metaCatalogId: '1000000000000001',
      maxBatches: 100_000,
      maxItems: ITEMS_A_BATCH,
      callsPerHour: 1_000_000,
      inFlight: 10,
      gate: {
        deletesShare: 1,
        deletesCount: 1e9,
        pricesShare: 1,
        pricesCount: 1e9,
        outOfStockShare: 1,
        outOfStockCount: 1e9,
      },
    },
  },
};

export interface Synced extends Told {
  result: RunResult;
}

export interface WholeBench {
  rows: number;
  first: WrittenFeed;
  second: WrittenFeed;
  /** Of the first sync, that of the changed feed, that of the same feed again. */
  syncs: [Synced, Synced, Synced];
  /** `check` of the changed feed. */
  check: Told & { checked: CheckedFile };
  /** A sandbox that starts in a new folder, syncs one product and stops. */
  start: Synced;
  /** One that starts on the folder of the first sync, finds one product unchanged and stops: the emulators read all again. */
  startAgain: Synced;
}

export const benchWhole = async (rows: number, say: (text: string) => void): Promise<WholeBench> => {
  const dir = mkdtempSync(join(tmpdir(), 'bench-whole-'));
  const inDir = (...path: string[]): string => join(dir, ...path);
  try {
    const configFile = inDir('config.json');
    writeFileSync(configFile, JSON.stringify(config));
    // They land under one name, each as the newer version of the one before.
    const feeds = ['tiny', 'first', 'second'].map((name) => {
      mkdirSync(inDir(name));
      return inDir(name, 'feed.csv');
    }) as [string, string, string];
    const run = async (what: string, feed: string, folder: string): Promise<Synced> => {
      const whole = feed === feeds[0] ? [] : ['--full'];
      const words = ['run', feed, ...whole, '--data-dir', inDir(folder), '--config', configFile, '--timeout', '7200'];
      const told = await runCommand(words, { dir, dataDir: inDir(folder) });
      const result = told.json as RunResult;
      const { cpuSeconds, seconds } = told;
      say(`${what}: ${cpuSeconds.toFixed(1)} CPU s, ${seconds.toFixed(1)} s, ${result.items.sent} items sent`);
      return { ...told, result };
    };
    writeFeed(feeds[0], 1);
    const first = writeFeed(feeds[1], rows);
    const second = writeFeed(feeds[2], rows, { change: changeSome(CHANGED_SHARE, 2) });
    say(`a feed of ${rows} rows, ${first.bytes} bytes; ${second.changed} valid rows of it change`);

    // What is built or compiled once is not measured.
    await run('warm-up', feeds[0], 'warm');
    const start = await run('start and stop', feeds[0], 'tiny-sandbox');
    const firstSync = await run('first sync', feeds[1], 'sandbox');
    const startAgain = await run('start and stop there', feeds[0], 'sandbox');
    const secondSync = await run('second sync', feeds[2], 'sandbox');
    const thirdSync = await run('third sync', feeds[2], 'sandbox');
    const syncs: WholeBench['syncs'] = [firstSync, secondSync, thirdSync];
    const told = await runCommand(['check', feeds[2]], { dir });
    say(`check: ${told.cpuSeconds.toFixed(1)} CPU s`);
    return { rows, first, second, syncs, check: { ...told, checked: told.json as CheckedFile }, start, startAgain };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
};
