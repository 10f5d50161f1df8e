import { AwsError } from '../events/aws-error.ts';
import { attributesOf, type Publication } from './message.ts';
import { Entries, entriesOf, invalidParameter, type Parameters, type QueryOperations } from './query.ts';
import type { Subscription, SubscriptionSettings, Topics } from './topics.ts';

/** "PublishBatch: up to 10 messages." */
const MOST_ENTRIES = 10;
/** What the lists give at once. */
const PAGE = 100;

const publicationOf = (parameters: Parameters): Publication => {
  const structure = parameters.text('MessageStructure');
  if (structure !== undefined && structure !== 'json') throw invalidParameter('MessageStructure');
  const subject = parameters.text('Subject');
  return {
    body: parameters.text('Message') ?? '',
    attributes: attributesOf(parameters),
    structured: structure === 'json',
    ...(subject !== undefined && { subject }),
  };
};

const settingsOf = (attributes: Readonly<Record<string, string>>): SubscriptionSettings => {
  const settings: SubscriptionSettings = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'RawMessageDelivery') {
      if (value !== 'true' && value !== 'false') throw invalidParameter(`Attributes Reason: ${name}: ${value}`);
      settings.rawMessageDelivery = value === 'true';
    } else if (name === 'FilterPolicy') settings.filterPolicy = value === '' ? '{}' : value;
    else if (name === 'FilterPolicyScope') {
      if (value !== 'MessageAttributes' && value !== 'MessageBody')
        throw invalidParameter(`FilterPolicyScope: Invalid value [${value}]`);
      settings.filterPolicyScope = value;
    } else throw invalidParameter(`AttributeName: the sandbox does not know ${name}`);
  }
  return settings;
};

const page = <T>(all: readonly T[], token = '0'): { some: T[]; NextToken: string | undefined } => {
  const from = Number(token);
  if (!Number.isSafeInteger(from) || from < 0) throw invalidParameter('NextToken');
  return { some: all.slice(from, from + PAGE), NextToken: from + PAGE < all.length ? String(from + PAGE) : undefined };
};

const summary = ({ arn, topicArn, protocol, endpoint }: Subscription, owner: string): Record<string, string> => ({
  SubscriptionArn: arn,
  Owner: owner,
  Protocol: protocol,
  Endpoint: endpoint,
  TopicArn: topicArn,
});

const ownerOf = (topicArn: string): string => topicArn.split(':')[4] ?? '';

/** The operations that SNS's clients call here. `publish` gives a message's id, or throws what refuses it. */
export const snsOperations = (
  topics: Topics,
  publish: (topicArn: string, publication: Publication) => string,
): QueryOperations => ({
  CreateTopic: (parameters) => ({ TopicArn: topics.create(parameters.required('Name')) }),
  ListTopics: (parameters) => {
    const { some, NextToken } = page(topics.arns(), parameters.text('NextToken'));
    return { Topics: some.map((TopicArn) => ({ TopicArn })), NextToken };
  },
  GetTopicAttributes: (parameters) => {
    const TopicArn = parameters.required('TopicArn');
    return {
      Attributes: new Entries({
        TopicArn,
        Owner: ownerOf(TopicArn),
        SubscriptionsConfirmed: String(topics.subscriptionsOf(TopicArn).length),
        SubscriptionsPending: '0',
        SubscriptionsDeleted: '0',
      }),
    };
  },
  Subscribe: (parameters) => {
    const { arn } = topics.subscribe(
      parameters.required('TopicArn'),
      parameters.required('Protocol'),
      parameters.text('Endpoint') ?? '',
      settingsOf(entriesOf(parameters, 'Attributes')),
    );
    return { SubscriptionArn: arn };
  },
  ListSubscriptionsByTopic: (parameters) => {
    const topicArn = parameters.required('TopicArn');
    const { some, NextToken } = page(topics.subscriptionsOf(topicArn), parameters.text('NextToken'));
    return { Subscriptions: some.map((subscription) => summary(subscription, ownerOf(topicArn))), NextToken };
  },
  SetSubscriptionAttributes: (parameters) => {
    const changed = settingsOf({ [parameters.required('AttributeName')]: parameters.text('AttributeValue') ?? '' });
    topics.change(parameters.required('SubscriptionArn'), changed);
    return {};
  },
  Unsubscribe: (parameters) => {
    topics.unsubscribe(parameters.required('SubscriptionArn'));
    return {};
  },
  Publish: (parameters) => ({
    MessageId: publish(parameters.text('TopicArn') ?? parameters.required('TargetArn'), publicationOf(parameters)),
  }),
  PublishBatch: (parameters) => {
    const topicArn = parameters.required('TopicArn');
    topics.subscriptionsOf(topicArn);
    const entries = parameters.list('PublishBatchRequestEntries.member');
    if (entries.length === 0) throw new AwsError('EmptyBatchRequest', "The batch request doesn't contain any entries.");
    if (entries.length > MOST_ENTRIES)
      throw new AwsError('TooManyEntriesInBatchRequest', 'The batch request contains more entries than permissible.');
    const ids = entries.map((entry) => entry.required('Id'));
    if (new Set(ids).size < ids.length)
      throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
    const judged = entries.map((entry): { Id: string; MessageId: string } | { Id: string; error: AwsError } => {
      const Id = entry.required('Id');
      try {
        return { Id, MessageId: publish(topicArn, publicationOf(entry)) };
      } catch (error) {
        if (error instanceof AwsError) return { Id, error };
        throw error;
      }
    });
    return {
      Successful: judged.flatMap((entry) => ('MessageId' in entry ? [entry] : [])),
      Failed: judged.flatMap((entry) =>
        'error' in entry
          ? [{ Id: entry.Id, Code: entry.error.name, Message: entry.error.message, SenderFault: true }]
          : [],
      ),
    };
  },
});
