import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ListSubscriptionsByTopicCommand,
  PublishBatchCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { type SandboxClock, sandboxClock } from '../../clock.ts';
import { type SnsOptions, type SnsServer, startSns } from './server.ts';
import { behavesAsSns } from './sns.conformance.ts';

const QUEUE = 'arn:aws:sqs:eu-west-1:000000000000:queue';

let dir: string;
let clock: SandboxClock;
let received: { arn: string; body: string }[];
let sns: SnsServer;
let client: SNSClient;
let topic: string;

const start = async (more: Partial<SnsOptions> = {}): Promise<void> => {
  sns = await startSns({
    dir: join(dir, 'sns'),
    clock,
    region: 'eu-west-1',
    accountId: '000000000000',
    outboxDir: join(dir, 'outbox'),
    deliverToQueue: async (arn, body) => {
      received.push({ arn, body });
    },
    ...more,
  });
  client = new SNSClient({
    endpoint: sns.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  topic = sns.createTopic('alerts');
};
const stop = async (): Promise<void> => {
  client.destroy();
  await sns.close();
};

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sns-'));
  clock = sandboxClock();
  received = [];
});
afterEach(async () => {
  await stop();
  clock.stop();
  await rm(dir, { recursive: true });
});

const settled = async (): Promise<void> => {
  while (!sns.idle()) await new Promise((resolve) => setTimeout(resolve, 2));
};
const publish = (Message: string, more: object = {}) =>
  client.send(new PublishCommand({ TopicArn: topic, Message, ...more }));
const attribute = (StringValue: string, DataType = 'String') => ({ DataType, StringValue });
const outbox = async (): Promise<string[]> => {
  const names = (await readdir(join(dir, 'outbox'))).sort((a, b) => (a < b ? -1 : 1));
  expect(names.every((name) => /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z-[0-9a-f-]{36}\.json$/.test(name))).toBe(true);
  return Promise.all(names.map((name) => readFile(join(dir, 'outbox', name), 'utf8')));
};

describe('the sandbox', () => {
  beforeEach(() => start());
  behavesAsSns(() => ({ client, queueArn: QUEUE }));

  test('answers with XML that gives texts back unchanged', async () => {
    const Endpoint = `"a&b" <c>'@example.com`;
    sns.subscribe(topic, 'email', Endpoint);
    const { Subscriptions } = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic }));
    expect(Subscriptions?.map((subscription) => subscription.Endpoint)).toEqual([Endpoint]);
  });

  test('refuses subscriptions that it could not serve', async () => {
    const subscribe = new SubscribeCommand({ TopicArn: topic, Protocol: 'https', Endpoint: 'https://example.com' });
    await expect(client.send(subscribe)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

describe('a queue', () => {
  beforeEach(() => start());

  test('gets the message in an envelope', async () => {
    sns.subscribe(topic, 'sqs', QUEUE);
    const Message = '{"kind":"held & <ünsafe>"}';
    const { MessageId } = await publish(Message, {
      Subject: 'subject',
      MessageAttributes: { kind: attribute('held') },
    });
    await settled();
    expect(received.map(({ arn }) => arn)).toEqual([QUEUE]);
    expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({
      Type: 'Notification',
      MessageId,
      TopicArn: topic,
      Subject: 'subject',
      Message,
      MessageAttributes: { kind: { Type: 'String', Value: 'held' } },
    });
    expect(await outbox()).toEqual([]);
  });

  test('gets the message as it is when it wants it raw', async () => {
    sns.subscribe(topic, 'sqs', QUEUE, { rawMessageDelivery: true });
    await publish('line one\nline two');
    await settled();
    expect(received).toEqual([{ arn: QUEUE, body: 'line one\nline two' }]);
  });

  test.each<[string, string, object, boolean]>([
    ['the value there', '{"kind":["held"]}', { kind: attribute('held') }, true],
    ['another value', '{"kind":["other"]}', { kind: attribute('held') }, false],
    ['an attribute that is not there', '{"kind":["held"]}', {}, false],
    ['absence', '{"kind":[{"exists":false}]}', {}, true],
    ['a prefix', '{"kind":[{"prefix":"he"}]}', { kind: attribute('held') }, true],
    ['a number', '{"n":[{"numeric":[">",5]}]}', { n: attribute('10', 'Number') }, true],
    ['a number, not a text', '{"n":[{"numeric":[">",5]}]}', { n: attribute('10') }, false],
    ['an element of an array', '{"a":["x"]}', { a: attribute('["y","x"]', 'String.Array') }, true],
    ['anything', '{}', {}, true],
  ])('gets what its policy on attributes wants: %s', async (_what, filterPolicy, MessageAttributes, expected) => {
    sns.subscribe(topic, 'sqs', QUEUE, { filterPolicy });
    await publish('m', { MessageAttributes });
    await settled();
    expect(received).toHaveLength(expected ? 1 : 0);
  });

  test.each([
    ['{"alert":{"kind":["held"]}}', '{"alert":{"kind":"held"}}', true],
    ['{"alert":{"kind":["held"]}}', '{"alert":{"kind":"other"}}', false],
    ['{"alert":[{"exists":false}]}', 'no JSON', false],
  ])('with the policy %s on bodies and the body %s: %s', async (filterPolicy, body, expected) => {
    sns.subscribe(topic, 'sqs', QUEUE, { filterPolicy, filterPolicyScope: 'MessageBody' });
    await publish(body);
    await settled();
    expect(received).toHaveLength(expected ? 1 : 0);
  });
});

describe('a message of several texts', () => {
  const texts = { default: '{"state":"open"}', email: 'It is open.\n', sqs: 'for queues', http: 'for none' };
  const structured = (message: object | string) =>
    publish(typeof message === 'string' ? message : JSON.stringify(message), { MessageStructure: 'json' });
  beforeEach(() => start());

  test.each([
    ['its own', texts, 'for queues'],
    ['the default', { default: texts.default, email: texts.email }, texts.default],
    ['the default where its own is no text', { ...texts, sqs: { text: 'for queues' } }, texts.default],
  ])('gives a queue %s', async (_what, message, expected) => {
    sns.subscribe(topic, 'sqs', QUEUE, { rawMessageDelivery: true });
    sns.subscribe(topic, 'sqs', `${QUEUE}-2`);
    await structured(message);
    await settled();
    expect(received.find(({ arn }) => arn === QUEUE)?.body).toBe(expected);
    expect(JSON.parse(received.find(({ arn }) => arn !== QUEUE)?.body ?? '')).toMatchObject({ Message: expected });
  });

  test('leaves the default in the outbox, exactly: programs read it', async () => {
    sns.subscribe(topic, 'email', 'a@example.com');
    await structured(texts);
    expect(await outbox()).toEqual([texts.default]);
  });

  test('comes to those whose policy wants the text that they would get', async () => {
    const policy = (state: string) =>
      ({ filterPolicy: `{"state":["${state}"]}`, filterPolicyScope: 'MessageBody' }) as const;
    sns.subscribe(topic, 'sqs', QUEUE, { rawMessageDelivery: true, ...policy('ours') });
    sns.subscribe(topic, 'sqs', `${QUEUE}-2`, policy('open'));
    await structured({ ...texts, sqs: '{"state":"ours"}' });
    await settled();
    expect(received).toEqual([{ arn: QUEUE, body: '{"state":"ours"}' }]);
  });

  test.each([
    ['no JSON', 'plain text'],
    ['no object', '"text"'],
    ['nothing', 'null'],
    ['no default', { email: 'x' }],
    ['a default that is no text', { default: { state: 'open' } }],
    ['texts that are too long together', { default: 'x'.repeat(200_000), email: 'x'.repeat(62_144) }],
  ])('is refused when it is %s', async (_what, message) => {
    await expect(structured(message)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test('of a structure that there is not is refused', async () => {
    await expect(publish('m', { MessageStructure: 'xml' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  test('may be one of a batch', async () => {
    sns.subscribe(topic, 'sqs', QUEUE, { rawMessageDelivery: true });
    const entry = (Id: string, message: object) => ({ Id, Message: JSON.stringify(message), MessageStructure: 'json' });
    const PublishBatchRequestEntries = [entry('a', texts), entry('b', { email: 'x' })];
    const answer = await client.send(new PublishBatchCommand({ TopicArn: topic, PublishBatchRequestEntries }));
    expect(answer).toMatchObject({ Successful: [{ Id: 'a' }], Failed: [{ Id: 'b' }] });
    await settled();
    expect(received).toEqual([{ arn: QUEUE, body: 'for queues' }]);
  });
});

test('what a queue does not take is tried again', async () => {
  let failures = 2;
  await start({
    deliverToQueue: async (arn, body) => {
      if (failures-- > 0) throw new Error('not now');
      received.push({ arn, body });
    },
  });
  sns.subscribe(topic, 'sqs', QUEUE, { rawMessageDelivery: true });
  await publish('m');
  expect(sns.idle()).toBe(false);
  while (!sns.idle()) {
    clock.advance(1000);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(received).toEqual([{ arn: QUEUE, body: 'm' }]);
});

test('what was published before the process ended reaches its queue after', async () => {
  await start({ ready: new Promise(() => {}) });
  sns.subscribe(topic, 'sqs', QUEUE, { rawMessageDelivery: true });
  await publish('m');
  await stop();
  await start();
  await settled();
  expect(received).toEqual([{ arn: QUEUE, body: 'm' }]);
});

describe('a mailbox', () => {
  test('is a folder with the published objects, one file each, in order', async () => {
    await start();
    sns.subscribe(topic, 'email', 'a@example.com');
    sns.subscribe(topic, 'email-json', 'b@example.com');
    const alerts = Array.from({ length: 9 }, (_, n) => JSON.stringify({ id: `${n}`, kind: 'held', body: 'é & "x"' }));
    const PublishBatchRequestEntries = alerts.map((Message, n) => ({ Id: `${n}`, Message }));
    await client.send(new PublishBatchCommand({ TopicArn: topic, PublishBatchRequestEntries }));
    expect(await outbox()).toEqual(alerts);
  });

  test.each(['plain text', '[1]', '"text"'])('wraps %s, which is no object', async (body) => {
    await start();
    sns.subscribe(topic, 'email', 'a@example.com');
    clock.advance(1e10);
    await publish(body, { Subject: 'subject' });
    const [file = ''] = await outbox();
    expect(JSON.parse(file)).toEqual({ subject: 'subject', body, at: expect.any(Number) });
    expect(Math.abs(JSON.parse(file).at - clock.now())).toBeLessThan(60_000);
  });

  test('gets what its policy wants', async () => {
    await start();
    sns.subscribe(topic, 'email', 'a@example.com', { filterPolicy: '{"state":["open"]}' });
    await publish('{"n":1}', { MessageAttributes: { state: attribute('open') } });
    await publish('{"n":2}', { MessageAttributes: { state: attribute('cleared') } });
    expect(await outbox()).toEqual(['{"n":1}']);
  });

  test('that nobody has gets nothing', async () => {
    await start();
    await publish('{}');
    expect(await outbox()).toEqual([]);
  });

  test('keeps what others put there', async () => {
    await start();
    await writeFile(join(dir, 'outbox', '2000-01-01T00-00-00.000Z-00000000-0000-0000-0000-000000000000.json'), '{}');
    sns.subscribe(topic, 'email', 'a@example.com');
    sns.publish(topic, { body: '{"n":1}' });
    expect(await outbox()).toEqual(['{}', '{"n":1}']);
  });
});

test('who listens in the process hears each message', async () => {
  const heard: [string, string][] = [];
  await start({ onMessage: (arn, { body }) => heard.push([arn, body]) });
  await publish('m');
  expect(heard).toEqual([[topic, 'm']]);
});
