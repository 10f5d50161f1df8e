import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateArchiveCommand,
  DescribeEventBusCommand,
  ListArchivesCommand,
  ListEventBusesCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { GetParametersByPathCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { makeBucket, makeBus, makeQueue, makeTable } from './make.ts';
import { sweep } from './sweep.ts';
import { type Clients, newPrefix, PREFIX, sandboxTarget, type Target } from './target.ts';

/** The sandbox has no calls that remove queues or topics, or list secrets. */
const SERVICES: (keyof Clients)[] = ['s3', 'dynamodb', 'ssm', 'events'];

let target: Target;
beforeEach(async () => {
  target = await sandboxTarget();
});
afterEach(() => target.close());

test('each run has a prefix of its own, by which what any run left is found', () => {
  expect(newPrefix()).toMatch(/^catalog-sync-conformance-[0-9a-f]{8}$/);
  expect(newPrefix()).not.toBe(newPrefix());
  expect(newPrefix().startsWith(PREFIX)).toBe(true);
});

test('all that a run made is removed, whatever is in it, and nothing else', async () => {
  const { clients, prefix } = target;
  const { s3, ssm, events, dynamodb } = clients;
  const Bucket = await makeBucket(target, 'Enabled');
  for (const Body of ['old', 'new']) await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body }));
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
  await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'open' }));
  await makeTable(target);
  const { arn } = await makeQueue(target);
  await ssm.send(new PutParameterCommand({ Name: `/${prefix}/a/b`, Value: 'v', Type: 'String' }));
  const EventBusName = await makeBus(target);
  const { Arn: EventSourceArn } = await events.send(new DescribeEventBusCommand({ Name: EventBusName }));
  await events.send(new CreateArchiveCommand({ ArchiveName: `${prefix}-a`, EventSourceArn }));
  await events.send(new PutRuleCommand({ Name: 'r', EventBusName, EventPattern: '{"source":["a"]}' }));
  await events.send(new PutTargetsCommand({ Rule: 'r', EventBusName, Targets: [{ Id: 'q', Arn: arn }] }));

  await s3.send(new CreateBucketCommand({ Bucket: 'the-owners' }));
  await ssm.send(new PutParameterCommand({ Name: `/the-owners/${prefix}`, Value: 'v', Type: 'String' }));

  const { removed, failed } = await sweep(target, SERVICES);
  expect(failed).toEqual([]);
  expect(removed).toHaveLength(5);
  expect((await s3.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).toEqual(['the-owners']);
  expect((await dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual([]);
  const { Parameters } = await ssm.send(new GetParametersByPathCommand({ Path: '/', Recursive: true }));
  expect(Parameters?.map(({ Name }) => Name)).toEqual([`/the-owners/${prefix}`]);
  expect((await events.send(new ListArchivesCommand({}))).Archives).toEqual([]);
  expect((await events.send(new ListEventBusesCommand({}))).EventBuses?.map(({ Name }) => Name)).toEqual(['default']);
});

test('what cannot be removed is said, and the rest is removed', async () => {
  const { ssm } = target.clients;
  const Name = `/${target.prefix}/a`;
  await ssm.send(new PutParameterCommand({ Name, Value: 'v', Type: 'String' }));
  const { removed, failed } = await sweep(target, ['secrets', 'ssm']);
  expect(removed).toEqual([Name]);
  expect(failed).toEqual([expect.stringMatching(/^secrets: /)]);
});
