/** What runs inside a worker: loads the function's handler as Lambda's runtime does and answers invocations. */
import { createRequire, registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Answer, FunctionError, HandlerSetup, Invocation } from './worker-protocol.ts';

/** How a runtime is connected with the sandbox's process. */
export interface Link {
  setup: HandlerSetup;
  /** The sandbox clock's offset in milliseconds. */
  offsetMs(): number;
  /** Called at both ends of an invocation and at times between them. */
  sample(): void;
  send(message: Answer | 'ready'): void;
}

const RealDate = Date;

/** Puts the code on the sandbox's clock: what reads the present through Date gets the offset; parsing stays as it is. */
const patchDate = (offsetMs: () => number): void => {
  const now = (): number => RealDate.now() + offsetMs();
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

/** What the zip lacks is not found, as on Lambda, although the folders above may have it in their node_modules. */
const stayInside = (taskRoot: string): void => {
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
const loadHandler = ({ taskRoot, handler }: HandlerSetup): ((event: unknown, context: unknown) => unknown) => {
  const dot = handler.lastIndexOf('.');
  const [file, name] = [handler.slice(0, dot), handler.slice(dot + 1)];
  const exported = (createRequire(join(taskRoot, 'x'))(`./${file}.js`) as Record<string, unknown>)[name];
  if (typeof exported !== 'function') throw new Error(`${file}.js exports no function ${name}`);
  return exported as (event: unknown, context: unknown) => unknown;
};

export const describeError = (error: unknown): FunctionError =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: error.stack ?? '' }
    : { errorType: typeof error, errorMessage: String(error), trace: '' };

/** Loads the handler; throws when that fails. Invocations are given to what it returns, one at a time. */
export const startRuntime = ({ setup, offsetMs, sample, send }: Link): ((invocation: Invocation) => void) => {
  patchDate(offsetMs);
  stayInside(setup.taskRoot);
  const run = loadHandler(setup);
  const answerTo = async ({ id, event, requestId, deadline }: Invocation): Promise<void> => {
    sample();
    const sampling = setInterval(sample, SAMPLE_EVERY_MS);
    let answer: Answer;
    try {
      const result = await run(event, {
        ...setup.context,
        awsRequestId: requestId,
        getRemainingTimeInMillis: () => Math.max(0, deadline - RealDate.now()),
      });
      answer = { id, ok: true, result: JSON.stringify(result) };
    } catch (error) {
      answer = { id, ok: false, error: describeError(error) };
    }
    clearInterval(sampling);
    sample();
    send(answer);
  };
  send('ready');
  return (invocation) => void answerTo(invocation);
};
