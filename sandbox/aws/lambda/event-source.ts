import type { SandboxClock } from '../../clock.ts';
import type { SandboxFunction } from './function.ts';
import { doneMessages } from './partial-batch.ts';

/** A message as SQS's ReceiveMessage gives it. */
export interface QueueMessage {
  messageId: string;
  receiptHandle: string;
  body: string;
  md5OfBody: string;
  /** SentTimestamp, ApproximateReceiveCount and so on, as texts. */
  attributes: Readonly<Record<string, string>>;
  messageAttributes: Readonly<Record<string, MessageAttribute>>;
}

export interface MessageAttribute {
  dataType: string;
  stringValue?: string;
  /** Base64. */
  binaryValue?: string;
}

/** What the mapping needs of a queue. */
export interface SourceQueue {
  readonly arn: string;
  /** At most `max` visible messages, each hidden for the queue's own visibility timeout; none if there are none. */
  receive(max: number): Promise<QueueMessage[]>;
  delete(receiptHandles: readonly string[]): Promise<void>;
  /** Resolves when a message is visible, or the signal is aborted. */
  waitForMessage(signal: AbortSignal): Promise<void>;
}

/** AWS::Lambda::EventSourceMapping. */
export interface EventSourceOptions {
  queue: SourceQueue;
  target: SandboxFunction;
  region: string;
  clock: SandboxClock;
  batchSize: number;
  /** How long a batch that is not full waits for more, in seconds of the sandbox's clock. */
  windowSeconds: number;
  /** How many batches of this queue the function has at most at once, whatever its workers could do. */
  maximumConcurrency: number;
  /** FunctionResponseTypes holds ReportBatchItemFailures. */
  reportsFailures: boolean;
}

export interface EventSource {
  /** Takes no more messages, and resolves when what was taken is done, or after `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

/** SQS gives at most ten messages at once. */
const RECEIVE_LIMIT = 10;

/**
 * Feeds a function from a queue: as many batches at once as the function has workers and the mapping allows. What
 * succeeds is deleted; what fails is left alone and comes again when its visibility timeout ends. Of a function that is
 * throttled altogether the messages stay where they are.
 */
export const startEventSource = (options: EventSourceOptions): EventSource => {
  const { queue, target, maximumConcurrency } = options;
  const stopping = new AbortController();

  const poll = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const messages = await takeBatch(options, stopping.signal);
      if (messages.length === 0) await queue.waitForMessage(stopping.signal);
      else await deliver(options, messages);
    }
  };
  const polling = Promise.all(Array.from({ length: Math.min(target.concurrency, maximumConcurrency) }, poll));

  return {
    stop: async (graceMs) => {
      stopping.abort();
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, graceMs);
      });
      await Promise.race([polling, patience]);
      clearTimeout(timer);
    },
  };
};

/** A batch opens with its first message, and closes when it is full or its window has passed. */
const takeBatch = async (
  { queue, clock, batchSize, windowSeconds }: EventSourceOptions,
  stopping: AbortSignal,
): Promise<QueueMessage[]> => {
  const messages = await queue.receive(Math.min(batchSize, RECEIVE_LIMIT));
  if (messages.length === 0) return messages;
  const windowEnd = new AbortController();
  const windowMs = windowSeconds * 1000;
  const callOff = windowMs > 0 ? clock.at(clock.now() + windowMs, () => windowEnd.abort()) : undefined;
  const enough = AbortSignal.any([windowEnd.signal, stopping]);
  while (messages.length < batchSize && !stopping.aborted) {
    const more = await queue.receive(Math.min(batchSize - messages.length, RECEIVE_LIMIT));
    messages.push(...more);
    if (more.length > 0) continue;
    if (windowMs === 0 || enough.aborted) break;
    await queue.waitForMessage(enough);
  }
  callOff?.();
  return messages;
};

const deliver = async (
  { queue, target, region, reportsFailures }: EventSourceOptions,
  messages: QueueMessage[],
): Promise<void> => {
  const Records = messages.map((message) => ({
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: message.attributes,
    messageAttributes: Object.fromEntries(
      Object.entries(message.messageAttributes).map(([name, attribute]) => [
        name,
        { ...attribute, stringListValues: [], binaryListValues: [] },
      ]),
    ),
    md5OfBody: message.md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queue.arn,
    awsRegion: region,
  }));
  const outcome = await target.invoke({ Records });
  if (!outcome.ok) return;
  const ids = messages.map(({ messageId }) => messageId);
  const done = new Set(reportsFailures ? doneMessages(ids, outcome.result) : ids);
  const handles = messages.filter(({ messageId }) => done.has(messageId)).map(({ receiptHandle }) => receiptHandle);
  if (handles.length > 0) await queue.delete(handles);
};
