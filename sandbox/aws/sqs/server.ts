import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SandboxClock } from '../../clock.ts';
import type { BeforeWrite, SandboxServer } from '../../server.ts';
import { listenJson } from '../dynamodb/json-listener.ts';
import type { MessageAttributes } from './message.ts';
import { moveTasks } from './move-tasks.ts';
import { operationsOf } from './operations.ts';
import type { Depth } from './queue.ts';
import { attributesFrom } from './queue-attributes.ts';
import { openQueues } from './queues.ts';
import { type Received, receivedOf } from './received.ts';
import { SqsError } from './sqs-error.ts';

export interface SqsOptions {
  /** Where the messages are kept; made when missing. One process at a time. */
  readonly dir: string;
  readonly clock: SandboxClock;
  readonly region: string;
  readonly accountId: string;
  /** The DelaySeconds of queues are divided by it; nothing else is. */
  readonly speedup: number;
  /** Called before each message is sent, deleted or purged. */
  readonly beforeWrite: BeforeWrite;
}

/** SQS, with standard queues only. Whatever takes an ARN rejects with QueueDoesNotExist when there is no such queue. */
export interface SqsServer extends SandboxServer {
  /**
   * Makes the queue of an AWS::SQS::Queue's Properties, or gives the one that is there these attributes and keeps its
   * messages. Throws SqsError for a property that SQS does not know or allow.
   */
  createQueue(name: string, attributes: Readonly<Record<string, unknown>>): Promise<{ arn: string; url: string }>;
  arnOf(name: string): string;
  /** Changes with the port when the sandbox starts again. */
  urlOf(arn: string): string;
  send(arn: string, body: string, attributes?: MessageAttributes): Promise<void>;
  /** Up to `max` visible messages, at once; hides them for `visibilityMs` or the queue's VisibilityTimeout. */
  receive(arn: string, max: number, options?: { visibilityMs?: number }): Promise<Received[]>;
  /**
   * Resolves with true as soon as the queue has a visible message, which another receiver may still be first to take;
   * with false when the signal or the server's end comes first.
   */
  waitForMessage(arn: string, signal?: AbortSignal): Promise<boolean>;
  /** Does nothing when the message is gone, or was received again since. */
  delete(arn: string, receiptHandle: string): Promise<void>;
  /** Rejects with MessageNotInflight when the message is visible again or with another receiver. */
  changeVisibility(arn: string, receiptHandle: string, visibilityMs: number): Promise<void>;
  depth(arn: string): Depth;
  names(): string[];
}

/** What a template says of a queue that is none of its attributes. */
const NOT_ATTRIBUTES = ['QueueName', 'Tags'];

/** Starts SQS on a folder. */
export const startSqs = async (options: SqsOptions): Promise<SqsServer> => {
  const { dir, clock, region, accountId, speedup, beforeWrite } = options;
  await mkdir(dir, { recursive: true });
  const arnOf = (name: string): string => `arn:aws:sqs:${region}:${accountId}:${name}`;
  const queues = openQueues({ path: join(dir, 'queues.journal'), clock, arnOf, speedup, beforeWrite });
  const tasks = moveTasks(queues, clock);

  const urlOf = (name: string): string => `${listener.url}/${accountId}/${name}`;
  const operations = operationsOf({ queues, tasks, clock, accountId, arnOf, urlOf });
  const listener = await listenJson(async ({ operation, body, signal }) => {
    try {
      const answer = operations[operation];
      if (!answer) throw new SqsError('UnsupportedOperation', `the sandbox's SQS has no ${operation}`);
      return { status: 200, body: await answer(body, signal) };
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      return {
        status: error.statusCode,
        body: { __type: `com.amazonaws.sqs#${error.name}`, message: error.message },
        headers: { 'x-amzn-query-error': `${error.code};Sender` },
      };
    }
  });

  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    tasks.stop();
    await listener.close();
    queues.close();
  };
  return {
    url: listener.url,
    close: () => {
      closed ??= close();
      return closed;
    },
    createQueue: async (name, attributes) => {
      const own = Object.fromEntries(Object.entries(attributes).filter(([key]) => !NOT_ATTRIBUTES.includes(key)));
      queues.configure(name, attributesFrom(own));
      return { arn: arnOf(name), url: urlOf(name) };
    },
    arnOf,
    urlOf: (arn) => urlOf(queues.find(arn).name),
    send: async (arn, body, attributes) => {
      queues.send(queues.find(arn), { body, ...(attributes && { attributes }) });
    },
    receive: async (arn, max, { visibilityMs } = {}) =>
      queues.receive(queues.find(arn), max, visibilityMs).map((message) => receivedOf(message, accountId)),
    waitForMessage: async (arn, signal) => queues.find(arn).wait(undefined, signal),
    delete: async (arn, handle) => queues.remove(queues.find(arn), handle),
    changeVisibility: async (arn, handle, visibilityMs) =>
      queues.changeVisibility(queues.find(arn), handle, visibilityMs),
    depth: (arn) => queues.find(arn).depth(),
    names: () => queues.list().map((queue) => queue.name),
  };
};
