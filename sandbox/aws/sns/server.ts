import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { SandboxClock } from '../../clock.ts';
import type { SandboxServer } from '../../server.ts';
import { type Delivery, startDeliverer } from '../events/deliverer.ts';
import { checkMessage, type Message, type Publication, textFor, textsOf } from './message.ts';
import { snsOperations } from './operations.ts';
import { openOutbox } from './outbox.ts';
import { listenQuery } from './query.ts';
import { createTopics, type Protocol, type Subscription, type SubscriptionSettings } from './topics.ts';

export interface SnsOptions {
  /** Keeps what is published but not in its queues yet. */
  dir: string;
  clock: SandboxClock;
  region: string;
  accountId: string;
  /** Stands for the mailboxes of e-mail subscribers. */
  outboxDir: string;
  /** What it rejects with is tried again, but for an error whose `code` is NO_RESOURCE or NO_PERMISSIONS. */
  deliverToQueue: (queueArn: string, body: string) => Promise<void>;
  onMessage?: (topicArn: string, message: Message) => void;
  /** Nothing goes to a queue before it resolves: give it where queues are made after this server. */
  ready?: Promise<void>;
}

export interface SnsServer extends SandboxServer {
  /** Makes a topic if it is not there; gives its ARN. */
  createTopic(name: string): string;
  /** Subscribes a queue (sqs) or a mailbox (email, email-json), at once and without confirmation; gives the ARN. */
  subscribe(topicArn: string, protocol: Protocol, endpoint: string, settings?: SubscriptionSettings): string;
  /** Publishes as Publish does; gives the message's id. */
  publish(topicArn: string, publication: Publication): string;
  /** Whether nothing is on its way to a queue. */
  idle(): boolean;
}

/** SNS tries a queue for 23 days, 100,015 times ("Amazon SNS message delivery retries"). */
const MAX_AGE_MS = 23 * 24 * 3600 * 1000;
const MAX_RETRIES = 100_015;

/** The text that a queue gets without raw delivery. */
const notification = (message: Message, subscription: Subscription, url: string, now: number): string =>
  JSON.stringify({
    Type: 'Notification',
    MessageId: message.id,
    TopicArn: subscription.topicArn,
    Subject: message.subject,
    Message: textFor(message, subscription.protocol),
    Timestamp: new Date(now).toISOString(),
    SignatureVersion: '1',
    Signature: 'sandbox',
    SigningCertURL: `${url}/certificate.pem`,
    UnsubscribeURL: `${url}/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`,
    MessageAttributes:
      Object.keys(message.attributes).length === 0
        ? undefined
        : Object.fromEntries(
            Object.entries(message.attributes).map(([name, { type, value }]) => [name, { Type: type, Value: value }]),
          ),
  });

/** Starts SNS. Topics and subscriptions are made again at each start; what was published reaches its queues. */
export const startSns = async (options: SnsOptions): Promise<SnsServer> => {
  const { dir, clock, outboxDir, deliverToQueue, onMessage, ready = Promise.resolve() } = options;
  const topics = createTopics(options);
  const toOutbox = openOutbox(outboxDir, clock);
  const deliverer = startDeliverer({
    file: join(dir, 'deliveries.jsonl'),
    clock,
    ready,
    send: ({ targetArn, body }) => deliverToQueue(targetArn, body),
    giveUp: async () => {},
  });

  const publish = (topicArn: string, publication: Publication): string => {
    const { subject, attributes = {} } = publication;
    const all = topics.subscriptionsOf(topicArn);
    // The limits are those of the whole, with all its texts.
    checkMessage(publication);
    const texts = textsOf(publication);
    const message: Message = { id: randomUUID(), ...texts, attributes, ...(subject !== undefined && { subject }) };
    const wanting = all.filter(({ protocol, wants }) => wants({ ...message, body: textFor(message, protocol) }));
    deliverer.add(
      wanting
        .filter(({ protocol }) => protocol === 'sqs')
        .map(
          (subscription): Delivery => ({
            id: randomUUID(),
            targetArn: subscription.endpoint,
            body:
              subscription.rawMessageDelivery === true
                ? textFor(message, 'sqs')
                : notification(message, subscription, http.url, clock.now()),
            acceptedAt: clock.now(),
            maxAgeMs: MAX_AGE_MS,
            maxRetries: MAX_RETRIES,
          }),
        ),
    );
    // The outbox is read by programs, too: it keeps what they can read, not the text of an e-mail.
    if (wanting.some(({ protocol }) => protocol !== 'sqs')) toOutbox(message);
    onMessage?.(topicArn, message);
    return message.id;
  };

  const http = await listenQuery(snsOperations(topics, publish));
  return {
    url: http.url,
    createTopic: topics.create,
    subscribe: (topicArn, protocol, endpoint, settings = {}) =>
      topics.subscribe(topicArn, protocol, endpoint, settings).arn,
    publish,
    idle: deliverer.idle,
    close: async () => {
      await http.close();
      await deliverer.close();
    },
  };
};
