import { Worker } from 'node:worker_threads';
import type { InvocationResult } from './function.ts';
import type { Answer, FunctionError, WorkerSetup } from './worker-protocol.ts';

/** One worker thread of a function. It runs one invocation at a time. */
export interface FunctionWorker {
  /** Resolves when the handler is loaded, or the worker has ended. */
  readonly ready: Promise<void>;
  /** Ends the worker if it has not answered after `timeoutMs`. Never rejects. */
  invoke(call: { event: unknown; requestId: string; timeoutMs: number }): Promise<InvocationResult>;
  /** Ends the thread, also in the middle of a loop. What was running ends as an error. */
  kill(): Promise<void>;
}

export interface WorkerOptions {
  setup: WorkerSetup;
  env: Record<string, string>;
  /** The limit of the thread's heap: beyond it the worker ends, not the process. Buffers do not count. */
  memoryMb: number;
  /** What the function writes to its standard output and error. */
  print(text: Buffer | string): void;
  /** Called once, when the thread has ended for whatever reason. */
  onEnd(): void;
}

/** What a worker threw comes over as an object that looks like its error without being one. */
const describeThrown = (thrown: unknown): FunctionError => {
  if (typeof thrown !== 'object' || thrown === null || !('message' in thrown))
    return { errorType: typeof thrown, errorMessage: String(thrown), trace: '' };
  const { name, code, message, stack } = thrown as { name?: string; code?: string; message: unknown; stack?: string };
  return { errorType: code ?? name ?? 'Error', errorMessage: String(message), trace: stack ?? '' };
};

export const startWorker = ({ setup, env, memoryMb, print, onEnd }: WorkerOptions): FunctionWorker => {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: setup,
    env,
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  });
  worker.stdout.on('data', print);
  worker.stderr.on('data', print);

  let running: { id: number; settle: (result: InvocationResult) => void } | undefined;
  let lastId = 0;
  let lastError: FunctionError | undefined;
  let ended = false;
  const endedError = (): FunctionError =>
    lastError ?? { errorType: 'Runtime.ExitError', errorMessage: 'the function ended its own process', trace: '' };

  let setReady = (): void => undefined;
  const ready = new Promise<void>((resolve) => {
    setReady = resolve;
  });
  worker.on('message', (message: Answer | 'ready') => {
    if (message === 'ready') setReady();
    else if (message.id === running?.id) {
      const { settle } = running;
      running = undefined;
      if (!message.ok) settle(message);
      else settle({ ok: true, result: message.result === undefined ? undefined : JSON.parse(message.result) });
    }
  });
  worker.on('error', (error: unknown) => {
    const thrown = describeThrown(error);
    lastError ??= thrown;
    print(`${thrown.trace || thrown.errorMessage}\n`);
  });
  worker.on('exit', () => {
    ended = true;
    setReady();
    running?.settle({ ok: false, error: endedError() });
    running = undefined;
    onEnd();
  });

  const kill = async (): Promise<void> => void (await worker.terminate());
  return {
    ready,
    kill,
    invoke: ({ event, requestId, timeoutMs }) =>
      new Promise((resolve) => {
        if (ended) return resolve({ ok: false, error: endedError() });
        const deadline = Date.now() + timeoutMs;
        const outOfTime = setTimeout(() => {
          const errorMessage = `the function did not end within ${timeoutMs / 1000} s`;
          lastError = { errorType: 'Sandbox.Timedout', errorMessage, trace: '' };
          void kill();
        }, timeoutMs);
        const settle = (result: InvocationResult): void => {
          clearTimeout(outOfTime);
          resolve(result);
        };
        running = { id: ++lastId, settle };
        worker.postMessage({ id: running.id, event, requestId, deadline });
      }),
  };
};
