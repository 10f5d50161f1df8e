import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SandboxClock, sandboxClock } from '../../clock.ts';
import { sourceQueue } from '../../deploy/source-queue.ts';
import { type SqsServer, startSqs } from '../sqs/server.ts';
import { type EventSource, type EventSourceOptions, startEventSource } from './event-source.ts';
import type { InvocationResult, SandboxFunction } from './function.ts';

/** Event source mappings on the sandbox's own SQS. */
const dir = mkdtempSync(join(tmpdir(), 'event-source-'));
let clock: SandboxClock;
let sqs: SqsServer;
let sources: EventSource[];
beforeEach(async () => {
  clock = sandboxClock();
  sources = [];
  sqs = await startSqs({
    dir: mkdtempSync(join(dir, 'sqs-')),
    clock,
    region: 'eu-central-1',
    accountId: '000000000000',
    speedup: 1,
    beforeWrite: () => undefined,
  });
  await sqs.createQueue('dead', {});
  const RedrivePolicy = { deadLetterTargetArn: sqs.arnOf('dead'), maxReceiveCount: 3 };
  await sqs.createQueue('work', { VisibilityTimeout: 60, RedrivePolicy });
});
afterEach(async () => {
  await Promise.all(sources.map((source) => source.stop(1000)));
  await sqs.close();
  clock.stop();
});
afterAll(() => rmSync(dir, { recursive: true }));

interface Record {
  messageId: string;
  body: string;
  attributes: { ApproximateReceiveCount: string };
}
type Answer = (records: Record[]) => Promise<InvocationResult> | InvocationResult;
const done: InvocationResult = { ok: true, result: null };
const failed: InvocationResult = { ok: false, error: { errorType: 'Error', errorMessage: 'no', trace: '' } };

const feed = (
  answer: Answer,
  { concurrency = 1, ...more }: Partial<EventSourceOptions> & { concurrency?: number } = {},
) => {
  const batches: Record[][] = [];
  const target: SandboxFunction = {
    name: 'f',
    arn: 'arn:aws:lambda:eu-central-1:000000000000:function:f',
    concurrency,
    invoke: async (event) => {
      const { Records } = event as { Records: Record[] };
      batches.push(Records);
      return answer(Records);
    },
    warmUp: async () => undefined,
    stats: () => ({ invocations: batches.length, errors: 0, peakMemoryBytes: 0 }),
    close: async () => undefined,
  };
  sources.push(
    startEventSource({
      queue: sourceQueue(sqs, sqs.arnOf('work')),
      target,
      region: 'eu-central-1',
      clock,
      batchSize: 10,
      windowSeconds: 0,
      maximumConcurrency: 1000,
      reportsFailures: true,
      ...more,
    }),
  );
  return batches;
};
const send = async (...bodies: string[]): Promise<void> => {
  for (const body of bodies) await sqs.send(sqs.arnOf('work'), body);
};
const bodies = (batches: readonly Record[][]): string[][] => batches.map((batch) => batch.map(({ body }) => body));
const depth = (queue = 'work') => sqs.depth(sqs.arnOf(queue));
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

test('a batch has at most BatchSize messages', async () => {
  await send('a', 'b', 'c', 'd', 'e');
  const batches = feed(() => done, { batchSize: 2 });
  await settle();
  expect(bodies(batches)).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  expect(depth()).toEqual({ visible: 0, delayed: 0, inFlight: 0 });
});

test("a batch that is not full goes when its window has passed on the sandbox's clock, counted from its first message", async () => {
  const batches = feed(() => done, { batchSize: 100, windowSeconds: 50 });
  clock.advance(40_000);
  await send('a');
  await settle();
  clock.advance(40_000);
  await send('b');
  await settle();
  expect(batches).toEqual([]);
  clock.advance(10_000);
  await settle();
  expect(bodies(batches)).toEqual([['a', 'b']]);
});

test('a batch of more than ten is gathered by several receives', async () => {
  const all = Array.from({ length: 25 }, (_, n) => String(n));
  await send(...all);
  const batches = feed(() => done, { batchSize: 25, windowSeconds: 300 });
  await settle();
  expect(bodies(batches)).toEqual([all]);
});

test('two workers have different batches of one queue at the same time', async () => {
  const ends: (() => void)[] = [];
  const batches = feed(() => new Promise((resolve) => ends.push(() => resolve(done))), {
    concurrency: 2,
    batchSize: 2,
  });
  await send('a', 'b', 'c', 'd', 'e');
  await settle();
  expect(bodies(batches).flat()).toHaveLength(new Set(bodies(batches).flat()).size);
  expect(batches).toHaveLength(2);
  while (depth().visible + depth().inFlight > 0) {
    for (const end of ends.splice(0)) end();
    await settle();
  }
  expect(bodies(batches).flat().sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('MaximumConcurrency bounds the batches at once, below the number of workers', async () => {
  const ends: (() => void)[] = [];
  const batches = feed(() => new Promise((resolve) => ends.push(() => resolve(done))), {
    concurrency: 5,
    batchSize: 1,
    maximumConcurrency: 2,
  });
  await send('a', 'b', 'c', 'd', 'e');
  await settle();
  expect(batches).toHaveLength(2);
  expect(depth()).toEqual({ visible: 3, delayed: 0, inFlight: 2 });
  for (const end of ends) end();
  await settle();
  expect(batches).toHaveLength(4);
  for (const end of ends) end();
  await settle();
  for (const end of ends) end();
});

test('with a reserved concurrency of zero the messages stay in the queue, not received', async () => {
  const batches = feed(() => done, { concurrency: 0 });
  await send('a', 'b');
  await settle();
  clock.advance(3_600_000);
  await settle();
  expect(batches).toEqual([]);
  expect(depth()).toEqual({ visible: 2, delayed: 0, inFlight: 0 });
  expect((await sqs.receive(sqs.arnOf('work'), 1))[0]!.attributes.ApproximateReceiveCount).toBe('1');
});

test('only what the function names comes again, when its visibility ends, counted, and then is a dead letter', async () => {
  await send('good', 'bad');
  const batches = feed((records) => ({
    ok: true,
    result: {
      batchItemFailures: records
        .filter(({ body }) => body === 'bad')
        .map(({ messageId }) => ({ itemIdentifier: messageId })),
    },
  }));
  await settle();
  expect(bodies(batches)).toEqual([['good', 'bad']]);
  expect(depth()).toEqual({ visible: 0, delayed: 0, inFlight: 1 });
  clock.advance(59_000);
  await settle();
  expect(batches).toHaveLength(1);
  clock.advance(2000);
  await settle();
  clock.advance(61_000);
  await settle();
  expect(bodies(batches).slice(1)).toEqual([['bad'], ['bad']]);
  expect(batches.map((batch) => batch.at(-1)!.attributes.ApproximateReceiveCount)).toEqual(['1', '2', '3']);
  clock.advance(61_000);
  await settle();
  expect(batches).toHaveLength(3);
  expect(depth('dead')).toMatchObject({ visible: 1 });
  expect(depth()).toEqual({ visible: 0, delayed: 0, inFlight: 0 });
});

test.each<[string, InvocationResult, number]>([
  ['null', { ok: true, result: null }, 0],
  ['nothing', { ok: true, result: undefined }, 0],
  ['an empty object', { ok: true, result: {} }, 0],
  ['no failures', { ok: true, result: { batchItemFailures: [] } }, 0],
  ['failures that are null', { ok: true, result: { batchItemFailures: null } }, 0],
  ['an unknown identifier', { ok: true, result: { batchItemFailures: [{ itemIdentifier: 'x' }] } }, 2],
  ['an empty identifier', { ok: true, result: { batchItemFailures: [{ itemIdentifier: '' }] } }, 2],
  ['an identifier that is null', { ok: true, result: { batchItemFailures: [{ itemIdentifier: null }] } }, 2],
  ['another key', { ok: true, result: { batchItemFailures: [{ messageId: 'x' }] } }, 2],
  ['failures that are no list', { ok: true, result: { batchItemFailures: 'x' } }, 2],
  ['an error', failed, 2],
])('a batch of two answered with %s', async (_name, answer, comeAgain) => {
  await send('a', 'b');
  const batches = feed(() => answer);
  await settle();
  expect(depth().inFlight).toBe(comeAgain);
  clock.advance(61_000);
  await settle();
  expect(bodies(batches)).toEqual(
    comeAgain === 0
      ? [['a', 'b']]
      : [
          ['a', 'b'],
          ['a', 'b'],
        ],
  );
});
