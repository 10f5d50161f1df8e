import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { startSqs } from '../aws/sqs/server.ts';
import { sandboxClock } from '../clock.ts';
import type { Json } from '../template/json.ts';
import { resolveStacks } from '../template/resolve.ts';
import { startEventSources, startFunctions } from './functions.ts';

const root = mkdtempSync(join(tmpdir(), 'functions-'));
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
afterAll(() => rmSync(root, { recursive: true }));

const arn = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
const local = 'http://127.0.0.1:1';
const endpoints = { s3: local, dynamodb: local, events: local, sqs: local, sns: local, ssm: local, secrets: local };

/** Starts one function that is fed from one queue. */
const started = async ({ ofFunction = {}, ofQueue = {}, ofMapping = {} }) => {
  const template = {
    Resources: {
      Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'q', ...ofQueue } },
      Count: {
        Type: 'AWS::Lambda::Function',
        Properties: { FunctionName: 'count', Handler: 'handler.run', Timeout: 30, ...ofFunction },
      },
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: { FunctionName: { Ref: 'Count' }, EventSourceArn: arn('Queue'), ...ofMapping },
      },
    },
  };
  const place = { region: 'eu-central-1', accountId: '000000000000' };
  const clock = sandboxClock();
  closing.push(() => clock.stop());
  const dir = mkdtempSync(join(root, 'data-'));
  const sqs = await startSqs({ ...place, dir, clock, speedup: 1, beforeWrite: () => undefined });
  closing.push(sqs.close);
  const resources = resolveStacks([{ name: 'stack', template: template as unknown as Json }], {
    place: { ...place, sqsUrl: sqs.url },
  });
  await sqs.createQueue('q', ofQueue);
  const zipPath = join(dir, 'count.zip');
  writeFileSync(zipPath, zipSync({ 'handler.js': new TextEncoder().encode('exports.run = async () => process.pid') }));
  const zips = new Map([['stack', zipPath]]);
  const functions = await startFunctions(resources, { clock, region: place.region, endpoints, dir, zips });
  closing.push(...functions.map(({ close }) => close));
  const sources = await startEventSources(resources, functions, { clock, region: place.region, sqs });
  closing.push(
    ...sources.map(
      ({ stop }) =>
        () =>
          stop(1000),
    ),
  );
  return functions[0]!;
};

test('a function runs in this process, and in another one when its tag says that it is heavy', async () => {
  expect(await (await started({})).invoke({})).toEqual({ ok: true, result: process.pid });
  const heavy = await started({
    ofFunction: { Tags: [{ Key: 'catalog-sync:heavy', Value: 'true' }], MemorySize: 512 },
  });
  const outcome = await heavy.invoke({});
  expect(outcome).toEqual({ ok: true, result: expect.any(Number) });
  expect(outcome).not.toEqual({ ok: true, result: process.pid });
});

test('ReservedConcurrentExecutions 0 throttles every invocation', async () => {
  const throttled = await started({ ofFunction: { ReservedConcurrentExecutions: 0 } });
  expect(await throttled.invoke({})).toMatchObject({
    ok: false,
    error: { errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.' },
  });
  expect(throttled.stats()).toMatchObject({ invocations: 0, errors: 0 });
});

test.each<[string, Parameters<typeof started>[0], string]>([
  ['a batch of none', { ofMapping: { BatchSize: 0 } }, 'BatchSize is 0, not a whole number from 1 to 10000'],
  [
    'a batch beyond ten without a window',
    { ofMapping: { BatchSize: 11 } },
    'MaximumBatchingWindowInSeconds is at least 1',
  ],
  [
    'a window beyond five minutes',
    { ofMapping: { MaximumBatchingWindowInSeconds: 301 } },
    'MaximumBatchingWindowInSeconds is 301, not a whole number from 0 to 300',
  ],
  [
    'a MaximumConcurrency of one',
    { ofMapping: { ScalingConfig: { MaximumConcurrency: 1 } } },
    'ScalingConfig.MaximumConcurrency is 1, not a whole number from 2 to 1000',
  ],
  [
    'a queue that shows messages again while the function may still run',
    { ofQueue: { VisibilityTimeout: 29 } },
    "Resources.Mapping (AWS::Lambda::EventSourceMapping): the queue's VisibilityTimeout of 29 s is less than the function's Timeout of 30 s",
  ],
])('%s is refused', async (_name, setup, message) => {
  await expect(started(setup)).rejects.toThrow(message);
});
