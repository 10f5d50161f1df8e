import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SandboxInfo } from '../../process/sandbox-info.ts';
import { type Bucket, bucketOf, s3Of } from './bucket.ts';
import { type Answer, command, lastLine, type Running, start } from './command-line.ts';
import { type Meta, metaOf } from './meta.ts';
import { PATIENCE_MS, waitFor } from './wait-for.ts';

// A journey waits several times; what it waits for has a deadline of its own, which says more than jest's.
jest.setTimeout(4 * PATIENCE_MS);

/** Settings by the catalog's name, as in a config file. */
export type Catalogs = Record<string, Record<string, unknown>>;

/** The sync's `report.json`, as far as journeys look at it. */
export interface Report {
  id: string;
  status: string;
  files: { key: string; outcome: string; at: string | null; reportKey: string | null; why: string | null }[];
  rows: Record<string, number>;
  /** What became of rows that had been carried into it. */
  carriedRows: Record<string, number>;
  items: { sent: number; deleted: number };
  batches: { batchId: string; handle: string | null; items: number; status: string }[];
  errors: { id: string; stage: string; message: string; remedy: string }[];
  /** The folder in the synced-products bucket that holds it, `YYYY/MM/DD/<sync>`. */
  folder: string;
}

/** What `run --json` answers, as promised. */
export interface RunResult {
  syncs: {
    id: string;
    catalog: string;
    status: string;
    files: { key: string; outcome: string; reportKey: string | null }[];
  }[];
  rows: Record<
    'landed' | 'valid' | 'rejected' | 'superseded' | 'unchanged' | 'accepted' | 'errored' | 'held' | 'carried',
    number
  >;
  items: { sent: number; deleted: number };
  batches: { batchId: string; handle: string | null; items: number; status: string }[];
  alerts: { kind: string; state: string; subject: string }[];
}

export interface Alert {
  id: string;
  kind: string;
  state: string;
  catalog: string;
  sync: string | null;
  subject: string;
  body: string;
  at: unknown;
}

/** A sandbox on a folder of its own, started by the command line. */
export interface Sandbox {
  readonly folder: string;
  readonly dataDir: string;
  /** Where it is; other addresses after each start. */
  readonly info: SandboxInfo;
  readonly landing: Bucket;
  readonly synced: Bucket;
  meta(catalog?: string): Meta;
  /** Waits for the report of a catalog's n-th sync: then its files have been put away. */
  report(n: number, catalog?: string): Promise<Report>;
  alerts(): Promise<Alert[]>;
  /** While `work` is waited for, an hour passes in three minutes: leases end, and what was forgotten is found. */
  hurried<A>(work: Promise<A>): Promise<A>;
  /** The process dies by itself before its n-th write from now at one of the servers; call `died` to wait for it. */
  dieBefore(where: 's3' | 'dynamodb' | 'events' | 'sqs', write: number): Promise<void>;
  died(): Promise<void>;
  /** How many writes those servers have had since the process started. */
  writes(): Promise<Record<'s3' | 'dynamodb' | 'events' | 'sqs', number>>;
  /** Moves the sandbox's clock on. */
  advance(ms: number): Promise<void>;
  /** Writes a file beside the data, and answers its path. */
  file(name: string, text: string | Uint8Array): Promise<string>;
  /** What the clock shows now, in epoch milliseconds. */
  now(): Promise<number>;
  /** All that the sandbox and the commands on it have written so far, to stdout and stderr. */
  written(): string;
  /** `catalog-sync run --json` on this folder, which uses the sandbox that runs here. */
  run(words: readonly string[]): Promise<Answer & { result: RunResult }>;
  /** Another command of `catalog-sync --json` on this folder; `result` is the JSON that it answers. */
  command<Result>(words: readonly string[]): Promise<Answer & { result: Result }>;
  /** Ends the process at once, as a power cut would. */
  kill(): Promise<void>;
  /** Stops it as Ctrl-C does. */
  stop(): Promise<number | null>;
  /** Starts it again on the same folder, perhaps with other settings of the environment. */
  restart(env?: Readonly<Record<string, string>>): Promise<void>;
  /** Ends the process, if it still runs, and removes the folder. */
  end(): Promise<void>;
}

export const DEFAULT_ID = '1000000000000001';

export interface SandboxWishes {
  /** One catalog named `default`, with default settings, when left out. */
  catalogs?: Catalogs;
  /** Further words for `catalog-sync sandbox`. */
  words?: readonly string[];
  /** Settings of its environment. */
  env?: Readonly<Record<string, string>>;
}

/** A new temporary folder for a journey. */
export const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'catalog-sync-journey-'));
export const removeFolder = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 5 });

/** Starts a sandbox in a new folder. When that fails, nothing is left, and the error says what the process wrote. */
export const openSandbox = async ({ catalogs, words = [], env: firstEnv }: SandboxWishes = {}): Promise<Sandbox> => {
  const folder = await newFolder();
  const dataDir = join(folder, 'data');
  const config = join(folder, 'config.json');
  const common = ['--data-dir', dataDir, '--config', config];
  const processes: Running[] = [];
  const answers: Answer[] = [];
  let running: Running | undefined;
  let info: SandboxInfo | undefined;

  const begin = async (env: Readonly<Record<string, string>> = {}): Promise<void> => {
    const process = start(['sandbox', '--json', ...common, ...words], env);
    running = process;
    processes.push(process);
    let exit: number | null | undefined;
    void process.ended.then((code) => (exit = code));
    const line = await waitFor('the first line of `sandbox --json`', () => {
      if (exit !== undefined) throw new Error(`the sandbox ended with ${exit}: ${process.written.stderr}`);
      const [first, ...more] = process.written.stdout.split('\n');
      return more.length > 0 ? first : undefined;
    });
    info = JSON.parse(line ?? '') as SandboxInfo;
  };
  const here = (): SandboxInfo => {
    if (info === undefined) throw new Error('the sandbox has not started');
    return info;
  };
  const end = async (): Promise<void> => {
    await running?.stop();
    await removeFolder(folder);
  };
  const commanded = async (given: readonly string[]): Promise<Answer> => {
    const answer = await command([...given, ...common]);
    answers.push(answer);
    if (answer.stdout === '') throw new Error(`${given.join(' ')} ended with ${answer.exit}: ${answer.stderr}`);
    return answer;
  };
  const control = async (path: string, body: object): Promise<void> => {
    const { ok, status } = await fetch(`${here().control}/${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!ok) throw new Error(`POST ${path} of the control endpoint: ${status}`);
  };
  let s3: { client: S3Client; of: SandboxInfo } | undefined;
  const bucket = (which: 'landingBucket' | 'syncedBucket'): Bucket => {
    const of = here();
    if (s3?.of !== of) s3 = { client: s3Of(of), of };
    return bucketOf(of[which], s3.client);
  };

  const report = async (n: number, catalog = 'default'): Promise<Report> => {
    const ending = `/${catalog}-${String(n).padStart(6, '0')}/report.json`;
    const key = await waitFor(`the report …${ending}`, async () =>
      (await bucket('syncedBucket').keys()).find((one) => one.endsWith(ending)),
    ).catch(async (error: Error) => {
      throw new Error(`${error.message}\n${await whatWentWrong(here().logsDir)}`);
    });
    return { ...(await bucket('syncedBucket').json<Report>(key)), folder: key.slice(0, -'/report.json'.length) };
  };

  try {
    await writeFile(config, JSON.stringify({ catalogs: catalogs ?? { default: { metaCatalogId: DEFAULT_ID } } }));
    await begin(firstEnv);
  } catch (error) {
    await end();
    throw error;
  }
  return {
    folder,
    dataDir,
    get info() {
      return here();
    },
    get landing() {
      return bucket('landingBucket');
    },
    get synced() {
      return bucket('syncedBucket');
    },
    meta: (catalog = 'default') => metaOf(here().graph, here().catalogs[catalog] ?? ''),
    report,
    alerts: async () => {
      const names = (await readdir(here().outboxDir)).filter((name) => name.endsWith('.json')).sort();
      return Promise.all(names.map(async (name) => JSON.parse(await readFile(join(here().outboxDir, name), 'utf8'))));
    },
    hurried: async (work) => {
      const hurry = setInterval(() => void control('clock', { advanceMs: 10_000 }).catch(() => undefined), 500);
      try {
        return await work;
      } finally {
        clearInterval(hurry);
      }
    },
    dieBefore: (where, write) => control('fail', { where, write, how: 'exit' }),
    died: async () => {
      await running?.ended;
    },
    writes: async () => {
      const response = await fetch(`${here().control}/writes`);
      return (await response.json()) as Awaited<ReturnType<Sandbox['writes']>>;
    },
    advance: (advanceMs) => control('clock', { advanceMs }),
    now: async () => {
      const response = await fetch(`${here().control}/clock`);
      return Date.parse(((await response.json()) as { now: string }).now);
    },
    written: () =>
      [...processes.map(({ written }) => written), ...answers].map(({ stdout, stderr }) => stdout + stderr).join('\n'),
    file: async (name, text) => {
      const path = join(folder, name);
      await writeFile(path, text);
      return path;
    },
    run: async (given) => {
      const answer = await commanded(['run', ...given, '--json', '--timeout', String(PATIENCE_MS / 1000)]);
      return { ...answer, result: lastLine<RunResult>(answer.stdout) };
    },
    command: async (given) => {
      const answer = await commanded([...given, '--json']);
      return { ...answer, result: JSON.parse(answer.stdout) };
    },
    kill: async () => running?.kill(),
    stop: async () => (await running?.stop()) ?? null,
    restart: begin,
    end,
  };
};

/** The last errors in the functions' logs: why a sync did not settle. */
const whatWentWrong = async (logsDir: string): Promise<string> => {
  const names = await readdir(logsDir).catch(() => []);
  const texts = await Promise.all(names.map((name) => readFile(join(logsDir, name), 'utf8').catch(() => '')));
  const lines = texts.flatMap((text) => text.split('\n')).filter((line) => /error/i.test(line));
  return lines.slice(-10).join('\n');
};
