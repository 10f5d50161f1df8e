import { Worker } from 'node:worker_threads';
import type { Carrier, CarrierEvents } from './function-worker.ts';
import type { Answer, FunctionError, ThreadSetup } from './worker-protocol.ts';

export interface ThreadOptions {
  setup: ThreadSetup;
  env: Record<string, string>;
  /** The limit of the thread's heap: beyond it the worker ends, not the process. Buffers do not count. */
  memoryMb: number;
  /** What the function writes to its standard output and error. */
  print(text: Buffer | string): void;
}

/** What a worker threw comes over as an object that looks like its error without being one. */
const describeThrown = (thrown: unknown): FunctionError => {
  if (typeof thrown !== 'object' || thrown === null || !('message' in thrown))
    return { errorType: typeof thrown, errorMessage: String(thrown), trace: '' };
  const { name, code, message, stack } = thrown as { name?: string; code?: string; message: unknown; stack?: string };
  return { errorType: code ?? name ?? 'Error', errorMessage: String(message), trace: stack ?? '' };
};

/** A worker in a thread of this process: quick to start, and its memory is not told from the others'. */
export const startThread = ({ setup, env, memoryMb, print }: ThreadOptions, events: CarrierEvents): Carrier => {
  const worker = new Worker(new URL('./worker-thread.ts', import.meta.url), {
    workerData: setup,
    env,
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  });
  worker.stdout.on('data', print);
  worker.stderr.on('data', print);
  worker.on('message', (message: Answer | 'ready') => {
    if (message === 'ready') events.ready();
    else events.answered(message);
  });
  worker.on('error', (error: unknown) => {
    const thrown = describeThrown(error);
    events.failed(thrown);
    print(`${thrown.trace || thrown.errorMessage}\n`);
  });
  worker.on('exit', events.ended);
  return {
    send: (invocation) => worker.postMessage(invocation),
    kill: async () => void (await worker.terminate()),
  };
};
