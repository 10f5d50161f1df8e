import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sandboxClock } from '../../clock.ts';
import { type AsyncInvoker, type AsyncSettings, openAsyncInvoker } from './async-invoker.ts';
import type { DeadLetterAttributes, InvocationRecord } from './async-record.ts';
import type { InvocationResult, SandboxFunction } from './function.ts';

const MINUTE = 60_000;
const dir = mkdtempSync(join(tmpdir(), 'async-'));
const open: { invoker: AsyncInvoker; stop: () => void }[] = [];
afterEach(async () => {
  for (const { invoker, stop } of open.splice(0)) {
    await invoker.close(1000);
    stop();
  }
});
afterAll(() => rmSync(dir, { recursive: true }));

/** Lets what was set off run to where it waits for the clock. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

const broken: InvocationResult = {
  ok: false,
  error: { errorType: 'TypeError', errorMessage: 'no', trace: 'TypeError: no\n    at run' },
};
const done: InvocationResult = { ok: true, result: { stored: 3 } };
const everything = { onSuccess: 'arn:success', onFailure: 'arn:failure', deadLetter: 'arn:dead' };

interface Setup {
  answers?: InvocationResult[];
  settings?: Partial<AsyncSettings>;
  concurrency?: number;
  file?: string;
  invoke?: SandboxFunction['invoke'];
}
/** An invoker of a function that gives `answers` one after the other, the last one for ever. */
const invokerOf = ({ answers = [done], settings = {}, concurrency = 2, file, invoke }: Setup = {}) => {
  const clock = sandboxClock();
  const calls: { event: unknown; requestId: string | undefined }[] = [];
  const records: { arn: string; record: InvocationRecord }[] = [];
  const letters: { arn: string; body: string; attributes: DeadLetterAttributes }[] = [];
  const target: SandboxFunction = {
    name: 'f',
    arn: 'arn:aws:lambda:eu-central-1:000000000000:function:f',
    concurrency,
    invoke:
      invoke ??
      (async (event, requestId) => {
        calls.push({ event, requestId });
        return answers[Math.min(calls.length, answers.length) - 1]!;
      }),
    warmUp: async () => undefined,
    stats: () => ({ invocations: calls.length, errors: 0, peakMemoryBytes: 0 }),
    close: async () => undefined,
  };
  const invoker = openAsyncInvoker({
    target,
    settings: { maximumRetryAttempts: 2, maximumEventAgeSeconds: 21_600, ...settings },
    destinations: {
      record: async (arn, record) => void records.push({ arn, record }),
      deadLetter: async (arn, body, attributes) => void letters.push({ arn, body, attributes }),
    },
    clock,
    file: file ?? join(dir, `${Math.random()}.jsonl`),
    ready: Promise.resolve(),
  });
  open.push({ invoker, stop: clock.stop });
  return { invoker, clock, calls, records, letters };
};

test('a success is invoked once, and its record goes to the destination of successes alone', async () => {
  const { invoker, clock, calls, records, letters } = invokerOf({ settings: everything });
  const requestId = invoker.invokeAsync({ n: 1 });
  expect(invoker.idle()).toBe(false);
  await settle();
  clock.advance(10 * MINUTE);
  await settle();
  expect(calls).toEqual([{ event: { n: 1 }, requestId }]);
  expect(records).toEqual([
    {
      arn: 'arn:success',
      record: {
        version: '1.0',
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        requestContext: {
          requestId,
          functionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:f:$LATEST',
          condition: 'Success',
          approximateInvokeCount: 1,
        },
        requestPayload: { n: 1 },
        responseContext: { statusCode: 200, executedVersion: '$LATEST' },
        responsePayload: { stored: 3 },
      },
    },
  ]);
  expect(letters).toEqual([]);
  expect(invoker.idle()).toBe(true);
});

test('an error is tried again after one minute and after two more, with the same request id', async () => {
  const { invoker, clock, calls } = invokerOf({ answers: [broken] });
  const requestId = invoker.invokeAsync({});
  await settle();
  expect(calls).toHaveLength(1);
  clock.advance(MINUTE - 5000);
  await settle();
  expect(calls).toHaveLength(1);
  clock.advance(5000);
  await settle();
  expect(calls).toHaveLength(2);
  clock.advance(2 * MINUTE - 5000);
  await settle();
  expect(calls).toHaveLength(2);
  clock.advance(5000);
  await settle();
  expect(calls).toHaveLength(3);
  clock.advance(360 * MINUTE);
  await settle();
  expect(calls).toHaveLength(3);
  expect(new Set(calls.map((call) => call.requestId))).toEqual(new Set([requestId]));
});

test('after the last retry the record goes to the destination of failures and the event to the dead letters', async () => {
  const { invoker, clock, records, letters } = invokerOf({ answers: [broken], settings: everything });
  const requestId = invoker.invokeAsync({ n: 1 });
  for (let minutes = 0; minutes < 4; minutes += 1) {
    await settle();
    expect(records).toHaveLength(minutes < 3 ? 0 : 1);
    clock.advance(MINUTE);
  }
  expect(records).toMatchObject([
    {
      arn: 'arn:failure',
      record: {
        requestContext: { requestId, condition: 'RetriesExhausted', approximateInvokeCount: 3 },
        requestPayload: { n: 1 },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        responsePayload: { errorType: 'TypeError', errorMessage: 'no', trace: ['TypeError: no', '    at run'] },
      },
    },
  ]);
  expect(letters).toEqual([
    {
      arn: 'arn:dead',
      body: '{"n":1}',
      attributes: {
        RequestID: { type: 'String', value: requestId },
        ErrorCode: { type: 'Number', value: '200' },
        ErrorMessage: { type: 'String', value: 'no' },
      },
    },
  ]);
  expect(invoker.idle()).toBe(true);
});

test('MaximumRetryAttempts 0 means one attempt', async () => {
  const { invoker, clock, calls, records } = invokerOf({
    answers: [broken],
    settings: { ...everything, maximumRetryAttempts: 0 },
  });
  invoker.invokeAsync({});
  await settle();
  clock.advance(10 * MINUTE);
  await settle();
  expect(calls).toHaveLength(1);
  expect(records[0]!.record.requestContext).toMatchObject({ condition: 'RetriesExhausted', approximateInvokeCount: 1 });
});

test('a retry that would come after MaximumEventAge is not waited for', async () => {
  const { invoker, clock, calls, records } = invokerOf({
    answers: [broken],
    settings: { ...everything, maximumEventAgeSeconds: 90 },
  });
  invoker.invokeAsync({});
  await settle();
  clock.advance(MINUTE);
  await settle();
  expect(calls).toHaveLength(2);
  expect(records[0]!.record.requestContext).toMatchObject({ condition: 'EventAgeExceeded', approximateInvokeCount: 2 });
});

test('an event that got too old while it waited for its turn is not invoked', async () => {
  const held = Promise.withResolvers<void>();
  const seen: unknown[] = [];
  const { invoker, clock, records, letters } = invokerOf({
    concurrency: 1,
    settings: { ...everything, maximumEventAgeSeconds: 60 },
    invoke: async (event) => {
      seen.push(event);
      await held.promise;
      return done;
    },
  });
  invoker.invokeAsync('first');
  const late = invoker.invokeAsync('late');
  await settle();
  clock.advance(MINUTE + 1);
  held.resolve();
  await settle();
  expect(seen).toEqual(['first']);
  const { record } = records.find(({ arn }) => arn === 'arn:failure')!;
  expect(record.requestContext).toMatchObject({
    requestId: late,
    condition: 'EventAgeExceeded',
    approximateInvokeCount: 0,
  });
  expect(record).not.toHaveProperty('responseContext');
  expect(letters).toMatchObject([{ body: '"late"', attributes: { ErrorCode: { value: '429' } } }]);
});

test('with a reserved concurrency of zero the event goes to the dead letters without an attempt', async () => {
  const { invoker, calls, records, letters } = invokerOf({ concurrency: 0, settings: everything });
  invoker.invokeAsync({});
  await settle();
  expect(calls).toEqual([]);
  expect(records[0]!.record.requestContext).toMatchObject({
    condition: 'ZeroReservedConcurrency',
    approximateInvokeCount: 0,
  });
  expect(letters).toHaveLength(1);
});

test('at most as many at once as the function has workers', async () => {
  const ends: (() => void)[] = [];
  const { invoker } = invokerOf({
    concurrency: 2,
    invoke: () => new Promise((resolve) => ends.push(() => resolve(done))),
  });
  for (let n = 0; n < 5; n += 1) invoker.invokeAsync(n);
  await settle();
  expect(ends).toHaveLength(2);
  ends[0]!();
  await settle();
  expect(ends).toHaveLength(3);
  while (!invoker.idle()) {
    for (const end of ends) end();
    await settle();
  }
});

test('what waits for a retry when the process ends is tried by the next one, as often as was left', async () => {
  const file = join(dir, 'kept.jsonl');
  const first = invokerOf({ answers: [broken], file });
  const requestId = first.invoker.invokeAsync({ n: 1 });
  await settle();
  await first.invoker.close(0);

  const second = invokerOf({ answers: [broken], file, settings: everything });
  await settle();
  expect(second.calls).toEqual([]);
  second.clock.advance(MINUTE);
  await settle();
  second.clock.advance(2 * MINUTE);
  await settle();
  expect(second.calls).toEqual([
    { event: { n: 1 }, requestId },
    { event: { n: 1 }, requestId },
  ]);
  expect(second.records[0]!.record.requestContext.approximateInvokeCount).toBe(3);
});

test('an invocation that ends because the sandbox stops is no attempt', async () => {
  const file = join(dir, 'stopped.jsonl');
  const held = Promise.withResolvers<InvocationResult>();
  const first = invokerOf({ file, settings: { maximumRetryAttempts: 0 }, invoke: () => held.promise });
  first.invoker.invokeAsync('again');
  await settle();
  const closed = first.invoker.close(1000);
  held.resolve(broken);
  await closed;
  expect(() => first.invoker.invokeAsync('more')).toThrow('stopping');

  const second = invokerOf({ file });
  // What is due comes with the clock's next tick.
  while (!second.invoker.idle()) await settle();
  expect(second.calls.map(({ event }) => event)).toEqual(['again']);
});

test('an event beyond 1 MB is refused', () => {
  const { invoker } = invokerOf();
  expect(() => invoker.invokeAsync('x'.repeat(1024 * 1024))).toThrow('Lambda takes 1048576');
});
