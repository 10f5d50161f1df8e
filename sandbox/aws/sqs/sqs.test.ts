import { appendFile, cp, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import {
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import { type SandboxClock, sandboxClock } from '../../clock.ts';
import { moveTasks } from './move-tasks.ts';
import { operationsOf } from './operations.ts';
import { openQueues } from './queues.ts';
import { type SqsServer, startSqs } from './server.ts';
import { sqsConformance } from './sqs.conformance.ts';

describe('the SQS of the sandbox', () => {
  let dir: string;
  let clock: SandboxClock;
  let server: SqsServer;
  let client: SQSClient;
  let speedup: number;
  let beforeWrite: () => void;

  const startOn = (folder: string): Promise<SqsServer> =>
    startSqs({
      dir: folder,
      clock,
      region: 'eu-central-1',
      accountId: '000000000001',
      speedup,
      beforeWrite: () => beforeWrite(),
    });
  const start = async (): Promise<void> => {
    server = await startOn(dir);
    client = new SQSClient({
      endpoint: server.url,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      maxAttempts: 1,
    });
  };
  const stop = async (): Promise<void> => {
    client.destroy();
    await server.close();
  };

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sqs-'));
    clock = sandboxClock();
    speedup = 1;
    beforeWrite = () => {};
    await start();
  });
  afterEach(async () => {
    await stop();
    clock.stop();
    await rm(dir, { recursive: true });
  });

  const queue = async (attributes: Record<string, unknown> = {}, name = 'work'): Promise<string> =>
    (await server.createQueue(name, attributes)).arn;
  const bodies = (messages: { body: string }[]) => messages.map(({ body }) => body);

  let made = 0;
  sqsConformance(async () => ({
    client,
    makeQueue: async (attributes = {}) => {
      made += 1;
      const name = `queue-${made}-`;
      return { name, ...(await server.createQueue(name, attributes)) };
    },
    pollSeconds: 0,
    pass: async (seconds) => {
      clock.advance(seconds * 1000);
      await setImmediate();
    },
  }));

  test('messages, receive counts and what is in flight outlive a restart', async () => {
    const dead = await queue({}, 'work-dead');
    const properties = {
      QueueName: 'work',
      VisibilityTimeout: 30,
      DelaySeconds: '0',
      RedrivePolicy: { deadLetterTargetArn: dead, maxReceiveCount: 2 },
      Tags: [],
    };
    const arn = await queue(properties);
    for (const body of ['deleted', 'held', 'fresh']) await server.send(arn, body, body === 'held' ? ATTRIBUTES : {});
    const [deleted, held] = await server.receive(arn, 2);
    await server.delete(arn, deleted!.receiptHandle);

    await stop();
    await start();
    expect(await queue(properties)).toBe(arn);
    expect(server.urlOf(arn)).toBe(`${server.url}/000000000001/work`);
    expect(server.depth(arn)).toEqual({ visible: 1, delayed: 0, inFlight: 1 });
    expect(bodies(await server.receive(arn, 10))).toEqual(['fresh']);
    clock.advance(31_000);
    const again = await server.receive(arn, 10);
    expect(again.find(({ body }) => body === 'held')).toMatchObject({
      messageId: held!.messageId,
      messageAttributes: ATTRIBUTES,
      attributes: { ApproximateReceiveCount: '2', SentTimestamp: held!.attributes.SentTimestamp },
    });
    clock.advance(31_000);
    expect(await server.receive(arn, 10)).toEqual([]);
    await stop();
    await start();
    expect(bodies(await server.receive(dead, 10)).sort((a, b) => (a < b ? -1 : 1))).toEqual(['fresh', 'held']);
  });
  const ATTRIBUTES = { ERROR_CODE: { DataType: 'String', StringValue: 'NO_PERMISSIONS' } };

  test('what was answered is in the journal when the process is killed, whole lines only', async () => {
    const arn = await queue({ VisibilityTimeout: 30 });
    for (const body of ['a', 'b', 'c']) await server.send(arn, body);
    const [first] = await server.receive(arn, 1);
    await server.delete(arn, first!.receiptHandle);
    await server.receive(arn, 1, { visibilityMs: 5000 });
    // The folder as it is while the server runs, with a line cut short, is what a killed process leaves behind.
    const left = await mkdtemp(join(tmpdir(), 'sqs-left-'));
    await cp(dir, left, { recursive: true });
    await appendFile(join(left, 'queues.journal'), '{"do":"place","queue":"wo');
    const survivor = await startOn(left);
    try {
      expect(survivor.depth(arn)).toEqual({ visible: 1, delayed: 0, inFlight: 1 });
      await survivor.send(arn, 'd');
      clock.advance(5001);
      expect(bodies(await survivor.receive(arn, 10))).toEqual(['c', 'd', 'b']);
    } finally {
      await survivor.close();
    }
    await appendFile(join(left, 'queues.journal'), 'nonsense\n');
    await expect(startOn(left)).rejects.toThrow(/queues\.journal, line \d+ cannot be read/);
    await rm(left, { recursive: true });
  });

  test('a journal that has grown is written anew with what is still there', async () => {
    const arn = await queue();
    await server.send(arn, 'kept');
    const [kept] = await server.receive(arn, 1, { visibilityMs: 0 });
    for (let n = 0; n < 30; n += 1) {
      await server.send(arn, 'x'.repeat(400_000));
      const large = (await server.receive(arn, 10)).filter(({ body }) => body !== 'kept');
      await server.delete(arn, large[0]!.receiptHandle);
    }
    expect((await stat(join(dir, 'queues.journal'))).size).toBeLessThan(9_500_000);
    await stop();
    await start();
    expect((await readFile(join(dir, 'queues.journal'), 'utf8')).trim().split('\n')).toHaveLength(2);
    clock.advance(31_000);
    const [again] = await server.receive(arn, 10);
    expect(again).toMatchObject({ messageId: kept!.messageId, body: 'kept' });
  });

  test('whatever was done to queues, a restart finds them as they were', async () => {
    // A clock that stands still, so that nothing becomes visible between the two looks.
    let now = clock.now();
    clock = {
      ...clock,
      now: () => now,
      advance: (ms) => {
        now += ms;
      },
    };
    await stop();
    await start();
    const dead = await queue({}, 'work-dead');
    const arn = await queue({
      VisibilityTimeout: 30,
      RedrivePolicy: { deadLetterTargetArn: dead, maxReceiveCount: 2 },
    });
    const handles: string[] = [];
    const step = fc.constantFrom('send', 'receive', 'delete', 'show', 'pass', 'drain');
    const work = async (what: string, n: number): Promise<void> => {
      const handle = handles[n % Math.max(handles.length, 1)];
      if (what === 'send') await server.send(arn, `message ${n}`);
      if (what === 'receive') {
        handles.push(...(await server.receive(arn, 3)).map((message) => message.receiptHandle));
      }
      if (what === 'delete' && handle) await server.delete(arn, handle);
      if (what === 'show' && handle) await server.changeVisibility(arn, handle, n * 100).catch(() => {});
      if (what === 'pass') clock.advance(n * 100);
      if (what === 'drain') await server.receive(dead, 1);
    };
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(step, fc.nat(400)), { maxLength: 60 }), async (steps) => {
        for (const [what, n] of steps) await work(what, n);
        const found = (): unknown => [arn, dead].map((one) => server.depth(one));
        const asWas = found();
        await stop();
        await start();
        expect(found()).toEqual(asWas);
      }),
      { numRuns: 30 },
    );
  });

  test('only the delay of queues is sped up', async () => {
    await stop();
    speedup = 10;
    await start();
    const arn = await queue({ DelaySeconds: 60, VisibilityTimeout: 60 });
    await server.send(arn, 'x');
    await client.send(
      new SendMessageBatchCommand({
        QueueUrl: server.urlOf(arn),
        Entries: [{ Id: 'own', MessageBody: 'own delay', DelaySeconds: 60 }],
      }),
    );
    clock.advance(5000);
    expect(server.depth(arn)).toEqual({ visible: 0, delayed: 2, inFlight: 0 });
    clock.advance(1001);
    expect(bodies(await server.receive(arn, 10))).toEqual(['x']);
    clock.advance(50_000);
    expect(server.depth(arn)).toEqual({ visible: 0, delayed: 1, inFlight: 1 });
  });

  test('who waits in the process wakes for a message, for one that becomes visible, and at the end', async () => {
    const arn = await queue({ VisibilityTimeout: 30 });
    const sent = server.waitForMessage(arn);
    await server.send(arn, 'x');
    expect(await sent).toBe(true);
    expect(bodies(await server.receive(arn, 1))).toEqual(['x']);
    const visibleAgain = server.waitForMessage(arn);
    clock.advance(30_001);
    expect(await visibleAgain).toBe(true);
    await server.receive(arn, 1);

    const leaving = new AbortController();
    const left = server.waitForMessage(arn, leaving.signal);
    leaving.abort();
    expect(await left).toBe(false);
    const poll = client.send(new ReceiveMessageCommand({ QueueUrl: server.urlOf(arn), WaitTimeSeconds: 20 }));
    const ended = server.waitForMessage(arn);
    await Promise.all([server.close(), expect(poll).rejects.toThrow()]);
    expect(await ended).toBe(false);
  });

  test('a poll that hung up takes no message', async () => {
    const path = join(dir, 'other.journal');
    const queues = openQueues({ path, clock, arnOf: server.arnOf, speedup, beforeWrite });
    const tasks = moveTasks(queues, clock);
    const naming = { accountId: '1', arnOf: server.arnOf, urlOf: (name: string) => `http://sqs/${name}` };
    const operations = operationsOf({ queues, tasks, clock, ...naming });
    const work = queues.configure('work', {});
    queues.send(work, { body: 'x' });
    expect(await operations.ReceiveMessage!({ QueueUrl: 'work' }, AbortSignal.abort())).toEqual({});
    expect(work.depth()).toEqual({ visible: 1, delayed: 0, inFlight: 0 });
    queues.close();
  });

  test('the fail switch is asked before each message is sent or deleted, and what it stops has not happened', async () => {
    const arn = await queue({ VisibilityTimeout: 30 });
    await server.send(arn, 'first');
    const [first] = await server.receive(arn, 1);
    let left = 1;
    beforeWrite = () => {
      left -= 1;
      if (left < 0) throw new Error('stopped');
    };
    const batch = new SendMessageBatchCommand({
      QueueUrl: server.urlOf(arn),
      Entries: ['a', 'b'].map((Id) => ({ Id, MessageBody: Id })),
    });
    await expect(client.send(batch)).rejects.toThrow('stopped');
    await expect(server.delete(arn, first!.receiptHandle)).rejects.toThrow('stopped');
    await expect(server.send(arn, 'c')).rejects.toThrow('stopped');
    expect(server.depth(arn)).toEqual({ visible: 1, delayed: 0, inFlight: 1 });
    expect(bodies(await server.receive(arn, 10))).toEqual(['a']);
  });

  test('a move task keeps to its rate, on the clock', async () => {
    const dead = await queue({}, 'work-dead');
    const arn = await queue({ RedrivePolicy: { deadLetterTargetArn: dead, maxReceiveCount: 1 } });
    for (const body of ['a', 'b', 'c']) await server.send(arn, body);
    await server.receive(arn, 10, { visibilityMs: 0 });
    await server.receive(arn, 10);
    expect(server.depth(dead).visible).toBe(3);
    await client.send(new StartMessageMoveTaskCommand({ SourceArn: dead, MaxNumberOfMessagesPerSecond: 2 }));
    expect(server.depth(arn).visible).toBe(2);
    clock.advance(1000);
    expect(server.depth(arn).visible).toBe(3);
    expect(server.depth(dead).visible).toBe(0);
  });

  test('what a queue cannot be is refused', async () => {
    await expect(server.createQueue('q.fifo', { FifoQueue: true })).rejects.toThrow(/FIFO/);
    await expect(server.createQueue('no spaces', {})).rejects.toThrow(/name/);
    await expect(queue({ DelaySeconds: 901 })).rejects.toThrow(/DelaySeconds/);
    await expect(queue({ RedrivePolicy: { maxReceiveCount: 3 } })).rejects.toThrow(/deadLetterTargetArn/);
    await expect(server.send('arn:aws:sqs:eu-central-1:000000000001:none', 'x')).rejects.toThrow(/does not exist/);
    expect(server.names()).toEqual([]);
  });
});
