/** What one thread does at a time: the run of a seed, or all runs with one fault at a certain call. */
import { setImmediate } from 'node:timers/promises';
import { run } from './run.ts';
import type { Versions } from './stage.ts';
import { beginningOf } from './start.ts';
import { withOneFault } from './sweep.ts';
import { addOutcome, emptyTally, type Tally } from './tally.ts';

export type Job = { seed: number } | { call: number };

const addRuns = async (into: Tally, job: Job, services: Versions): Promise<void> => {
  if ('seed' in job) {
    const { world, plan } = beginningOf(job);
    addOutcome(into, job, await run(world, services, plan));
    return;
  }
  for await (const [fault, outcome] of withOneFault(job.call, services)) {
    addOutcome(into, { call: job.call, fault }, outcome);
  }
};

export const textOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

export const doJob = async (job: Job, services: Versions): Promise<Tally> => {
  // A run never waits for the event loop: signals, timers and messages have their turn between two. And none begins in the
  // midst of a callback, after which Node runs ticks before promises.
  await setImmediate();
  const before = process.threadCpuUsage();
  const tally = emptyTally();
  try {
    await addRuns(tally, job, services);
  } catch (error) {
    tally.runs += 1;
    tally.failures.push(failed(job, 'throws', textOf(error)));
  }
  const { user, system } = process.threadCpuUsage(before);
  tally.cpuMs = (user + system) / 1000;
  return tally;
};

/** A job of which nothing else is known. */
export const failed = (job: Job, broken: 'throws' | 'hangs', what: string) => ({
  start: 'seed' in job ? job : { call: job.call, fault: 'delay' as const },
  broken,
  what,
});
