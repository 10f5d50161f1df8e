import { CreateTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { CreateEventBusCommand } from '@aws-sdk/client-eventbridge';
import { CreateBucketCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { Target } from './target.ts';

let made = 0;
/** A name of the run that nothing has yet: a valid one for every service. */
const newName = ({ prefix }: Target, what: string): string => {
  made += 1;
  return `${prefix}-${what}${made}-${process.pid}`;
};

export const makeBucket = async (target: Target, versioning: 'none' | 'Enabled'): Promise<string> => {
  const { s3 } = target.clients;
  const Bucket = newName(target, 'b');
  const LocationConstraint = target.region as 'eu-central-1';
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint } }));
  if (versioning === 'Enabled')
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  return Bucket;
};

/** The table that the suite of DynamoDB wants. Resolves when it can be used. */
export const makeTable = async (target: Target): Promise<string> => {
  const { dynamodb } = target.clients;
  const TableName = newName(target, 't');
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
        { AttributeName: 'dueOf', AttributeType: 'S' },
        { AttributeName: 'dueAt', AttributeType: 'N' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'due',
          KeySchema: [
            { AttributeName: 'dueOf', KeyType: 'HASH' },
            { AttributeName: 'dueAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
  await waitUntilTableExists({ client: dynamodb, maxWaitTime: 300, minDelay: 1, maxDelay: 5 }, { TableName });
  return TableName;
};

export interface Queue {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
}

export const makeQueue = async (target: Target, Attributes: Record<string, string> = {}): Promise<Queue> => {
  const { sqs } = target.clients;
  const name = newName(target, 'q');
  const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  const answer = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }));
  return { name, url, arn: answer.Attributes?.QueueArn ?? '' };
};

/** A queue that EventBridge and SNS of the same account may send to. */
export const makeOpenQueue = (target: Target): Promise<Queue> =>
  makeQueue(target, {
    Policy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: ['events.amazonaws.com', 'sns.amazonaws.com'] },
          Action: 'sqs:SendMessage',
          Resource: '*',
          Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:*:${target.region}:*:*${target.prefix}*` } },
        },
      ],
    }),
  });

export const makeBus = async (target: Target): Promise<string> => {
  const Name = newName(target, 'e');
  await target.clients.events.send(new CreateEventBusCommand({ Name }));
  return Name;
};
