/** Spreads jobs over threads. Each takes the next when it is done with one, so that all of them end together. */
import { Worker } from 'node:worker_threads';
import { doJob, failed, type Job, textOf } from './job.ts';
import { type Bundles, loadBoth } from './previous.ts';
import { emptyTally, type Tally } from './tally.ts';

/** Takes jobs until there are none, or `done` says that it is enough; what is begun is ended. */
export type Crew = (jobs: Iterator<Job>, done: (tally: Tally) => 'more' | 'enough') => Promise<void>;

/** A run takes some hundredths of a second. */
const LONGEST_JOB_MS = 60_000;
const WORKER = new URL('./worker.ts', import.meta.url);

export const inThisProcess =
  (bundles: Bundles): Crew =>
  async (jobs, done) => {
    const services = loadBoth(bundles);
    for (let next = jobs.next(); !next.done; next = jobs.next()) {
      if (done(await doJob(next.value, services)) === 'enough') return;
    }
  };

/** One job in a thread; whatever becomes of that thread, there is an answer. */
const give = (worker: Worker, job: Job): Promise<{ tally: Tally; usable: boolean }> =>
  new Promise((resolve) => {
    const end = (tally: Tally, usable: boolean): void => {
      clearTimeout(timer);
      worker.off('message', answered).off('error', threw).off('exit', ended);
      resolve({ tally, usable });
    };
    const lost = (broken: 'throws' | 'hangs', what: string): void => {
      end({ ...emptyTally(), runs: 1, failures: [failed(job, broken, what)] }, false);
      void worker.terminate();
    };
    const answered = (tally: Tally): void => end(tally, true);
    const threw = (error: unknown): void => lost('throws', textOf(error));
    const ended = (code: number): void => lost('throws', `the thread ended with ${code}`);
    const timer = setTimeout(() => lost('hangs', `no end after ${LONGEST_JOB_MS / 1000} s`), LONGEST_JOB_MS);
    worker.on('message', answered).on('error', threw).on('exit', ended);
    worker.postMessage(job);
  });

export const inThreads =
  (bundles: Bundles, threads: number): Crew =>
  async (jobs, done) => {
    let enough = false;
    const open = (): Worker => new Worker(WORKER, { workerData: bundles });
    const thread = async (): Promise<void> => {
      let worker = open();
      for (let next = jobs.next(); !enough && !next.done; next = jobs.next()) {
        const { tally, usable } = await give(worker, next.value);
        if (!usable) worker = open();
        if (done(tally) === 'enough') enough = true;
        if (enough) break;
      }
      await worker.terminate();
    };
    await Promise.all(Array.from({ length: threads }, thread));
  };
