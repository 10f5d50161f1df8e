import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { sandboxClock } from '../../clock.ts';
import { type EventSource, type QueueMessage, type SourceQueue, startEventSource } from './event-source.ts';
import { type FunctionDefinition, type SandboxFunction, startFunction } from './function.ts';

const dir = mkdtempSync(join(tmpdir(), 'lambda-'));
const clock = sandboxClock();
const functions: SandboxFunction[] = [];
const sources: EventSource[] = [];
const local = 'http://127.0.0.1:1';
const endpoints = { s3: local, dynamodb: local, events: local, sqs: local, sns: local, ssm: local, secrets: local };

afterEach(async () => {
  await Promise.all(sources.splice(0).map((source) => source.stop(1000)));
  await Promise.all(functions.splice(0).map((one) => one.close()));
});
afterAll(() => {
  clock.stop();
  rmSync(dir, { recursive: true });
});

/** Packages `code` (the body of handler.js) and starts it as a function. */
const functionOf = async (
  code: string,
  { concurrency = 1, ...more }: Partial<FunctionDefinition> & { concurrency?: number } = {},
): Promise<SandboxFunction> => {
  const name = `f${functions.length}-${Math.random().toString(36).slice(2)}`;
  const zipPath = join(dir, `${name}.zip`);
  writeFileSync(zipPath, zipSync({ 'handler.js': new TextEncoder().encode(code) }));
  const definition: FunctionDefinition = {
    name,
    arn: `arn:aws:lambda:eu-central-1:000000000000:function:${name}`,
    zipPath,
    handler: 'handler.run',
    timeoutSeconds: 30,
    memoryMb: 128,
    variables: { STAGE: 'test' },
    ...more,
  };
  const made = await startFunction(definition, { clock, region: 'eu-central-1', endpoints, dir, concurrency });
  functions.push(made);
  return made;
};

const logOf = ({ name }: SandboxFunction): string => readFileSync(join(dir, 'logs', `${name}.log`), 'utf8');

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe('function', () => {
  test('runs the packaged handler with event and context', async () => {
    const run = await functionOf(`exports.run = async (event, context) => ({
      doubled: event.n * 2, name: context.functionName, id: context.awsRequestId, left: context.getRemainingTimeInMillis() })`);
    const { result } = (await run.invoke({ n: 21 })) as { result: Record<string, unknown> };
    expect(result).toEqual({ doubled: 42, name: run.name, id: expect.any(String), left: expect.any(Number) });
    expect(result.left).toBeGreaterThan(0);
    expect(result.left).toBeLessThanOrEqual(30_000);
    expect(run.stats()).toEqual({ invocations: 1, errors: 0, peakMemoryBytes: expect.any(Number) });
    expect(run.stats().peakMemoryBytes).toBeGreaterThan(1_000_000);
  });

  test("sees its own environment and nothing of the machine's", async () => {
    process.env.SECRET_OF_THE_HOST = 'x';
    const run = await functionOf('exports.run = async () => process.env');
    const { result } = (await run.invoke({})) as { result: Record<string, string> };
    delete process.env.SECRET_OF_THE_HOST;
    expect(Object.keys(result).sort()).toEqual([
      ...['AWS_ACCESS_KEY_ID', 'AWS_DEFAULT_REGION', 'AWS_ENDPOINT_URL_DYNAMODB', 'AWS_ENDPOINT_URL_EVENTBRIDGE'],
      ...['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL_SECRETS_MANAGER', 'AWS_ENDPOINT_URL_SNS', 'AWS_ENDPOINT_URL_SQS'],
      ...['AWS_ENDPOINT_URL_SSM', 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE', 'AWS_LAMBDA_FUNCTION_NAME'],
      ...['AWS_LAMBDA_FUNCTION_VERSION', 'AWS_REGION', 'AWS_SECRET_ACCESS_KEY', 'HOME', 'LAMBDA_TASK_ROOT', 'PATH'],
      ...['STAGE', 'TZ', '_HANDLER'],
    ]);
  });

  test("is on the sandbox's clock, but not for measuring", async () => {
    const run = await functionOf(`exports.run = async () => ({
      now: Date.now(), made: new Date().getTime(), text: Date.parse(Date()), parsed: new Date('2026-01-01').toISOString(),
      of: new Date(5).getTime(), utc: Date.UTC(1970, 0, 2), is: new Date() instanceof Date, tick: performance.now(),
      sub: new (class extends Date {})().getTime() })`);
    const read = async () => ((await run.invoke({})) as { result: Record<string, number> }).result;
    const before = await read();
    const dayMs = 24 * 3600 * 1000;
    clock.advance(dayMs);
    const after = await read();
    for (const key of ['now', 'made', 'text', 'sub'])
      expect(Math.abs(after[key]! - clock.now())).toBeLessThan(dayMs / 24);
    expect(after.now! - before.now!).toBeGreaterThanOrEqual(dayMs);
    expect(after.tick! - before.tick!).toBeLessThan(dayMs);
    expect(after).toMatchObject({ parsed: '2026-01-01T00:00:00.000Z', of: 5, utc: dayMs, is: true });
  });

  test('a handler that throws is an error, and its worker goes on', async () => {
    const run = await functionOf(
      'let n = 0; exports.run = async () => { if (++n === 1) throw new TypeError("no"); return n; }',
    );
    expect(await run.invoke({})).toMatchObject({ ok: false, error: { errorType: 'TypeError', errorMessage: 'no' } });
    expect(await run.invoke({})).toEqual({ ok: true, result: 2 });
    expect(run.stats()).toMatchObject({ invocations: 2, errors: 1 });
  });

  test('a worker that does not end in time is killed, also in a loop, and replaced', async () => {
    const run = await functionOf(
      'let n = 0; exports.run = async (e) => { n += 1; while (e.loop) n += 0; return n; }',
      // Long enough for a worker to load on a busy machine.
      { timeoutSeconds: 2 },
    );
    const [looping, next] = await Promise.all([run.invoke({ loop: true }), run.invoke({})]);
    expect(looping).toMatchObject({ ok: false, error: { errorType: 'Sandbox.Timedout' } });
    expect(next).toEqual({ ok: true, result: 1 });
    expect(run.stats()).toMatchObject({ invocations: 2, errors: 1 });
  });

  test.each([
    ['an uncaught error', 'setTimeout(() => { throw new RangeError("late"); })', 'RangeError'],
    ['an unhandled rejection', 'Promise.reject(new RangeError("late"))', 'RangeError'],
    ['exit', 'process.exit(3)', 'Runtime.ExitError'],
    ['a heap that is full', 'const all = []; for (;;) all.push(new Array(1e5).fill({}))', 'ERR_WORKER_OUT_OF_MEMORY'],
  ])('a worker that %s kills is replaced', async (_name, dying, errorType) => {
    const run = await functionOf(
      `exports.run = async (e) => { if (e.die) { ${dying}; await new Promise(() => setTimeout(() => {}, 60000)); } return 1; }`,
      { memoryMb: 64 },
    );
    const died = (await run.invoke({ die: true })) as { ok: false; error: { errorType: string; trace: string } };
    expect(died.ok).toBe(false);
    expect(`${died.error.errorType} ${died.error.trace}`).toContain(errorType);
    expect(await run.invoke({})).toEqual({ ok: true, result: 1 });
  });

  test('code that cannot be loaded is an error that says why', async () => {
    const missing = await functionOf('exports.other = 1');
    expect(await missing.invoke({})).toMatchObject({
      ok: false,
      error: { errorMessage: 'handler.js exports no function run' },
    });
  });

  test('its code is CommonJS and closed, whatever lies in the folders above', async () => {
    writeFileSync(join(dir, 'package.json'), '{ "type": "module" }');
    mkdirSync(join(dir, 'node_modules'));
    writeFileSync(join(dir, 'node_modules', 'stray.js'), 'module.exports = 1');
    const run = await functionOf(
      'require("node:fs"); exports.run = async () => { try { return require("stray"); } catch (e) { return e.code; } }',
    );
    expect(await run.invoke({})).toEqual({ ok: true, result: 'MODULE_NOT_FOUND' });
  });

  test('runs at most as many at once as it has workers', async () => {
    const run = await functionOf(
      `let now = 0; exports.run = async () => { now += 1; await new Promise((r) => setTimeout(r, 20)); const was = now; now -= 1;
        return [require('node:worker_threads').threadId, was]; }`,
      { concurrency: 2 },
    );
    const all = await Promise.all(Array.from({ length: 6 }, () => run.invoke({})));
    const answers = all.map((one) => (one as { result: [number, number] }).result);
    expect(new Set(answers.map(([thread]) => thread)).size).toBe(2);
    expect(answers.map(([, atOnce]) => atOnce)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  test('what it prints and how it fails goes to its log', async () => {
    const run = await functionOf(
      'exports.run = async () => { console.log("to out"); console.error("to err"); throw new Error("broken"); }',
    );
    await run.invoke({});
    await run.close();
    expect(logOf(run)).toContain('to out\n');
    expect(logOf(run)).toContain('to err\n');
    expect(logOf(run)).toContain('"errorMessage":"broken"');
  });

  test('the same code is unpacked once', async () => {
    const before = readdirSync(join(dir, 'code')).length;
    const code = '/* twice */ exports.run = async () => 1';
    await functionOf(code);
    await functionOf(code);
    expect(readdirSync(join(dir, 'code')).length).toBe(before + 1);
  });
});

/** A queue whose messages show again at once when `shown` says so: tests tell it when. */
const memoryQueue = () => {
  const visible: QueueMessage[] = [];
  const taken = new Map<string, QueueMessage>();
  const deleted: string[] = [];
  const waiting = new Set<() => void>();
  const queue: SourceQueue = {
    arn: 'arn:aws:sqs:eu-central-1:000000000000:q',
    receive: async (max) => {
      const messages = visible.splice(0, max);
      for (const message of messages) taken.set(message.receiptHandle, message);
      return messages;
    },
    delete: async (handles) => {
      for (const handle of handles) deleted.push(taken.get(handle)!.body);
      for (const handle of handles) taken.delete(handle);
    },
    waitForMessage: (signal) =>
      new Promise((resolve) => {
        if (visible.length > 0 || signal.aborted) return resolve();
        waiting.add(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      }),
  };
  const send = (...bodies: string[]): void => {
    for (const body of bodies)
      visible.push({
        messageId: `id-${body}`,
        receiptHandle: `handle-${body}`,
        body,
        md5OfBody: 'md5',
        attributes: { ApproximateReceiveCount: '1', SentTimestamp: '5' },
        messageAttributes: { kind: { dataType: 'String', stringValue: 'x' } },
      });
    for (const wake of waiting) wake();
    waiting.clear();
  };
  return { queue, send, deleted, left: () => [...taken.values()].map(({ body }) => body).sort() };
};

const sourceOf = (queue: SourceQueue, target: SandboxFunction, reportsFailures = true, windowSeconds = 0): void => {
  sources.push(
    startEventSource({
      queue,
      target,
      region: 'eu-central-1',
      clock,
      batchSize: 3,
      windowSeconds,
      maximumConcurrency: 1000,
      reportsFailures,
    }),
  );
};

describe('event source', () => {
  test('hands over records in the shape of Lambda, and wakes for a message that comes later', async () => {
    const { queue, send, deleted } = memoryQueue();
    const seen = join(dir, 'seen.json');
    const run = await functionOf(
      `exports.run = async (event) => require('fs').writeFileSync(${JSON.stringify(seen)}, JSON.stringify(event))`,
    );
    sourceOf(queue, run);
    await run.warmUp();
    send('a');
    await until(() => deleted.length === 1);
    expect(JSON.parse(readFileSync(seen, 'utf8'))).toEqual({
      Records: [
        {
          messageId: 'id-a',
          receiptHandle: 'handle-a',
          body: 'a',
          attributes: { ApproximateReceiveCount: '1', SentTimestamp: '5' },
          messageAttributes: {
            kind: { dataType: 'String', stringValue: 'x', stringListValues: [], binaryListValues: [] },
          },
          md5OfBody: 'md5',
          eventSource: 'aws:sqs',
          eventSourceARN: queue.arn,
          awsRegion: 'eu-central-1',
        },
      ],
    });
  });

  test('deletes what is done and leaves what the function names as failed', async () => {
    const { queue, send, deleted, left } = memoryQueue();
    const run = await functionOf(
      `exports.run = async ({ Records }) => ({ batchItemFailures:
        Records.filter((r) => r.body.startsWith('bad')).map((r) => ({ itemIdentifier: r.messageId })) })`,
    );
    send('good-1', 'bad-1', 'good-2', 'bad-2', 'good-3');
    sourceOf(queue, run);
    await until(() => deleted.length === 3);
    expect(deleted).toEqual(['good-1', 'good-2', 'good-3']);
    await until(() => run.stats().invocations === 2);
    expect(left()).toEqual(['bad-1', 'bad-2']);
  });

  test('leaves a whole batch whose function fails, and goes on', async () => {
    const { queue, send, deleted, left } = memoryQueue();
    const run = await functionOf(
      'exports.run = async ({ Records }) => { if (Records.some((r) => r.body === "bad")) throw new Error("no"); }',
    );
    send('a', 'bad', 'b', 'c');
    sourceOf(queue, run);
    await until(() => deleted.length === 1);
    expect([deleted, left()]).toEqual([['c'], ['a', 'b', 'bad']]);
  });

  test('without ReportBatchItemFailures the answer does not matter', async () => {
    const { queue, send, deleted } = memoryQueue();
    const run = await functionOf('exports.run = async () => ({ batchItemFailures: [{ itemIdentifier: "x" }] })');
    send('a', 'b');
    sourceOf(queue, run, false);
    await until(() => deleted.length === 2);
  });

  test('a batch waits for more until it is full', async () => {
    const { queue, send, deleted } = memoryQueue();
    const run = await functionOf('exports.run = async () => undefined');
    send('a');
    sourceOf(queue, run, true, 60);
    await new Promise((resolve) => setTimeout(resolve, 10));
    send('b', 'c');
    await until(() => deleted.length === 3);
    expect(run.stats().invocations).toBe(1);
  });

  test('stopping waits for what is running and takes nothing more', async () => {
    const { queue, send, deleted } = memoryQueue();
    const run = await functionOf('exports.run = async () => new Promise((resolve) => setTimeout(resolve, 200))');
    sourceOf(queue, run);
    send('a');
    await until(() => run.stats().invocations === 1);
    const stopped = sources[0]!.stop(10_000);
    send('b');
    await stopped;
    expect(deleted).toEqual(['a']);
  });
});
