/** Runs a list of jobs to its end, to its first failure, or until somebody interrupts it. */
import type { Job } from '../job.ts';
import { addTally, emptyTally, type Tally } from '../tally.ts';
import type { Crew } from '../threads.ts';
import { watch } from './progress.ts';

export interface Ran {
  tally: Tally;
  ms: number;
  interrupted: boolean;
}

const byStart = (start: Tally['failures'][number]['start']): number => ('seed' in start ? start.seed : start.call);

export const runJobs = async (crew: Crew, jobs: readonly Job[], until: 'end' | 'first failure'): Promise<Ran> => {
  const tally = emptyTally();
  const begun = Date.now();
  let done = 0;
  let interrupted = false;
  // Once: whoever interrupts it a second time does not want to wait.
  const interrupt = (): void => {
    interrupted = true;
  };
  process.once('SIGINT', interrupt);
  const progress = watch(tally, () => done, jobs.length, begun);
  try {
    await crew(jobs.values(), (more) => {
      done += 1;
      addTally(tally, more);
      return interrupted || (until === 'first failure' && tally.failures.length > 0) ? 'enough' : 'more';
    });
  } finally {
    progress.end();
    process.removeListener('SIGINT', interrupt);
  }
  // Threads end when they end: the order is made here.
  tally.failures.sort((a, b) => byStart(a.start) - byStart(b.start));
  return { tally, ms: Date.now() - begun, interrupted };
};
