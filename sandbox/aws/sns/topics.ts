import { randomUUID } from 'node:crypto';
import { AwsError } from '../events/aws-error.ts';
import { type FilterScope, parseFilter } from './filter.ts';
import type { Message } from './message.ts';
import { invalidParameter } from './query.ts';

const PROTOCOLS = ['sqs', 'email', 'email-json'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

export interface SubscriptionSettings {
  /** A queue gets the message as it is, without SNS's envelope. */
  rawMessageDelivery?: boolean;
  /** JSON text. */
  filterPolicy?: string;
  filterPolicyScope?: FilterScope;
}

export interface Subscription extends SubscriptionSettings {
  arn: string;
  topicArn: string;
  protocol: Protocol;
  /** A queue's ARN, or an e-mail address. */
  endpoint: string;
  wants: (message: Message) => boolean;
}

export interface Topics {
  /** Gives the topic's ARN, also when it is there already. */
  create(name: string): string;
  arns(): string[];
  /** Gives the subscription that is there when topic, protocol and endpoint are the same, with these settings. */
  subscribe(topicArn: string, protocol: string, endpoint: string, settings: SubscriptionSettings): Subscription;
  /** Throws NotFound when there is no such topic. */
  subscriptionsOf(topicArn: string): Subscription[];
  find(subscriptionArn: string): Subscription;
  change(subscriptionArn: string, settings: SubscriptionSettings): void;
  unsubscribe(subscriptionArn: string): void;
}

const filtered = ({ filterPolicy, filterPolicyScope }: SubscriptionSettings): Subscription['wants'] =>
  filterPolicy === undefined ? () => true : parseFilter(filterPolicy, filterPolicyScope ?? 'MessageAttributes');

/** Topics and their subscriptions, in memory: whoever starts the sandbox makes them again, from the templates. */
export const createTopics = (where: { region: string; accountId: string }): Topics => {
  const topics = new Map<string, Map<string, Subscription>>();
  const subscriptions = (topicArn: string): Map<string, Subscription> => {
    const found = topics.get(topicArn);
    if (found === undefined) throw new AwsError('NotFound', 'Topic does not exist', 404);
    return found;
  };
  const find = (arn: string): Subscription => {
    const found = topics.get(arn.slice(0, arn.lastIndexOf(':')))?.get(arn);
    if (found === undefined) throw new AwsError('NotFound', 'Subscription does not exist', 404);
    return found;
  };
  return {
    create: (name) => {
      if (!/^[A-Za-z0-9_-]{1,256}$/.test(name)) throw invalidParameter('Topic Name');
      const arn = `arn:aws:sns:${where.region}:${where.accountId}:${name}`;
      if (!topics.has(arn)) topics.set(arn, new Map());
      return arn;
    },
    arns: () => [...topics.keys()],
    subscribe: (topicArn, protocol, endpoint, settings) => {
      const known = PROTOCOLS.find((name) => name === protocol);
      if (known === undefined)
        throw invalidParameter(
          `Protocol: the sandbox has no subscriptions by ${protocol}, only ${PROTOCOLS.join(', ')}`,
        );
      if (endpoint === '' || (known === 'sqs' && !endpoint.startsWith('arn:aws:sqs:')))
        throw invalidParameter(`${known === 'sqs' ? 'SQS endpoint ARN' : 'Endpoint'}`);
      const all = subscriptions(topicArn);
      const before = [...all.values()].find((one) => one.protocol === known && one.endpoint === endpoint);
      const arn = before?.arn ?? `${topicArn}:${randomUUID()}`;
      const subscription = { ...settings, arn, topicArn, protocol: known, endpoint, wants: filtered(settings) };
      all.set(arn, subscription);
      return subscription;
    },
    subscriptionsOf: (topicArn) => [...subscriptions(topicArn).values()],
    find,
    change: (arn, settings) => {
      const before = find(arn);
      const changed = { ...before, ...settings };
      subscriptions(before.topicArn).set(arn, { ...changed, wants: filtered(changed) });
    },
    unsubscribe: (arn) => {
      topics.get(arn.slice(0, arn.lastIndexOf(':')))?.delete(arn);
    },
  };
};
