import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { FunctionReport } from '../../../sandbox/control/server.ts';
import { LOCK_FILE, runningInfo } from '../../../sandbox/process/folder-lock.ts';

const inRoot = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
export const MAIN = inRoot('console/cli/main.ts');
/** As the `catalog-sync` bin starts Node. */
export const COMPILED = inRoot('node_modules/.cache/catalog-sync/');
export const TELL_USAGE = fileURLToPath(new URL('tell-usage.ts', import.meta.url));
const LOOK_EVERY_MS = 1_000;

/** What a command said and took. */
export interface Told {
  /** The last line on stdout. */
  json: unknown;
  seconds: number;
  /** User and system, of the whole process, its start included. */
  cpuSeconds: number;
  peakRss: number;
  /** What its sandbox said of the functions when it was last asked; none of a command without one. */
  functions: FunctionReport[];
}

/** The peaks of a sandbox's functions, asked for each second until `done`. */
const watchFunctions = async (dataDir: string, done: AbortSignal): Promise<FunctionReport[]> => {
  let last: FunctionReport[] = [];
  while (!done.aborted) {
    const control = runningInfo(join(dataDir, LOCK_FILE))?.control;
    if (control !== undefined) {
      // It may have ended since.
      const answer = await fetch(`${control}/functions`).catch(() => undefined);
      if (answer?.ok) last = (await answer.json()) as FunctionReport[];
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return last;
};

export interface CommandOptions {
  dir: string;
  /** Of the command's sandbox, if it has one. */
  dataDir?: string;
}

/** Runs `catalog-sync …`, as people do, in a process of its own. */
export const runCommand = async (words: readonly string[], { dir, dataDir }: CommandOptions): Promise<Told> => {
  const usage = join(dir, 'usage.json');
  rmSync(usage, { force: true });
  const node = ['--disable-warning=ExperimentalWarning', '--import', TELL_USAGE, MAIN];
  const begun = performance.now();
  const child = spawn(process.execPath, [...node, ...words, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: COMPILED,
      BENCH_USAGE: usage,
    },
  });
  const done = new AbortController();
  const watched = dataDir === undefined ? [] : watchFunctions(dataDir, done.signal);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  const seconds = (performance.now() - begun) / 1000;
  done.abort();
  // 2: there is something to say about the rows, as there is of these feeds.
  if (![0, 2].includes(code as number) || !existsSync(usage))
    throw new Error(`catalog-sync ${words.join(' ')}: ${err}`);
  const taken = JSON.parse(readFileSync(usage, 'utf8')) as Pick<Told, 'cpuSeconds' | 'peakRss'>;
  return { json: JSON.parse(out.trimEnd().split('\n').at(-1)!), seconds, ...taken, functions: await watched };
};
