/** What runs inside a worker thread: loads the function's handler as Lambda's runtime does and answers invocations. */
import { createRequire, registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { getHeapStatistics } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import type { Answer, Invocation, WorkerSetup } from './worker-protocol.ts';

const { offsetCell, peakCell, taskRoot, handler, context } = workerData as WorkerSetup;

const RealDate = Date;

/** Puts this thread on the sandbox's clock: what reads the present through Date gets the offset; parsing stays as it is. */
const patchDate = (): void => {
  const now = (): number => RealDate.now() + Number(Atomics.load(offsetCell, 0));
  const SandboxDate = function (...given: unknown[]): Date | string {
    if (new.target === undefined) return new RealDate(now()).toString();
    return Reflect.construct(RealDate, given.length === 0 ? [now()] : given, new.target) as Date;
  };
  Object.setPrototypeOf(SandboxDate, RealDate);
  Object.defineProperty(SandboxDate, 'name', { value: 'Date' });
  Object.defineProperty(SandboxDate, 'length', { value: 7 });
  SandboxDate.prototype = RealDate.prototype;
  SandboxDate.prototype.constructor = SandboxDate;
  Object.assign(SandboxDate, { now });
  globalThis.Date = SandboxDate as unknown as DateConstructor;
};

/** Samples are taken at both ends of an invocation and this often between them. */
const SAMPLE_EVERY_MS = 100;

const samplePeak = (): void => {
  const { total_heap_size, external_memory } = getHeapStatistics();
  const bytes = BigInt(total_heap_size + external_memory);
  if (bytes > Atomics.load(peakCell, 0)) Atomics.store(peakCell, 0, bytes);
};

/** What the zip lacks is not found, as on Lambda, although the folders above may have it in their node_modules. */
const stayInside = (): void => {
  const inside = pathToFileURL(join(taskRoot, '/')).href;
  registerHooks({
    resolve: (specifier, resolving, next) => {
      const found = next(specifier, resolving);
      if (found.url.startsWith('file:') && !found.url.startsWith(inside))
        throw Object.assign(new Error(`Cannot find module '${specifier}': it is not in the function's package`), {
          code: 'MODULE_NOT_FOUND',
        });
      return found;
    },
  });
};

/** The exported function that "file.export" names. */
const loadHandler = (): ((event: unknown, context: unknown) => unknown) => {
  const dot = handler.lastIndexOf('.');
  const [file, name] = [handler.slice(0, dot), handler.slice(dot + 1)];
  const exported = (createRequire(join(taskRoot, 'x'))(`./${file}.js`) as Record<string, unknown>)[name];
  if (typeof exported !== 'function') throw new Error(`${file}.js exports no function ${name}`);
  return exported as (event: unknown, context: unknown) => unknown;
};

const describeError = (error: unknown): { errorType: string; errorMessage: string; trace: string } =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: error.stack ?? '' }
    : { errorType: typeof error, errorMessage: String(error), trace: '' };

patchDate();
stayInside();
const run = loadHandler();
const port = parentPort!;

const answerTo = async ({ id, event, requestId, deadline }: Invocation): Promise<void> => {
  samplePeak();
  const sampling = setInterval(samplePeak, SAMPLE_EVERY_MS);
  let answer: Answer;
  try {
    const result = await run(event, {
      ...context,
      awsRequestId: requestId,
      getRemainingTimeInMillis: () => Math.max(0, deadline - RealDate.now()),
    });
    answer = { id, ok: true, result: JSON.stringify(result) };
  } catch (error) {
    answer = { id, ok: false, error: describeError(error) };
  }
  clearInterval(sampling);
  samplePeak();
  port.postMessage(answer);
};
port.on('message', (invocation: Invocation) => void answerTo(invocation));
port.postMessage('ready');
