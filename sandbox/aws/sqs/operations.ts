import type { SandboxClock } from '../../clock.ts';
import { type MessageAttributes, md5, md5OfAttributes, messageBytes } from './message.ts';
import type { MoveTasks } from './move-tasks.ts';
import type { Queue } from './queue.ts';
import { attributesFrom, inRange, withDefaults } from './queue-attributes.ts';
import type { Queues } from './queues.ts';
import { type Received, receivedOf } from './received.ts';
import { SqsError } from './sqs-error.ts';

type Body = Readonly<Record<string, unknown>>;
type Operation = (body: Body, signal: AbortSignal) => Promise<Body> | Body;

export interface OperationsContext {
  readonly queues: Queues;
  readonly tasks: MoveTasks;
  readonly clock: SandboxClock;
  readonly accountId: string;
  readonly arnOf: (name: string) => string;
  readonly urlOf: (name: string) => string;
}

/** SQS's limits. */
const BATCH_MAX = 10;
const BATCH_MAX_BYTES = 1_048_576;
const VISIBILITY = { min: 0, max: 43_200 };
const DELAY = { min: 0, max: 900 };
const WAIT = { min: 0, max: 20 };

const text = (body: Body, name: string): string => {
  const value = body[name];
  if (typeof value === 'string') return value;
  throw new SqsError('MissingParameter', `The request must contain the parameter ${name}.`);
};

const seconds = (body: Body, name: string, range: { min: number; max: number }): number | undefined =>
  body[name] === undefined ? undefined : inRange(name, body[name], range) * 1000;

const names = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** As ReceiveMessage takes names: All, .*, a name, or the start of names before .* */
const pick = <T>(all: Readonly<Record<string, T>>, wanted: readonly string[]): Record<string, T> | undefined => {
  const isWanted = (name: string): boolean =>
    wanted.some(
      (one) =>
        one === 'All' || one === name || (one.endsWith('.*') && name.startsWith(one.slice(0, -2).replace(/\.$/, ''))),
    );
  const picked = Object.entries(all).filter(([name]) => isWanted(name));
  return picked.length > 0 ? Object.fromEntries(picked) : undefined;
};

const entriesOf = (body: Body): Body[] => {
  const entries = Array.isArray(body.Entries) ? (body.Entries as Body[]) : [];
  if (entries.length === 0)
    throw new SqsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > BATCH_MAX) {
    throw new SqsError('TooManyEntriesInBatchRequest', `Maximum number of entries per request are ${BATCH_MAX}.`);
  }
  const ids = entries.map((entry) => text(entry, 'Id'));
  if (ids.some((id) => !/^[A-Za-z0-9_-]{1,80}$/.test(id))) {
    throw new SqsError('InvalidBatchEntryId', 'An entry id has 1 to 80 letters, digits, - and _');
  }
  if (new Set(ids).size < ids.length) throw new SqsError('BatchEntryIdsNotDistinct', 'Two entries have the same Id.');
  return entries;
};

/** Does `work` for each entry and tells which ones it was refused for. */
const eachEntry = (body: Body, work: (entry: Body) => Body): Body => {
  const Successful: Body[] = [];
  const Failed: Body[] = [];
  for (const entry of entriesOf(body)) {
    const { Id } = entry;
    try {
      Successful.push({ Id, ...work(entry) });
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      Failed.push({ Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { Successful, Failed };
};

/** What each operation of SQS does, by the name in x-amz-target. They throw or reject with SqsError. */
export const operationsOf = (context: OperationsContext): Record<string, Operation> => {
  const { queues, tasks, clock, arnOf, urlOf } = context;
  const queueOf = (body: Body): Queue => queues.find(text(body, 'QueueUrl'));
  const queueAt = (body: Body, name: string): Queue => {
    const arn = text(body, name);
    if (queues.list().some((queue) => arnOf(queue.name) === arn)) return queues.find(arn);
    throw new SqsError(
      'ResourceNotFoundException',
      `The resource that you specified for the ${name} parameter doesn't exist.`,
    );
  };

  const sendOne = (queue: Queue, body: Body): Body => {
    const attributes = (body.MessageAttributes ?? {}) as MessageAttributes;
    const system = (body.MessageSystemAttributes ?? {}) as MessageAttributes;
    const traceHeader = system.AWSTraceHeader?.StringValue;
    const delayMs = seconds(body, 'DelaySeconds', DELAY);
    const content = text(body, 'MessageBody');
    const { id } = queues.send(queue, {
      body: content,
      attributes,
      ...(traceHeader !== undefined && { traceHeader }),
      ...(delayMs !== undefined && { delayMs }),
    });
    return { MessageId: id, MD5OfMessageBody: md5(content), MD5OfMessageAttributes: md5OfAttributes(attributes) };
  };

  const removeOne = (queue: Queue, body: Body): Body => {
    queues.remove(queue, text(body, 'ReceiptHandle'));
    return {};
  };
  const showOne = (queue: Queue, body: Body): Body => {
    const handle = text(body, 'ReceiptHandle');
    queues.changeVisibility(queue, handle, inRange('VisibilityTimeout', body.VisibilityTimeout, VISIBILITY) * 1000);
    return {};
  };

  const wireOf = (received: Received, body: Body): Body => {
    const wanted = [...names(body.MessageSystemAttributeNames), ...names(body.AttributeNames)];
    const messageAttributes = pick(received.messageAttributes, names(body.MessageAttributeNames));
    return {
      MessageId: received.messageId,
      ReceiptHandle: received.receiptHandle,
      Body: received.body,
      MD5OfBody: received.md5OfBody,
      Attributes: pick(received.attributes, wanted),
      MessageAttributes: messageAttributes,
      MD5OfMessageAttributes: messageAttributes && md5OfAttributes(messageAttributes),
    };
  };

  const receive = async (body: Body, signal: AbortSignal): Promise<Body> => {
    const queue = queueOf(body);
    const max = inRange('MaxNumberOfMessages', body.MaxNumberOfMessages ?? 1, { min: 1, max: 10 });
    const visibilityMs = seconds(body, 'VisibilityTimeout', VISIBILITY);
    const until = clock.now() + (seconds(body, 'WaitTimeSeconds', WAIT) ?? queue.settings.waitMs);
    for (;;) {
      // Nobody is there to get the message of a call that hung up.
      const messages = signal.aborted ? [] : queues.receive(queue, max, visibilityMs);
      if (messages.length > 0) {
        return { Messages: messages.map((message) => wireOf(receivedOf(message, context.accountId), body)) };
      }
      if (clock.now() >= until || !(await queue.wait(until, signal))) return {};
    }
  };

  const attributesOf = (queue: Queue): Readonly<Record<string, string>> => {
    const { visible, delayed, inFlight } = queue.depth();
    return {
      ...withDefaults(queue.attributes),
      QueueArn: arnOf(queue.name),
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesDelayed: String(delayed),
      ApproximateNumberOfMessagesNotVisible: String(inFlight),
      CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
      LastModifiedTimestamp: String(Math.floor(queue.modifiedAt / 1000)),
    };
  };

  return {
    SendMessage: (body) => sendOne(queueOf(body), body),
    SendMessageBatch: (body) => {
      const queue = queueOf(body);
      const bytes = entriesOf(body).reduce(
        (sum, entry) =>
          sum + messageBytes(text(entry, 'MessageBody'), (entry.MessageAttributes ?? {}) as MessageAttributes),
        0,
      );
      if (bytes > BATCH_MAX_BYTES) {
        throw new SqsError(
          'BatchRequestTooLong',
          `Batch requests cannot be longer than ${BATCH_MAX_BYTES} bytes. You have sent ${bytes} bytes.`,
        );
      }
      return eachEntry(body, (entry) => sendOne(queue, entry));
    },
    ReceiveMessage: receive,
    DeleteMessage: (body) => removeOne(queueOf(body), body),
    DeleteMessageBatch: (body) => {
      const queue = queueOf(body);
      return eachEntry(body, (entry) => removeOne(queue, entry));
    },
    ChangeMessageVisibility: (body) => showOne(queueOf(body), body),
    ChangeMessageVisibilityBatch: (body) => {
      const queue = queueOf(body);
      return eachEntry(body, (entry) => showOne(queue, entry));
    },
    GetQueueUrl: (body) => ({ QueueUrl: urlOf(queues.find(text(body, 'QueueName')).name) }),
    GetQueueAttributes: (body) => ({ Attributes: pick(attributesOf(queueOf(body)), names(body.AttributeNames)) }),
    SetQueueAttributes: (body) => {
      const queue = queueOf(body);
      const merged = { ...queue.attributes, ...attributesFrom((body.Attributes ?? {}) as Body) };
      // An empty policy takes the old one away.
      queues.configure(queue.name, Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== '')));
      return {};
    },
    CreateQueue: (body) => {
      const name = text(body, 'QueueName');
      const attributes = attributesFrom((body.Attributes ?? {}) as Body);
      if (!queues.has(name)) queues.configure(name, attributes);
      const current = withDefaults(queues.find(name).attributes);
      if (Object.entries(attributes).some(([key, value]) => current[key] !== value)) {
        throw new SqsError(
          'QueueNameExists',
          `A queue already exists with the same name and other attributes: ${name}`,
        );
      }
      return { QueueUrl: urlOf(name) };
    },
    ListQueues: (body) => {
      const { QueueNamePrefix: prefix = '', MaxResults: max = 1000, NextToken: after = '' } = body;
      const found = queues
        .list()
        .map((queue) => queue.name)
        .filter((name) => name.startsWith(String(prefix)) && name > String(after))
        .sort((a, b) => (a < b ? -1 : 1));
      const page = found.slice(0, inRange('MaxResults', max, { min: 1, max: 1000 }));
      return { QueueUrls: page.map(urlOf), ...(page.length < found.length && { NextToken: page.at(-1) }) };
    },
    PurgeQueue: (body) => {
      queues.purge(queueOf(body));
      return {};
    },
    StartMessageMoveTask: (body) => {
      const { MaxNumberOfMessagesPerSecond: rate } = body;
      const perSecond =
        rate === undefined ? undefined : inRange('MaxNumberOfMessagesPerSecond', rate, { min: 1, max: 500 });
      const destination = body.DestinationArn === undefined ? undefined : queueAt(body, 'DestinationArn');
      return { TaskHandle: tasks.start(queueAt(body, 'SourceArn'), destination, perSecond).handle };
    },
    ListMessageMoveTasks: (body) => {
      const max = inRange('MaxResults', body.MaxResults ?? 1, { min: 1, max: 10 });
      const Results = tasks
        .of(queueAt(body, 'SourceArn'))
        .slice(0, max)
        .map((task) => ({
          TaskHandle: task.status === 'RUNNING' ? task.handle : undefined,
          Status: task.status,
          SourceArn: arnOf(task.source),
          DestinationArn: task.destination === undefined ? undefined : arnOf(task.destination),
          MaxNumberOfMessagesPerSecond: task.perSecond,
          ApproximateNumberOfMessagesMoved: task.moved,
          ApproximateNumberOfMessagesToMove: task.toMove,
          FailureReason: task.failureReason,
          StartedTimestamp: task.startedAt,
        }));
      return { Results };
    },
  };
};
