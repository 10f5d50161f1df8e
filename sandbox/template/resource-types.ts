import { createHash } from 'node:crypto';
import type { Json } from './json.ts';

/** The account, region and addresses that names are made of. */
export interface Place {
  region: string;
  accountId: string;
  /** The queues' server, without a slash at the end: a queue's Ref is its URL. */
  sqsUrl: string;
}

/** What a resource is called: its physical name, what Ref gives, and what Fn::GetAtt may ask for. */
export interface Identity {
  name: string;
  ref: string;
  /** Undefined for what has no ARN. */
  arn?: string | undefined;
  attributes: Record<string, Json>;
}

/** What an identity is made from. `read` gives a resolved text property, or undefined where it is absent. */
interface Origin {
  read(property: string): string | undefined;
  /** For resources without a name of their own: stack and logical id, as CloudFormation does without the random end. */
  generatedName: string;
  place: Place;
}

type Describe = (origin: Origin) => Identity;

const arnOf = (place: Place, service: string, resource: string, scope = `${place.region}:${place.accountId}`): string =>
  `arn:aws:${service}:${scope}:${resource}`;

/** A type of which nothing but its name matters. */
const named =
  (property: string): Describe =>
  ({ read, generatedName }) => {
    const name = read(property) ?? generatedName;
    return { name, ref: name, attributes: {} };
  };

/** A type whose Ref is its name and that has an Arn. */
const withArn =
  (property: string, service: string, resource: (name: string) => string, scope?: string): Describe =>
  ({ read, generatedName, place }) => {
    const name = read(property) ?? generatedName;
    const arn = arnOf(place, service, resource(name), scope);
    return { name, ref: name, arn, attributes: { Arn: arn } };
  };

const unnamed: Describe = ({ generatedName }) => ({ name: generatedName, ref: generatedName, attributes: {} });

/** A bus is named by its name or its ARN; a rule without one is on the account's default bus. */
export const busNameOf = (nameOrArn: string | undefined): string =>
  nameOrArn === undefined ? 'default' : (nameOrArn.split('event-bus/').at(-1) ?? nameOrArn);

const bucket: Describe = ({ read, generatedName, place }) => {
  const name = read('BucketName') ?? generatedName.toLowerCase();
  const arn = arnOf(place, 's3', name, ':');
  const attributes = {
    Arn: arn,
    DomainName: `${name}.s3.amazonaws.com`,
    RegionalDomainName: `${name}.s3.${place.region}.amazonaws.com`,
  };
  return { name, ref: name, arn, attributes };
};

const queue: Describe = ({ read, generatedName, place }) => {
  const name = read('QueueName') ?? generatedName;
  const arn = arnOf(place, 'sqs', name);
  const url = `${place.sqsUrl}/${place.accountId}/${name}`;
  return { name, ref: url, arn, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
};

const topic: Describe = ({ read, generatedName, place }) => {
  const name = read('TopicName') ?? generatedName;
  const arn = arnOf(place, 'sns', name);
  return { name, ref: arn, arn, attributes: { TopicArn: arn, TopicName: name } };
};

const eventBus: Describe = ({ read, generatedName, place }) => {
  const name = read('Name') ?? generatedName;
  const arn = arnOf(place, 'events', `event-bus/${name}`);
  return { name, ref: name, arn, attributes: { Arn: arn, Name: name } };
};

/** A rule on another bus than the default one is referred to as bus|rule. */
const rule: Describe = ({ read, generatedName, place }) => {
  const name = read('Name') ?? generatedName;
  const bus = busNameOf(read('EventBusName'));
  const arn = arnOf(place, 'events', bus === 'default' ? `rule/${name}` : `rule/${bus}/${name}`);
  return { name, ref: bus === 'default' ? name : `${bus}|${name}`, arn, attributes: { Arn: arn } };
};

const ssmParameter: Describe = ({ read, generatedName, place }) => {
  const name = read('Name') ?? generatedName;
  const arn = arnOf(place, 'ssm', `parameter/${name.replace(/^\//, '')}`);
  return { name, ref: name, arn, attributes: { Type: read('Type') ?? 'String', Value: read('Value') ?? '' } };
};

/** Secrets Manager ends a secret's ARN with six characters of its own; here they follow from the name. */
const secret: Describe = ({ read, generatedName, place }) => {
  const name = read('Name') ?? generatedName;
  const suffix = createHash('sha256').update(name).digest('hex').slice(0, 6);
  const arn = arnOf(place, 'secretsmanager', `secret:${name}-${suffix}`);
  return { name, ref: arn, arn, attributes: { Id: arn } };
};

const lambdaVersion: Describe = ({ read, generatedName, place }) => {
  const ofFunction = (read('FunctionName') ?? generatedName).split(':function:').at(-1) ?? '';
  const arn = arnOf(place, 'lambda', `function:${ofFunction}:1`);
  return { name: generatedName, ref: arn, arn, attributes: { Version: '1', FunctionArn: arn } };
};

const logGroup = withArn('LogGroupName', 'logs', (name) => `log-group:${name}:*`);

const role: Describe = ({ read, generatedName, place }) => {
  const name = read('RoleName') ?? generatedName;
  const arn = arnOf(place, 'iam', `role${read('Path') ?? '/'}${name}`, `:${place.accountId}`);
  return { name, ref: name, arn, attributes: { Arn: arn, RoleId: name } };
};

/** A managed policy's Ref is its ARN. */
const managedPolicy: Describe = ({ read, generatedName, place }) => {
  const name = read('ManagedPolicyName') ?? generatedName;
  const arn = arnOf(place, 'iam', `policy${read('Path') ?? '/'}${name}`, `:${place.accountId}`);
  return { name, ref: arn, arn, attributes: { PolicyArn: arn } };
};

const key: Describe = ({ generatedName, place }) => {
  const arn = arnOf(place, 'kms', `key/${generatedName}`);
  return { name: generatedName, ref: generatedName, arn, attributes: { Arn: arn, KeyId: generatedName } };
};

/** All resource types that the sandbox can name. A template with another one is refused. */
export const resourceTypes: Readonly<Record<string, Describe>> = {
  'AWS::S3::Bucket': bucket,
  'AWS::S3::BucketPolicy': unnamed,
  'AWS::DynamoDB::Table': withArn('TableName', 'dynamodb', (name) => `table/${name}`),
  'AWS::SQS::Queue': queue,
  'AWS::SQS::QueuePolicy': unnamed,
  'AWS::SNS::Topic': topic,
  'AWS::SNS::TopicPolicy': unnamed,
  'AWS::SNS::Subscription': unnamed,
  'AWS::Events::EventBus': eventBus,
  'AWS::Events::EventBusPolicy': unnamed,
  'AWS::Events::Rule': rule,
  'AWS::Events::Archive': withArn('ArchiveName', 'events', (name) => `archive/${name}`),
  'AWS::SSM::Parameter': ssmParameter,
  'AWS::SecretsManager::Secret': secret,
  'AWS::SecretsManager::ResourcePolicy': unnamed,
  'AWS::Lambda::Function': withArn('FunctionName', 'lambda', (name) => `function:${name}`),
  'AWS::Lambda::Version': lambdaVersion,
  'AWS::Lambda::EventSourceMapping': unnamed,
  'AWS::Lambda::EventInvokeConfig': unnamed,
  'AWS::Lambda::Permission': unnamed,
  'AWS::IAM::Role': role,
  'AWS::IAM::Policy': named('PolicyName'),
  'AWS::IAM::ManagedPolicy': managedPolicy,
  'AWS::Logs::LogGroup': logGroup,
  'AWS::Logs::MetricFilter': unnamed,
  'AWS::CloudWatch::Alarm': withArn('AlarmName', 'cloudwatch', (name) => `alarm:${name}`),
  'AWS::CloudWatch::CompositeAlarm': withArn('AlarmName', 'cloudwatch', (name) => `alarm:${name}`),
  'AWS::CloudWatch::Dashboard': named('DashboardName'),
  'AWS::KMS::Key': key,
  'AWS::KMS::Alias': named('AliasName'),
  'AWS::Budgets::Budget': unnamed,
};
