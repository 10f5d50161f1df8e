import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { sandboxClock } from '../clock.ts';
import { failSwitch } from '../control/fail-switch.ts';
import { closers } from '../process/closers.ts';
import { startServers } from '../servers.ts';
import type { Json } from '../template/json.ts';
import { resolveStacks } from '../template/resolve.ts';
import { openAsyncInvokers } from './async-invokers.ts';
import { deploy } from './deploy.ts';
import { startFunctions } from './functions.ts';

const root = mkdtempSync(join(tmpdir(), 'async-invokers-'));
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
afterAll(() => rmSync(root, { recursive: true }));

const code = `exports.run = async (event) => {
  if (event.detail.fail) throw new Error('told to');
  return { seen: event.detail };
};`;
const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
const orderFunction = (more: object = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: { FunctionName: 'order', Handler: 'handler.run', Timeout: 30, ...more },
});
const invokeConfig = (more: object) => ({
  Type: 'AWS::Lambda::EventInvokeConfig',
  Properties: { FunctionName: { Ref: 'Order' }, Qualifier: '$LATEST', MaximumRetryAttempts: 0, ...more },
});

/** Deploys a stack as the sandbox does, without its own applications. */
const deployed = async (Resources: Record<string, object>) => {
  const zipPath = join(root, 'order.zip');
  writeFileSync(zipPath, zipSync({ 'handler.js': new TextEncoder().encode(code) }));
  const dataDir = mkdtempSync(join(root, 'data-'));
  const clock = sandboxClock();
  const open = closers();
  closing.push(async () => {
    await open.closeAll();
    clock.stop();
  });
  const place = { region: 'eu-central-1', accountId: '000000000000' };
  const started = Promise.withResolvers<void>();
  let invokers: Awaited<ReturnType<typeof openAsyncInvokers>> = new Map();
  const servers = await startServers({
    ...place,
    dataDir,
    clock,
    failSwitch: failSwitch(),
    outboxDir: join(dataDir, 'outbox'),
    invokeFunction: (arn, event) => void invokers.get(arn)!.invokeAsync(JSON.parse(event)),
    deployed: started.promise,
    closing: open,
  });
  const resources = resolveStacks([{ name: 'shop', template: { Resources } as unknown as Json }], {
    place: { ...place, sqsUrl: servers.sqs.url },
  });
  await deploy(resources, servers);
  const { s3, dynamodb, events, sqs, sns, ssm, secrets } = servers;
  const functions = await startFunctions(resources, {
    clock,
    region: place.region,
    endpoints: {
      s3: s3.url,
      dynamodb: dynamodb.url,
      events: events.url,
      sqs: sqs.url,
      sns: sns.url,
      ssm: ssm.url,
      secrets: secrets.url,
    },
    dir: dataDir,
    zips: new Map([['shop', zipPath]]),
  });
  for (const { close } of functions) open.add(close);
  invokers = await openAsyncInvokers(resources, functions, { clock, dir: dataDir, servers, ready: started.promise });
  for (const { close } of invokers.values()) open.add(() => close(1000));
  started.resolve();
  return { ...servers, clock };
};

type Deployed = Awaited<ReturnType<typeof deployed>>;
const received = async ({ sqs }: Deployed, queue: string) => {
  const arn = sqs.arnOf(queue);
  await sqs.waitForMessage(arn);
  return (await sqs.receive(arn, 1))[0]!;
};
const order = (detail: object) => ({ source: 'shop', 'detail-type': 'Ordered', detail });
const whenOrdered = {
  Type: 'AWS::Events::Rule',
  Properties: { EventPattern: { source: ['shop'] }, Targets: [{ Id: 'order', Arn: arnOf('Order') }] },
};
const queue = (QueueName: string) => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName } });

test("a rule's function is invoked with the event, and its outcomes go to two queues", async () => {
  const sandbox = await deployed({
    Order: orderFunction(),
    WhenOrdered: whenOrdered,
    Good: queue('good'),
    Bad: queue('bad'),
    OnOrder: invokeConfig({
      DestinationConfig: { OnSuccess: { Destination: arnOf('Good') }, OnFailure: { Destination: arnOf('Bad') } },
    }),
  });
  sandbox.events.accept('default', order({ n: 1 }));
  expect(JSON.parse((await received(sandbox, 'good')).body)).toMatchObject({
    requestContext: { condition: 'Success', approximateInvokeCount: 1 },
    requestPayload: { source: 'shop', 'detail-type': 'Ordered', detail: { n: 1 } },
    responsePayload: { seen: { n: 1 } },
  });
  sandbox.events.accept('default', order({ fail: true }));
  expect(JSON.parse((await received(sandbox, 'bad')).body)).toMatchObject({
    requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 1 },
    requestPayload: { detail: { fail: true } },
    responseContext: { functionError: 'Unhandled' },
    responsePayload: { errorType: 'Error', errorMessage: 'told to' },
  });
});

test('a destination may be a topic, or a bus whose rules see the outcome', async () => {
  const sandbox = await deployed({
    Order: orderFunction(),
    WhenOrdered: whenOrdered,
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'outcomes' } },
    Told: queue('told'),
    TellQueue: {
      Type: 'AWS::SNS::Subscription',
      Properties: {
        TopicArn: { Ref: 'Topic' },
        Protocol: 'sqs',
        Endpoint: arnOf('Told'),
        RawMessageDelivery: true,
      },
    },
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'outcomes' } },
    Failed: queue('failed'),
    WhenFailed: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventBusName: { Ref: 'Bus' },
        EventPattern: { source: ['lambda'], 'detail-type': ['Lambda Function Invocation Result - Failure'] },
        Targets: [{ Id: 'queue', Arn: arnOf('Failed') }],
      },
    },
    OnOrder: invokeConfig({
      DestinationConfig: { OnSuccess: { Destination: { Ref: 'Topic' } }, OnFailure: { Destination: arnOf('Bus') } },
    }),
  });
  sandbox.events.accept('default', order({ n: 1 }));
  expect(JSON.parse((await received(sandbox, 'told')).body)).toMatchObject({ responsePayload: { seen: { n: 1 } } });
  sandbox.events.accept('default', order({ fail: true }));
  const arn = 'arn:aws:lambda:eu-central-1:000000000000:function:order:$LATEST';
  expect(JSON.parse((await received(sandbox, 'failed')).body)).toMatchObject({
    source: 'lambda',
    resources: [arn, 'arn:aws:events:eu-central-1:000000000000:event-bus/outcomes'],
    detail: { requestContext: { functionArn: arn, condition: 'RetriesExhausted' } },
  });
});

test('a dead-letter queue gets the event with what was wrong as attributes', async () => {
  const sandbox = await deployed({
    Order: orderFunction({ DeadLetterConfig: { TargetArn: arnOf('Dead') } }),
    WhenOrdered: whenOrdered,
    Dead: queue('dead'),
    OnOrder: invokeConfig({}),
  });
  sandbox.events.accept('default', order({ fail: true }));
  const { body, messageAttributes } = await received(sandbox, 'dead');
  expect(JSON.parse(body)).toMatchObject({ source: 'shop', detail: { fail: true } });
  expect(messageAttributes).toMatchObject({
    RequestID: { DataType: 'String', StringValue: expect.any(String) },
    ErrorCode: { DataType: 'Number', StringValue: '200' },
    ErrorMessage: { DataType: 'String', StringValue: 'told to' },
  });
});

test.each<[string, Record<string, object>, string]>([
  [
    'a destination that is nowhere',
    {
      Order: orderFunction(),
      OnOrder: invokeConfig({
        DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:eu-central-1:000000000000:nowhere' } },
      }),
    },
    'Resources.OnOrder (AWS::Lambda::EventInvokeConfig): no stack makes arn:aws:sqs:eu-central-1:000000000000:nowhere',
  ],
  [
    'three retries',
    { Order: orderFunction(), OnOrder: invokeConfig({ MaximumRetryAttempts: 3 }) },
    'MaximumRetryAttempts is 3, not from 0 to 2',
  ],
  [
    'an age below a minute',
    { Order: orderFunction(), OnOrder: invokeConfig({ MaximumEventAgeInSeconds: 59 }) },
    'MaximumEventAgeInSeconds is 59, not from 60 to 21600',
  ],
  [
    'a bus for dead letters',
    { Order: orderFunction({ DeadLetterConfig: { TargetArn: arnOf('Bus') } }), Bus: { Type: 'AWS::Events::EventBus' } },
    'Resources.Order (AWS::Lambda::Function): the sandbox sends nothing to',
  ],
  [
    'a rule for a function that is not there',
    {
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          EventPattern: { source: ['shop'] },
          Targets: [{ Id: 'x', Arn: 'arn:aws:lambda:eu-central-1:000000000000:function:nobody' }],
        },
      },
    },
    'Resources.Rule (AWS::Events::Rule)',
  ],
])('%s is refused', async (_name, resources, message) => {
  await expect(deployed(resources)).rejects.toThrow(message);
});
