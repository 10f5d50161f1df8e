import type { InvocationResult } from './function.ts';
import type { Answer, FunctionError, Invocation } from './worker-protocol.ts';

/** One worker of a function: a thread, or a process. It runs one invocation at a time. */
export interface FunctionWorker {
  /** Resolves when the handler is loaded, or the worker has ended. */
  readonly ready: Promise<void>;
  /** Ends the worker if it has not answered after `timeoutMs`. Never rejects. */
  invoke(call: { event: unknown; requestId: string; timeoutMs: number }): Promise<InvocationResult>;
  /** Ends the worker, also in the middle of a loop. What was running ends as an error. */
  kill(): Promise<void>;
}

/** What carries a worker: a thread, or a process. */
export interface Carrier {
  send(invocation: Invocation): void;
  /** Resolves when it has ended. */
  kill(): Promise<void>;
}

/** What a carrier tells of its worker. */
export interface CarrierEvents {
  ready(): void;
  answered(answer: Answer): void;
  /** Why the worker ends, or is about to; the first reason counts. */
  failed(error: FunctionError): void;
  ended(): void;
}

/** Supervises a worker that `start` starts. `onEnd` is called once, when it has ended for whatever reason. */
export const superviseWorker = (start: (events: CarrierEvents) => Carrier, onEnd: () => void): FunctionWorker => {
  let running: { id: number; settle: (result: InvocationResult) => void } | undefined;
  let lastId = 0;
  let lastError: FunctionError | undefined;
  let ended = false;
  const endedError = (): FunctionError =>
    lastError ?? { errorType: 'Runtime.ExitError', errorMessage: 'the function ended its own process', trace: '' };

  const { promise: ready, resolve: setReady } = Promise.withResolvers<void>();
  const carrier = start({
    ready: setReady,
    answered: (answer) => {
      if (answer.id !== running?.id) return;
      const { settle } = running;
      running = undefined;
      if (!answer.ok) settle(answer);
      else settle({ ok: true, result: answer.result === undefined ? undefined : JSON.parse(answer.result) });
    },
    failed: (error) => {
      lastError ??= error;
    },
    ended: () => {
      ended = true;
      setReady();
      running?.settle({ ok: false, error: endedError() });
      running = undefined;
      onEnd();
    },
  });

  return {
    ready,
    kill: carrier.kill,
    invoke: ({ event, requestId, timeoutMs }) =>
      new Promise((resolve) => {
        if (ended) return resolve({ ok: false, error: endedError() });
        const deadline = Date.now() + timeoutMs;
        const outOfTime = setTimeout(() => {
          const errorMessage = `the function did not end within ${timeoutMs / 1000} s`;
          lastError = { errorType: 'Sandbox.Timedout', errorMessage, trace: '' };
          void carrier.kill();
        }, timeoutMs);
        const settle = (result: InvocationResult): void => {
          clearTimeout(outOfTime);
          resolve(result);
        };
        running = { id: ++lastId, settle };
        carrier.send({ id: running.id, event, requestId, deadline });
      }),
  };
};
