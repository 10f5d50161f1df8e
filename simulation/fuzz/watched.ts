import { Buffer } from 'node:buffer';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Failure, Report } from './fuzz.ts';
import { inputsNoted, lastInput, lastInputMemory } from './last-input.ts';
import type { Target } from './target.ts';
import type { Task, Told } from './worker.ts';

const LOOK_MS = 1_000;
/** An input may be tried twice before it counts as slow, and each may take its longest five times. */
const STILL_MS = 60_000;

/**
 * Fuzzes a target in a thread and looks after it: when it stands still or dies, the input it was busy with is the failure.
 */
export const watched = (
  target: Target,
  task: Omit<Task, 'target' | 'memory'>,
  onProgress: (report: Report) => void,
): Promise<Report> =>
  new Promise((resolve) => {
    const memory = lastInputMemory(4 * target.largest);
    const workerData: Task = { ...task, target: target.name, memory };
    const worker = new Worker(join(import.meta.dirname, 'worker.ts'), { workerData });
    const start = performance.now();
    let last: Report = { runs: 0, signatures: 0, ms: 0, failure: null };
    let noted = -1;
    let since = start;
    const end = (report: Report): void => {
      clearInterval(timer);
      void worker.terminate().then(() => resolve(report));
    };
    const failed = (property: string, why: string): void => {
      const input = lastInput(memory);
      const failure: Failure = { input, foundWith: input.length, file: null, property, why };
      end({ ...last, runs: inputsNoted(memory), ms: performance.now() - start, failure });
    };
    const timer = setInterval(() => {
      const now = inputsNoted(memory);
      if (now !== noted) {
        noted = now;
        since = performance.now();
      } else if (performance.now() - since > STILL_MS) failed('every input ends', `no end after ${STILL_MS} ms`);
    }, LOOK_MS);
    worker.on('message', (told: Told) => {
      last = told.report;
      if (told.kind === 'progress') return onProgress(told.report);
      const { failure } = told.report;
      // Bytes cross threads as a plain array of them.
      end({ ...told.report, failure: failure && { ...failure, input: Buffer.from(failure.input) } });
    });
    worker.on('error', (error) => failed('nothing crashes', error.stack ?? error.message));
  });
