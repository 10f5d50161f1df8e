import { createHash } from 'node:crypto';
import {
  BatchEntryIdsNotDistinct,
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  EmptyBatchRequest,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
  type Message,
  MessageNotInflight,
  PurgeQueueCommand,
  QueueDoesNotExist,
  QueueNameExists,
  ReceiptHandleIsInvalid,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
  TooManyEntriesInBatchRequest,
} from '@aws-sdk/client-sqs';
import { eventually } from '../../conformance/eventually.ts';

export interface SqsUnderTest {
  readonly client: SQSClient;
  /** Makes an empty queue with these attributes, as CreateQueue takes them. */
  makeQueue(attributes?: Record<string, string>): Promise<{ name: string; arn: string; url: string }>;
  /** How long a receive waits for messages: AWS asks only some of its machines for those of one that does not wait. */
  readonly pollSeconds: number;
  /** Lets that much time pass for the queues. */
  pass(seconds: number): Promise<void>;
}

const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => {
      throw new Error('it was expected to be refused');
    },
    (error: unknown) => error,
  );

/** What callers of SQS rely on; `start` may give this sandbox's or a real account's. */
export const sqsConformance = (start: () => Promise<SqsUnderTest>): void => {
  describe('what callers of SQS rely on', () => {
    let target: SqsUnderTest;
    let client: SQSClient;
    let QueueUrl: string;
    let arn: string;

    beforeEach(async () => {
      target = await start();
      client = target.client;
      ({ url: QueueUrl, arn } = await target.makeQueue({ VisibilityTimeout: '30' }));
    });

    const send = (MessageBody: string, more: { QueueUrl?: string; DelaySeconds?: number } = {}) =>
      client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
    const receive = async (more: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> => {
      const WaitTimeSeconds = target.pollSeconds;
      const asked = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds, ...more };
      const all: Message[] = [];
      for (;;) {
        const { Messages = [] } = await client.send(new ReceiveMessageCommand(asked));
        all.push(...Messages);
        // An answer may hold only some of the messages there are; those not hidden by it would come again.
        if (target.pollSeconds === 0 || Messages.length === 0 || more.VisibilityTimeout === 0) return all;
      }
    };
    const remove = (message: Message) =>
      client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
    const bodies = (messages: Message[]) => messages.map((message) => message.Body).sort((a, b) => (a! < b! ? -1 : 1));
    const depth = async (url = QueueUrl) => {
      const { Attributes } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
      );
      return [
        Number(Attributes?.ApproximateNumberOfMessages),
        Number(Attributes?.ApproximateNumberOfMessagesDelayed),
        Number(Attributes?.ApproximateNumberOfMessagesNotVisible),
      ];
    };

    /** The numbers of messages are approximate: what counts is where they come to rest. */
    const hasDepth = (expected: number[], url = QueueUrl) =>
      eventually(async () => expect(await depth(url)).toEqual(expected));

    test('a message is received with its attributes, hidden, and gone when deleted', async () => {
      const sent = await client.send(
        new SendMessageCommand({
          QueueUrl,
          MessageBody: 'Grüße 🙂',
          MessageAttributes: {
            why: { DataType: 'String', StringValue: 'ä' },
            raw: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2, 255]) },
            count: { DataType: 'Number', StringValue: '7' },
          },
        }),
      );
      const [message] = await receive({ MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'] });
      expect(message).toMatchObject({ MessageId: sent.MessageId, Body: 'Grüße 🙂', MD5OfBody: sent.MD5OfMessageBody });
      expect(message!.MessageAttributes).toEqual({
        why: { DataType: 'String', StringValue: 'ä' },
        raw: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2, 255]) },
        count: { DataType: 'Number', StringValue: '7' },
      });
      expect(message!.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
      expect(message!.Attributes).toMatchObject({
        ApproximateReceiveCount: '1',
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      });
      await hasDepth([0, 0, 1]);
      expect(await receive()).toEqual([]);
      await remove(message!);
      await target.pass(31);
      expect(await receive()).toEqual([]);
      await hasDepth([0, 0, 0]);
    });

    test('the digest of attributes is the documented one', async () => {
      const field = (bytes: string) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), Buffer.from(bytes)]);
      const expected = createHash('md5')
        .update(Buffer.concat([field('a'), field('String'), Buffer.from([1]), field('x')]))
        .digest('hex');
      const { MD5OfMessageAttributes } = await client.send(
        new SendMessageCommand({
          QueueUrl,
          MessageBody: 'x',
          MessageAttributes: { a: { DataType: 'String', StringValue: 'x' } },
        }),
      );
      expect(MD5OfMessageAttributes).toBe(expected);
    });

    test('attributes come only as asked for', async () => {
      await client.send(
        new SendMessageCommand({
          QueueUrl,
          MessageBody: 'x',
          MessageAttributes: {
            'app.one': { DataType: 'String', StringValue: '1' },
            other: { DataType: 'String', StringValue: '2' },
          },
        }),
      );
      const [some] = await receive({
        MessageAttributeNames: ['app.*'],
        MessageSystemAttributeNames: ['SentTimestamp'],
        VisibilityTimeout: 0,
      });
      expect(Object.keys(some!.MessageAttributes!)).toEqual(['app.one']);
      expect(Object.keys(some!.Attributes!)).toEqual(['SentTimestamp']);
      const [none] = await receive();
      expect(none!.Attributes).toBeUndefined();
      expect(none!.MessageAttributes).toBeUndefined();
    });

    test('what is not deleted in time is received again, and then the old handle is worth nothing', async () => {
      await send('x');
      const [first] = await receive();
      await target.pass(20);
      expect(await receive()).toEqual([]);
      await target.pass(11);
      const [second] = await receive({ MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
      expect(second!.Attributes).toEqual({ ApproximateReceiveCount: '2' });
      expect(second!.ReceiptHandle).not.toBe(first!.ReceiptHandle);
      await remove(first!);
      await hasDepth([0, 0, 1]);
      await remove(second!);
      await hasDepth([0, 0, 0]);
    });

    test('a receiver can keep a message longer, or give it back', async () => {
      await send('x');
      const [message] = await receive();
      const keep = (VisibilityTimeout: number) =>
        client.send(
          new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: message!.ReceiptHandle, VisibilityTimeout }),
        );
      await keep(100);
      await target.pass(40);
      expect(await receive()).toEqual([]);
      await keep(0);
      expect(await caught(keep(10))).toBeInstanceOf(MessageNotInflight);
      expect(bodies(await receive())).toEqual(['x']);
      expect(await caught(keep(10))).toBeInstanceOf(MessageNotInflight);
    });

    test('a delayed message is not there before its time', async () => {
      const slow = await target.makeQueue({ DelaySeconds: '60' });
      await send('by the queue', { QueueUrl: slow.url });
      await send('by itself', { QueueUrl: slow.url, DelaySeconds: 0 });
      await hasDepth([1, 1, 0], slow.url);
      expect(bodies(await receive({ QueueUrl: slow.url }))).toEqual(['by itself']);
      await target.pass(61);
      await hasDepth([2, 0, 0], slow.url);
      expect(bodies(await receive({ QueueUrl: slow.url }))).toEqual(['by itself', 'by the queue']);
    });

    test('a long poll ends when a message is sent, and when its time is over', async () => {
      const waiting = receive({ WaitTimeSeconds: 20 });
      await depth();
      await send('x');
      const got = await waiting;
      expect(bodies(got)).toEqual(['x']);
      await remove(got[0]!);

      let over = false;
      const inVain = receive({ WaitTimeSeconds: 10 }).finally(() => {
        over = true;
      });
      // The time that passes before the call has arrived does not count.
      while (!over) await target.pass(11);
      expect(await inVain).toEqual([]);
    });

    test('a message that was received too often goes to the dead-letter queue, and back by a move task', async () => {
      const dead = await target.makeQueue();
      const source = await target.makeQueue({
        VisibilityTimeout: '10',
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 2 }),
      });
      const { MessageId } = await send('bad', { QueueUrl: source.url });
      for (let times = 0; times < 2; times += 1) {
        expect(bodies(await receive({ QueueUrl: source.url }))).toEqual(['bad']);
        await target.pass(11);
      }
      await hasDepth([0, 0, 0], dead.url);
      expect(await receive({ QueueUrl: source.url })).toEqual([]);
      await hasDepth([0, 0, 0], source.url);
      const [moved] = await receive({
        QueueUrl: dead.url,
        MessageSystemAttributeNames: ['DeadLetterQueueSourceArn'],
        VisibilityTimeout: 0,
      });
      expect(moved).toMatchObject({ MessageId, Attributes: { DeadLetterQueueSourceArn: source.arn } });

      await client.send(new StartMessageMoveTaskCommand({ SourceArn: dead.arn }));
      const tasks = async () =>
        (await client.send(new ListMessageMoveTasksCommand({ SourceArn: dead.arn, MaxResults: 10 }))).Results;
      await eventually(async () =>
        expect(await tasks()).toMatchObject([{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1 }]),
      );
      await hasDepth([0, 0, 0], dead.url);
      const [back] = await receive({
        QueueUrl: source.url,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      });
      expect(back).toMatchObject({ Body: 'bad', Attributes: { ApproximateReceiveCount: '1' } });
      expect(await caught(client.send(new StartMessageMoveTaskCommand({ SourceArn: arn })))).toBeInstanceOf(Error);
    });

    test('batches are answered entry by entry', async () => {
      const entry = (Id: string, MessageBody = Id) => ({ Id, MessageBody });
      const batch = (Entries: { Id: string; MessageBody: string; DelaySeconds?: number }[]) =>
        client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      const { Successful, Failed } = await batch([entry('a'), { ...entry('b'), DelaySeconds: 901 }, entry('c')]);
      expect(Successful?.map(({ Id }) => Id)).toEqual(['a', 'c']);
      expect(Failed).toMatchObject([{ Id: 'b', SenderFault: true, Code: 'InvalidParameterValue' }]);
      expect(await caught(batch([]))).toBeInstanceOf(EmptyBatchRequest);
      expect(await caught(batch([entry('a'), entry('a')]))).toBeInstanceOf(BatchEntryIdsNotDistinct);
      const eleven = Array.from({ length: 11 }, (_, n) => entry(String(n)));
      expect(await caught(batch(eleven))).toBeInstanceOf(TooManyEntriesInBatchRequest);

      const got = await receive();
      expect(bodies(got)).toEqual(['a', 'c']);
      const handles = got.map(({ ReceiptHandle }, n) => ({ Id: `m${n}`, ReceiptHandle }));
      await client.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl,
          Entries: handles.map((one) => ({ ...one, VisibilityTimeout: 0 })),
        }),
      );
      await hasDepth([2, 0, 0]);
      const removed = await client.send(
        new DeleteMessageBatchCommand({ QueueUrl, Entries: [...handles, { Id: 'x', ReceiptHandle: 'nonsense' }] }),
      );
      expect(removed.Successful).toHaveLength(2);
      expect(removed.Failed).toMatchObject([{ Id: 'x', Code: 'ReceiptHandleIsInvalid' }]);
      await hasDepth([0, 0, 0]);
    });

    test('messages go when they have been kept for the retention period', async () => {
      const short = await target.makeQueue({ MessageRetentionPeriod: '60' });
      await send('old', { QueueUrl: short.url });
      await target.pass(40);
      await send('new', { QueueUrl: short.url });
      await target.pass(30);
      await hasDepth([1, 0, 0], short.url);
      expect(bodies(await receive({ QueueUrl: short.url }))).toEqual(['new']);
    });

    test('queues are made once, found, described, changed and purged', async () => {
      const { name, url } = await target.makeQueue({ VisibilityTimeout: '77' });
      const again = (VisibilityTimeout: string) =>
        client.send(new CreateQueueCommand({ QueueName: name, Attributes: { VisibilityTimeout } }));
      expect((await again('77')).QueueUrl).toBe(url);
      expect(await caught(again('78'))).toBeInstanceOf(QueueNameExists);
      expect((await client.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl).toBe(url);
      await eventually(async () =>
        expect((await client.send(new ListQueuesCommand({ QueueNamePrefix: name }))).QueueUrls).toEqual([url]),
      );
      await client.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { VisibilityTimeout: '5' } }));
      const described = new GetQueueAttributesCommand({
        QueueUrl: url,
        AttributeNames: ['VisibilityTimeout', 'QueueArn'],
      });
      await eventually(async () =>
        expect((await client.send(described)).Attributes).toEqual({
          VisibilityTimeout: '5',
          QueueArn: expect.stringMatching(`^arn:aws:sqs:.*:${name}$`),
        }),
      );
      await send('x', { QueueUrl: url });
      await client.send(new PurgeQueueCommand({ QueueUrl: url }));
      await hasDepth([0, 0, 0], url);
    });

    test('what is wrong is refused as such', async () => {
      expect(await caught(send('x', { QueueUrl: `${QueueUrl}-not` }))).toBeInstanceOf(QueueDoesNotExist);
      expect(await caught(send('\u0001'))).toMatchObject({ name: 'InvalidMessageContents' });
      expect(await caught(send('x'.repeat(1_048_577)))).toMatchObject({ name: 'InvalidParameterValue' });
      expect(await caught(remove({ ReceiptHandle: 'nonsense' }))).toBeInstanceOf(ReceiptHandleIsInvalid);
      expect(await caught(receive({ MaxNumberOfMessages: 11 }))).toMatchObject({ name: 'InvalidParameterValue' });
      await hasDepth([0, 0, 0]);
    });
  });
};
