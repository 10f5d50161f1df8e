import { randomUUID } from 'node:crypto';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxClock } from '../../clock.ts';
import { type Endpoints, functionEnvironment } from './environment.ts';
import { type FunctionWorker, superviseWorker } from './function-worker.ts';
import { buildWorkerProcess, startProcess } from './process-carrier.ts';
import { startThread } from './thread-carrier.ts';
import { unpack } from './unpack.ts';
import type { FunctionError } from './worker-protocol.ts';

/** A function as its template describes it. */
export interface FunctionDefinition {
  name: string;
  arn: string;
  zipPath: string;
  /** "file.export". */
  handler: string;
  /** Real seconds, whatever the sandbox's clock does meanwhile. Loading the code counts. */
  timeoutSeconds: number;
  memoryMb: number;
  variables: Readonly<Record<string, string>>;
  /** Runs in processes of its own, whose memory is measured and limited as on Lambda, instead of threads. */
  heavy?: boolean;
}

export type InvocationResult =
  /** What the handler returned, after a journey through JSON. */
  { ok: true; result: unknown } | { ok: false; error: FunctionError };

export interface FunctionStats {
  invocations: number;
  /** Invocations that threw, ran out of time, or lost their worker. */
  errors: number;
  /**
   * The most memory that one worker has had. Of a heavy function: all resident memory of its process, as the kernel
   * counted it. Of another: V8's heap as reserved plus what it knows outside of it (Buffers), sampled around and every
   * 100 ms during an invocation, so a short burst can be missed; Node's own code and native libraries are not in it.
   */
  peakMemoryBytes: number;
}

export interface SandboxFunction {
  readonly name: string;
  readonly arn: string;
  /** How many invocations can run at once; more wait their turn. With 0 each is throttled. */
  readonly concurrency: number;
  /** Never rejects: what goes wrong in a function is its result. A retry has the `requestId` of the first attempt. */
  invoke(event: unknown, requestId?: string): Promise<InvocationResult>;
  /** Starts a worker ahead of the first invocation. */
  warmUp(): Promise<void>;
  stats(): FunctionStats;
  /** Ends all workers, whatever they do. */
  close(): Promise<void>;
}

export interface FunctionOptions {
  clock: SandboxClock;
  region: string;
  endpoints: Endpoints;
  /** Unpacked code lies in `<dir>/code`, what the functions print in `<dir>/logs/<function>.log`. */
  dir: string;
  /** How many workers at most; 0 is a reserved concurrency of zero. */
  concurrency: number;
}

const CLOSED: FunctionError = { errorType: 'Sandbox.Closed', errorMessage: 'the sandbox is stopping', trace: '' };
const THROTTLED: FunctionError = { errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.', trace: '' };

/** A function that runs in worker threads or processes, from its packaged zip and in its own environment. */
export const startFunction = async (
  definition: FunctionDefinition,
  { clock, region, endpoints, dir, concurrency }: FunctionOptions,
): Promise<SandboxFunction> => {
  const { name, arn, handler, memoryMb } = definition;
  const timeoutMs = definition.timeoutSeconds * 1000;
  const taskRoot = await unpack(definition.zipPath, join(dir, 'code'));
  mkdirSync(join(dir, 'logs'), { recursive: true });
  const log = createWriteStream(join(dir, 'logs', `${name}.log`), { flags: 'a' });
  const peakCell = new BigInt64Array(new SharedArrayBuffer(8));
  const context = {
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: arn,
    memoryLimitInMB: String(memoryMb),
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: 'sandbox',
  };
  const env = functionEnvironment(definition, { region, taskRoot, endpoints });

  /** The last one used comes first, so that what is warm is used again. */
  const idle: FunctionWorker[] = [];
  const alive = new Set<FunctionWorker>();
  const waiting: ((worker: FunctionWorker | undefined) => void)[] = [];
  const stats = { invocations: 0, errors: 0 };
  let closed = false;

  const entry = definition.heavy === true ? await buildWorkerProcess(dir) : undefined;
  const setup = { taskRoot, handler, context };
  const common = { env, memoryMb, print: (text: Buffer | string) => void (log.writable && log.write(text)) };
  const onPeak = (bytes: number): void => {
    if (BigInt(bytes) > Atomics.load(peakCell, 0)) Atomics.store(peakCell, 0, BigInt(bytes));
  };
  const create = (): FunctionWorker => {
    const worker = superviseWorker(
      (events) =>
        entry === undefined
          ? startThread({ ...common, setup: { ...setup, offsetCell: clock.offsetCell, peakCell } }, events)
          : startProcess({ ...common, entry, setup, clock, onPeak }, events),
      () => {
        alive.delete(worker);
        const at = idle.indexOf(worker);
        if (at >= 0) idle.splice(at, 1);
        if (!closed) waiting.shift()?.(create());
      },
    );
    alive.add(worker);
    return worker;
  };
  /** Undefined when the function is closed. */
  const acquire = async (): Promise<FunctionWorker | undefined> => {
    if (closed) return undefined;
    const free = idle.pop();
    if (free !== undefined) return free;
    if (alive.size < concurrency) return create();
    return new Promise((resolve) => waiting.push(resolve));
  };
  const release = (worker: FunctionWorker): void => {
    if (!alive.has(worker)) return;
    const next = waiting.shift();
    if (next === undefined) idle.push(worker);
    else next(worker);
  };

  return {
    name,
    arn,
    concurrency,
    invoke: async (event, requestId = randomUUID()) => {
      if (concurrency === 0) return { ok: false, error: THROTTLED };
      const worker = await acquire();
      if (worker === undefined) return { ok: false, error: CLOSED };
      stats.invocations += 1;
      const outcome = await worker.invoke({ event, requestId, timeoutMs });
      release(worker);
      if (outcome.ok) return outcome;
      stats.errors += 1;
      const line = { type: 'platform.runtimeDone', requestId, status: 'error', ...outcome.error };
      if (log.writable) log.write(`${JSON.stringify(line)}\n`);
      return outcome;
    },
    warmUp: async () => {
      if (alive.size > 0 || concurrency === 0) return;
      const worker = create();
      await worker.ready;
      release(worker);
    },
    stats: () => ({ ...stats, peakMemoryBytes: Number(Atomics.load(peakCell, 0)) }),
    close: async () => {
      closed = true;
      for (const giveUp of waiting.splice(0)) giveUp(undefined);
      await Promise.all([...alive].map((worker) => worker.kill()));
      await new Promise<void>((resolve) => log.end(resolve));
    },
  };
};
