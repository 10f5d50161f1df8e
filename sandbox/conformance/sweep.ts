import { DeleteTableCommand, paginateListTables, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import {
  DeleteArchiveCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  ListArchivesCommand,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  AbortMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import { DeleteSecretCommand, paginateListSecrets, RestoreSecretCommand } from '@aws-sdk/client-secrets-manager';
import { DeleteTopicCommand, paginateListTopics } from '@aws-sdk/client-sns';
import { DeleteQueueCommand, paginateListQueues } from '@aws-sdk/client-sqs';
import { DeleteParameterCommand, paginateGetParametersByPath } from '@aws-sdk/client-ssm';
import type { Clients, Target } from './target.ts';

type Sweeper = (clients: Clients, prefix: string) => AsyncGenerator<string>;

const emptyBucket = async ({ s3 }: Clients, Bucket: string): Promise<void> => {
  // One by one: a key may hold characters that the XML of DeleteObjects cannot.
  // What was listed is gone before the next look, so the first page is always the one to take.
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    if (Versions.length + DeleteMarkers.length === 0) break;
    // One by one: a key may hold characters that the XML of DeleteObjects cannot.
    for (const { Key, VersionId } of [...Versions, ...DeleteMarkers])
      await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
  }
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
  for (const { Key, UploadId } of Uploads) await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
};

/** Gives the name of each thing once it is gone. What begins otherwise is never touched. */
const sweepers: Readonly<Record<keyof Clients, Sweeper>> = {
  s3: async function* (clients, prefix) {
    const { Buckets = [] } = await clients.s3.send(new ListBucketsCommand({}));
    for (const { Name: Bucket = '' } of Buckets.filter(({ Name }) => Name?.startsWith(prefix))) {
      await emptyBucket(clients, Bucket);
      await clients.s3.send(new DeleteBucketCommand({ Bucket }));
      yield Bucket;
    }
  },
  dynamodb: async function* ({ dynamodb: client }, prefix) {
    for await (const { TableNames = [] } of paginateListTables({ client }, {}))
      for (const TableName of TableNames.filter((name) => name.startsWith(prefix))) {
        // A table that is still being made cannot be deleted.
        await waitUntilTableExists({ client, maxWaitTime: 300, minDelay: 1 }, { TableName });
        await client.send(new DeleteTableCommand({ TableName }));
        yield TableName;
      }
  },
  sqs: async function* ({ sqs: client }, prefix) {
    for await (const { QueueUrls = [] } of paginateListQueues({ client }, { QueueNamePrefix: prefix, MaxResults: 100 }))
      for (const QueueUrl of QueueUrls) {
        await client.send(new DeleteQueueCommand({ QueueUrl }));
        yield QueueUrl;
      }
  },
  sns: async function* ({ sns: client }, prefix) {
    for await (const { Topics = [] } of paginateListTopics({ client }, {}))
      for (const { TopicArn = '' } of Topics) {
        if (!TopicArn.split(':').at(-1)?.startsWith(prefix)) continue;
        await client.send(new DeleteTopicCommand({ TopicArn }));
        yield TopicArn;
      }
  },
  ssm: async function* ({ ssm: client }, prefix) {
    for await (const { Parameters = [] } of paginateGetParametersByPath({ client }, { Path: '/', Recursive: true }))
      for (const { Name = '' } of Parameters) {
        if (!Name.startsWith(`/${prefix}`)) continue;
        await client.send(new DeleteParameterCommand({ Name }));
        yield Name;
      }
  },
  secrets: async function* ({ secrets: client }, prefix) {
    const ours = { IncludePlannedDeletion: true, Filters: [{ Key: 'name' as const, Values: [prefix] }] };
    for await (const { SecretList = [] } of paginateListSecrets({ client }, ours))
      for (const { ARN: SecretId, Name = '', DeletedDate } of SecretList) {
        if (!Name.startsWith(prefix)) continue;
        if (DeletedDate !== undefined) await client.send(new RestoreSecretCommand({ SecretId }));
        await client.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
        yield Name;
      }
  },
  events: async function* ({ events }, NamePrefix) {
    const { Archives = [] } = await events.send(new ListArchivesCommand({ NamePrefix }));
    for (const { ArchiveName = '' } of Archives) {
      await events.send(new DeleteArchiveCommand({ ArchiveName }));
      yield ArchiveName;
    }
    const { EventBuses = [] } = await events.send(new ListEventBusesCommand({ NamePrefix }));
    for (const { Name: EventBusName = '' } of EventBuses) {
      const { Rules = [] } = await events.send(new ListRulesCommand({ EventBusName }));
      // An archive's own rule goes with the archive and refuses to be touched.
      for (const { Name: Rule = '' } of Rules.filter(({ ManagedBy }) => ManagedBy === undefined)) {
        const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule, EventBusName }));
        const Ids = Targets.map(({ Id = '' }) => Id);
        if (Ids.length > 0) await events.send(new RemoveTargetsCommand({ Rule, EventBusName, Ids }));
        await events.send(new DeleteRuleCommand({ Name: Rule, EventBusName }));
      }
      await events.send(new DeleteEventBusCommand({ Name: EventBusName }));
      yield EventBusName;
    }
  },
};

export interface Swept {
  readonly removed: readonly string[];
  /** What could not be removed, and why. */
  readonly failed: readonly string[];
}

/**
 * Removes all whose name begins with the target's prefix, of these services or of all. One that fails does not keep the
 * others from being removed.
 */
export const sweep = async (
  { clients, prefix }: Pick<Target, 'clients' | 'prefix'>,
  services = Object.keys(sweepers) as (keyof Clients)[],
): Promise<Swept> => {
  const [removed, failed]: [string[], string[]] = [[], []];
  for (const service of services) {
    try {
      for await (const name of sweepers[service](clients, prefix)) removed.push(name);
    } catch (error) {
      failed.push(`${service}: ${(error as Error).name}: ${(error as Error).message}`);
    }
  }
  return { removed, failed };
};
