/**
 * Runs the simulation: `npm run simulate -- --help`. Exits with 0 when nothing broke (and no mutant survived), 1 when
 * something did, 64 when it was asked for nonsense, 130 when it was interrupted before anything broke.
 */
import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import { commit } from './command/commit.ts';
import { explain, worthExplaining } from './command/explain.ts';
import { figureLines, figuresOf } from './command/figures.ts';
import { type Flags, HELP, readFlags, type Task } from './command/flags.ts';
import { breaksAnyway, caughtIn, hunt, huntTable } from './command/mutants.ts';
import { runJobs } from './command/run-jobs.ts';
import type { Job } from './job.ts';
import { keepCaught, readCaught } from './mutants/caught.ts';
import { mutants } from './mutants/index.ts';
import { type Bundles, bundles, keepAsPrevious, loadBoth } from './previous.ts';
import { readRegressions } from './regressions.ts';
import { describeRun } from './report.ts';
import { run } from './run.ts';
import { breaks, faultsOf } from './shrink.ts';
import { beginningOf, nameOf } from './start.ts';
import { plainStory } from './sweep.ts';
import { inThisProcess, inThreads } from './threads.ts';

const INTERRUPTED = 130;
const MOST_LISTED = 50;

// Whoever reads only the first lines has read enough.
process.stdout.on('error', () => process.exit());

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const shorter = (text: string): string => text.split('\n')[0]!.slice(0, 200);

/** Many runs, their figures, and what broke. */
const runMany = async (both: Bundles, jobs: readonly Job[], what: string, flags: Flags): Promise<number> => {
  const { workers, json, keep, strict } = flags;
  const at = commit();
  const crew = workers === 1 ? inThisProcess(both) : inThreads(both, Math.min(workers, jobs.length));
  const { tally, ms, interrupted } = await runJobs(crew, jobs, 'end');
  const figures = figuresOf(tally, ms);
  const services = loadBoth(both);
  const explained = [];
  for (const failure of worthExplaining(tally.failures)) {
    explained.push(await explain(failure, services, { commit: at, keep }));
  }
  if (json) say(JSON.stringify({ commit: at, ...figures, interrupted, explained }, null, 1));
  else {
    for (const { text: story, path } of explained) {
      say(`${story}\n`);
      if (path !== null) say(`kept as ${relative(process.cwd(), path)}\n`);
    }
    if (interrupted) say('interrupted');
    for (const line of figureLines(figures, what)) say(line);
    say(tally.failures.length === 0 ? 'nothing broke' : `${tally.failures.length} broke something:`);
    for (const { start, broken, what: why } of tally.failures.slice(0, MOST_LISTED)) {
      say(`  ${nameOf(start)} ${broken}: ${shorter(why)}`);
    }
    if (tally.failures.length > MOST_LISTED) say(`  and ${tally.failures.length - MOST_LISTED} more`);
  }
  if (tally.failures.length > 0 || (strict && figures.coverage.states.never.length > 0)) return 1;
  return interrupted ? INTERRUPTED : 0;
};

const runSeeds = async ({ from, seeds }: Extract<Task, { kind: 'seeds' }>, flags: Flags): Promise<number> => {
  const jobs = Array.from({ length: seeds }, (_, n) => ({ seed: from + n }));
  return runMany(await bundles(), jobs, 'seeds', flags);
};

/** The plain story must break nothing by itself; how many calls it makes says how many there are to be befallen. */
const runSweep = async (flags: Flags): Promise<number> => {
  const both = await bundles();
  const { calls, violations } = await plainStory(loadBoth(both));
  if (violations[0] !== undefined) {
    say(`the plain story breaks ${violations[0].invariant}: ${violations[0].what}`);
    return 1;
  }
  const jobs = Array.from({ length: calls }, (_, call) => ({ call }));
  return runMany(both, jobs, `stories with one fault, at any of ${calls} calls`, flags);
};

const runSeed = async (seed: number, { json }: Flags): Promise<number> => {
  const { world, plan } = beginningOf({ seed });
  const outcome = await run(world, loadBoth(await bundles()), plan);
  const { violations, struck, calls, ticks } = outcome;
  if (json) say(JSON.stringify({ seed, world, violations, struck, calls, ticks, timeline: outcome.timeline }, null, 1));
  else {
    for (const line of describeRun({ world, faults: faultsOf(struck) }, outcome, Number.POSITIVE_INFINITY)) say(line);
    say(`${calls} port calls, ${ticks} ticks, ${struck.length} faults struck`);
    say(violations.map(({ invariant, what }) => `breaks ${invariant}: ${what}`).join('\n') || 'nothing broke');
  }
  return violations.length === 0 ? 0 : 1;
};

const runRegressions = async ({ json }: Flags): Promise<number> => {
  const services = loadBoth(await bundles());
  const results = [];
  for (const { name, regression } of readRegressions()) {
    results.push({ name, broken: await breaks(regression, services) });
  }
  if (json) say(JSON.stringify(results, null, 1));
  else for (const { name, broken } of results) say(`${name}: ${broken === null ? 'fine' : `breaks ${broken}`}`);
  return results.every(({ broken }) => broken === null) ? 0 : 1;
};

const runMutants = async (task: Extract<Task, { kind: 'mutants' }>, flags: Flags): Promise<number> => {
  const chosen = mutants.filter(({ name }) => task.name === null || name === task.name);
  if (chosen.length === 0) return wrong(`--mutant is one of ${mutants.map(({ name }) => name).join(', ')}`);
  const plain = await bundles();
  const hunts = [];
  for (const mutant of chosen) {
    const from = flags.keep ? (task.from ?? 1) : task.from;
    const found = await hunt(mutant, { ...task, from, workers: flags.workers });
    if (found.interrupted && found.broken === null) break;
    const anyway = found.seed === null ? undefined : await breaksAnyway(found.seed, plain);
    if (anyway !== undefined) {
      process.stderr.write(`${nameOf(anyway.start)} breaks ${anyway.broken} without any mutant: mend that first\n`);
      return 1;
    }
    process.stderr.write(`${found.name}: ${found.broken ?? 'survives'} after ${found.seeds} seeds\n`);
    hunts.push(found);
    if (found.interrupted) break;
  }
  if (flags.keep) keepCaught({ ...readCaught(), ...caughtIn(hunts) });
  if (flags.json) say(JSON.stringify(hunts, null, 1));
  else {
    for (const line of huntTable(hunts)) say(line);
    if (task.name !== null) for (const { what } of hunts) say(shorter(what));
  }
  const bad = hunts.some(({ broken, expected }) => broken === null || (flags.strict && !expected));
  return bad ? 1 : hunts.length < chosen.length ? INTERRUPTED : 0;
};

const wrong = (why: string): number => {
  process.stderr.write(`${why}\n`);
  return 64;
};

const main = async (words: readonly string[]): Promise<number> => {
  let flags: Flags;
  try {
    flags = readFlags(words, availableParallelism());
  } catch (error) {
    return wrong(`${shorter((error as Error).message)} (--help says what there is)`);
  }
  const { task } = flags;
  switch (task.kind) {
    case 'help':
      process.stdout.write(HELP);
      return 0;
    case 'release':
      say(`kept as ${relative(process.cwd(), await keepAsPrevious())}`);
      return 0;
    case 'seeds':
      return runSeeds(task, flags);
    case 'seed':
      return runSeed(task.seed, flags);
    case 'sweep':
      return runSweep(flags);
    case 'regressions':
      return runRegressions(flags);
    case 'mutants':
      return runMutants(task, flags);
  }
};

process.exitCode = await main(process.argv.slice(2));
