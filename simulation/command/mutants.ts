/** Builds defects in, one at a time, and looks whether the simulation sees them. */
import { type Caught, readCaught } from '../mutants/caught.ts';
import type { Mutant } from '../mutants/index.ts';
import { type Bundles, bundles } from '../previous.ts';
import type { Failure } from '../tally.ts';
import { inThreads } from '../threads.ts';
import { runJobs } from './run-jobs.ts';

export interface Hunt {
  name: string;
  /** Null: it survived. */
  broken: Failure['broken'] | null;
  /** Whether that is where it should show. */
  expected: boolean;
  /** Which seed showed it, and what broke. */
  seed: number | null;
  what: string;
  /** How many it took. */
  seeds: number;
  seconds: number;
  interrupted: boolean;
}

export interface HuntOptions {
  workers: number;
  /** Null: the seed that caught it last, then from 1. */
  from: number | null;
  seeds: number;
}

export const hunt = async (mutant: Mutant, { workers, from, seeds }: HuntOptions): Promise<Hunt> => {
  const begun = Date.now();
  const both = await bundles(mutant.patches);
  const first = from ?? 1;
  const caught = readCaught()[mutant.name];
  const known = from === null && caught !== undefined ? [{ seed: caught.seed }] : [];
  // In a thread even when it is one: a defect may well be an endless loop.
  let ran = await runJobs(inThreads(both, 1), known, 'first failure');
  const already = ran.tally.failures.length > 0;
  if (!already && !ran.interrupted) {
    const jobs = Array.from({ length: seeds }, (_, n) => ({ seed: first + n }));
    ran = await runJobs(inThreads(both, workers), jobs, 'first failure');
  }
  const [failure] = ran.tally.failures;
  const seed = failure !== undefined && 'seed' in failure.start ? failure.start.seed : null;
  const { name, shows } = mutant;
  return {
    name,
    broken: failure?.broken ?? null,
    expected: failure === undefined || (shows as readonly string[]).includes(failure.broken),
    seed,
    what: failure?.what ?? '',
    seeds: already ? 1 : seed === null ? ran.tally.runs : seed - first + 1,
    seconds: Math.round((Date.now() - begun) / 100) / 10,
    interrupted: ran.interrupted,
  };
};

/** What a seed breaks in the services as they are: then it says nothing about a mutant. */
export const breaksAnyway = async (seed: number, plain: Bundles): Promise<Failure | undefined> =>
  (await runJobs(inThreads(plain, 1), [{ seed }], 'first failure')).tally.failures[0];

/** What of it is worth keeping. */
export const caughtIn = (hunts: readonly Hunt[]): Record<string, Caught> =>
  Object.fromEntries(
    hunts.flatMap(({ name, broken, seed }) =>
      broken === null || broken === 'throws' || broken === 'hangs' || seed === null
        ? []
        : [[name, { invariant: broken, seed }]],
    ),
  );

const COLUMNS = ['mutant', 'shows as', 'seeds', 'seed', 'seconds'] as const;

/** One line a mutant. */
export const huntTable = (hunts: readonly Hunt[]): string[] => {
  const rows = hunts.map(({ name, broken, expected, seeds, seed, seconds }) => [
    name,
    broken === null ? 'SURVIVES' : `${broken}${expected ? '' : ' (not expected)'}`,
    String(seeds),
    String(seed ?? '–'),
    String(seconds),
  ]);
  const widths = COLUMNS.map((name, n) => Math.max(name.length, ...rows.map((row) => row[n]!.length)));
  return [COLUMNS, ...rows].map((row) =>
    row
      .map((cell, n) => cell.padEnd(widths[n]!))
      .join('  ')
      .trimEnd(),
  );
};
