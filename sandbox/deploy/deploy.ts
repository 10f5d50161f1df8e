import type { DynamoDbServer } from '../aws/dynamodb/server.ts';
import type { TableProperties } from '../aws/dynamodb/tables.ts';
import type { EventsServer } from '../aws/events/server.ts';
import { targetFromJson } from '../aws/events/target-json.ts';
import type { ParametersServer, SecretsServer } from '../aws/parameters/server.ts';
import type { LifecycleRule, S3Server } from '../aws/s3/server.ts';
import type { FilterScope } from '../aws/sns/filter.ts';
import type { SnsServer } from '../aws/sns/server.ts';
import type { Protocol } from '../aws/sns/topics.ts';
import type { SqsServer } from '../aws/sqs/server.ts';
import { asObject, type Json } from '../template/json.ts';
import type { ResolvedResource } from '../template/resolve.ts';
import { busNameOf } from '../template/resource-types.ts';
import { located } from './located.ts';
import { flag, list, number, object, optionalText, text } from './properties.ts';

/** The servers that resources are made on. */
export interface Servers {
  s3: S3Server;
  dynamodb: DynamoDbServer;
  sqs: SqsServer;
  sns: SnsServer;
  ssm: ParametersServer;
  secrets: SecretsServer;
  events: EventsServer;
}

/** The tool's own bucket for uploading code: the sandbox uploads none. */
const TOOLS_OWN = 'ServerlessDeploymentBucket';

/** `functions` are the ARNs of the templates' functions, which start when all else is there. */
type Make = (resource: ResolvedResource, servers: Servers, functions: ReadonlySet<string>) => unknown;

/** What is made, in this order: a later one may name an earlier one. */
const makers: readonly (readonly [type: string, make: Make])[] = [
  [
    'AWS::S3::Bucket',
    (bucket, { s3 }) => {
      if (bucket.logicalId === TOOLS_OWN) return;
      const versioning = optionalText(bucket, 'VersioningConfiguration', 'Status');
      s3.createBucket({
        name: bucket.name,
        versioning: versioning as 'Enabled' | 'Suspended' | undefined,
        eventBridge: hasEventBridge(bucket),
        lifecycle: list(bucket, 'LifecycleConfiguration', 'Rules') as unknown as LifecycleRule[],
      });
    },
  ],
  [
    'AWS::DynamoDB::Table',
    (table, { dynamodb }) =>
      dynamodb.createTable({ ...table.properties, TableName: table.name } as unknown as TableProperties),
  ],
  ['AWS::SQS::Queue', (queue, { sqs }) => sqs.createQueue(queue.name, queue.properties)],
  ['AWS::SNS::Topic', (topic, { sns }) => sns.createTopic(topic.name)],
  ['AWS::SSM::Parameter', (parameter, { ssm }) => ssm.setParameter(parameter.name, text(parameter, 'Value'))],
  [
    'AWS::SNS::Subscription',
    (subscription, { sns }) => {
      const filter = object(subscription, 'FilterPolicy');
      const scope = optionalText(subscription, 'FilterPolicyScope') as FilterScope | undefined;
      const protocol = text(subscription, 'Protocol') as Protocol;
      return sns.subscribe(text(subscription, 'TopicArn'), protocol, text(subscription, 'Endpoint'), {
        rawMessageDelivery: flag(subscription, false, 'RawMessageDelivery'),
        ...(Object.keys(filter).length > 0 && { filterPolicy: JSON.stringify(filter) }),
        ...(scope !== undefined && { filterPolicyScope: scope }),
      });
    },
  ],
  ['AWS::Events::EventBus', (bus, { events }) => events.putBus(bus.name)],
  [
    'AWS::Events::Archive',
    (archive, { events }) =>
      events.putArchive({
        name: archive.name,
        busName: busNameOf(text(archive, 'SourceArn')),
        retentionDays: number(archive, 0, 'RetentionDays'),
        ...patternOf(archive),
      }),
  ],
  [
    'AWS::Events::Rule',
    (rule, { events, sqs }, functions) => {
      const schedule = optionalText(rule, 'ScheduleExpression');
      const targets = list(rule, 'Targets').map((target) => targetFromJson(asObject(target)));
      for (const { arn, deadLetterArn } of targets) {
        if (!functions.has(arn)) sqs.depth(arn);
        if (deadLetterArn !== undefined) sqs.depth(deadLetterArn);
      }
      events.putRule({
        name: rule.name,
        busName: busNameOf(optionalText(rule, 'EventBusName')),
        enabled: optionalText(rule, 'State') !== 'DISABLED',
        targets,
        ...(schedule !== undefined && { schedule }),
        ...patternOf(rule),
      });
    },
  ],
];

/** What the sandbox makes elsewhere, or knowingly leaves out: nothing that a function could see depends on it. */
const leftOut: ReadonlySet<string> = new Set([
  // Functions, and what they are fed from, start when all else is there.
  'AWS::Lambda::Function',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::EventInvokeConfig',
  // No template says what is in it: whoever starts the sandbox does.
  'AWS::SecretsManager::Secret',
  // Permissions are not enforced.
  'AWS::IAM::Role',
  'AWS::IAM::Policy',
  'AWS::IAM::ManagedPolicy',
  'AWS::Lambda::Permission',
  'AWS::S3::BucketPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::Events::EventBusPolicy',
  'AWS::SecretsManager::ResourcePolicy',
  'AWS::KMS::Key',
  'AWS::KMS::Alias',
  // Functions log to files, and there is no CloudWatch.
  'AWS::Logs::LogGroup',
  'AWS::Logs::MetricFilter',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::Budgets::Budget',
  // No function has versions.
  'AWS::Lambda::Version',
]);

/**
 * Makes the templates' resources on the servers, or brings those that an earlier start left there up to date. Throws for
 * a resource of a type that is neither made nor knowingly left out, and for a rule whose target is neither a queue
 * nor a function.
 */
export const deploy = async (resources: readonly ResolvedResource[], servers: Servers): Promise<void> => {
  const functions = new Set(
    resources.flatMap(({ type, arn }) => (type === 'AWS::Lambda::Function' && arn !== undefined ? [arn] : [])),
  );
  const made = new Set(makers.map(([type]) => type));
  for (const resource of resources)
    await located(resource, () => {
      if (!made.has(resource.type) && !leftOut.has(resource.type)) throw new Error('the sandbox has no such resources');
    });
  for (const [type, make] of makers) {
    const ofType = resources.filter((resource) => resource.type === type);
    await Promise.all(ofType.map((resource) => located(resource, () => make(resource, servers, functions))));
  }
};

/** A bucket's events go to EventBridge when EventBridgeConfiguration is there, also as an empty object. */
const hasEventBridge = (bucket: ResolvedResource): boolean => {
  const configuration = object(bucket, 'NotificationConfiguration');
  if (configuration.EventBridgeConfiguration === undefined) return false;
  return flag(bucket, true, 'NotificationConfiguration', 'EventBridgeConfiguration', 'EventBridgeEnabled');
};

/** EventPattern as the text that the API takes. */
const patternOf = ({ properties }: ResolvedResource): { pattern?: string } => {
  const pattern: Json | undefined = properties.EventPattern;
  if (pattern === undefined) return {};
  return { pattern: typeof pattern === 'string' ? pattern : JSON.stringify(pattern) };
};
