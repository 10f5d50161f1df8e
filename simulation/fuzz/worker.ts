/** Fuzzes one target in a thread of its own, so that an input on which it hangs cannot hold up the whole run. */
import { parentPort, workerData } from 'node:worker_threads';
import { corpusOf } from './corpus.ts';
import { fuzz, type Report } from './fuzz.ts';
import { noteInput } from './last-input.ts';
import { targets } from './targets/index.ts';

export interface Task {
  folder: string;
  target: string;
  seed: number;
  runs: number | null;
  seconds: number | null;
  memory: SharedArrayBuffer;
}

export type Told = { kind: 'progress' | 'done'; report: Report };

const { folder, target: name, seed, runs, seconds, memory } = workerData as Task;
const tell = (told: Told): void => parentPort?.postMessage(told);
const target = targets.find((one) => one.name === name)!;
const opened = await target.open();
const report = await fuzz(target, opened, corpusOf(folder, target), {
  seed,
  ...(runs === null ? {} : { runs }),
  ...(seconds === null ? {} : { seconds }),
  onInput: (input) => noteInput(memory, input),
  onProgress: (now) => tell({ kind: 'progress', report: now }),
});
await opened.close();
tell({ kind: 'done', report });
