import { readFileSync } from 'node:fs';
import { packageAll } from '../../scripts/package.ts';
import { type Speaker, sourceOf } from '../events/define.ts';
import { allEvents } from '../events/index.ts';
import { faultsOf, type Resource, type Template } from './template-faults.ts';

const STAGE = 'sandbox';
const SERVICES = ['ingest', 'validate', 'transform', 'publish', 'monitor'] as const;
const STACKS = ['platform', ...SERVICES] as const;
type StackName = (typeof STACKS)[number];

const templates = new Map<string, Template>();
beforeAll(async () => {
  const { stacks } = await packageAll({ stage: STAGE, log: () => {} });
  for (const { name, templatePath } of stacks) {
    templates.set(name, JSON.parse(readFileSync(templatePath, 'utf8')) as Template);
  }
}, 180_000);

interface Named {
  name: string;
  resource: Resource;
  // biome-ignore lint/suspicious/noExplicitAny: a template has any shape; the faults' test says which are right
  properties: any;
}
const templateOf = (stack: StackName): Template => templates.get(stack)!;
const ofType = (stack: StackName, type: string): Named[] =>
  Object.entries(templateOf(stack).Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([name, resource]) => ({ name, resource, properties: resource.Properties ?? {} }));
const property = (stack: StackName, name: string) =>
  ofTypeless(stack).find((one) => one.name === name)?.properties ?? {};
const ofTypeless = (stack: StackName): Named[] =>
  Object.entries(templateOf(stack).Resources).map(([name, resource]) => ({
    name,
    resource,
    properties: resource.Properties ?? {},
  }));

const arnOf = (name: string) => ({ 'Fn::GetAtt': [name, 'Arn'] });
/** The resource whose attribute or Ref this is. */
const targetOf = (reference: { Ref?: string; 'Fn::GetAtt'?: [string, string] }): string | undefined =>
  reference.Ref ?? reference['Fn::GetAtt']?.[0];
const sorted = (texts: readonly (string | undefined)[]): string[] => texts.map((text) => text ?? '').sort();
const names = (all: readonly Named[]): string[] => sorted(all.map(({ name }) => name));

const rulesOf = (stack: StackName) => ofType(stack, 'AWS::Events::Rule');
const queuesOf = (stack: StackName) => ofType(stack, 'AWS::SQS::Queue');
const functionsOf = (stack: StackName) => ofType(stack, 'AWS::Lambda::Function');
const deadLetterOf = (queue: Named): string | undefined =>
  queue.properties.RedrivePolicy && targetOf(queue.properties.RedrivePolicy.deadLetterTargetArn);

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Principal?: unknown;
  Condition?: unknown;
}
const rolePolicy = (stack: StackName, role: string): Statement[] =>
  property(stack, role).Policies.flatMap(
    ({ PolicyDocument }: { PolicyDocument: { Statement: Statement[] } }) => PolicyDocument.Statement,
  );
const roleOf = (one: Named): string => targetOf(one.properties.Role) ?? '';

describe.each(STACKS)('the stack of %s', (stack) => {
  test('is made of what CloudFormation knows, and refers to nothing that is missing', () => {
    expect(faultsOf(templateOf(stack))).toEqual([]);
  });

  test('makes a bus only where it is the platform, and no role that nobody wrote', () => {
    expect(names(ofType(stack, 'AWS::Events::EventBus'))).toEqual(stack === 'platform' ? ['Bus'] : []);
    expect(names(ofType(stack, 'AWS::IAM::Role'))).toEqual(sorted(functionsOf(stack).map(roleOf)));
  });

  test('reads only parameters that the platform publishes', () => {
    const published = ofType('platform', 'AWS::SSM::Parameter').map(({ properties }) => properties.Name);
    for (const { Type, Default } of Object.values(templateOf(stack).Parameters ?? {})) {
      expect(Type).toBe('AWS::SSM::Parameter::Value<String>');
      expect(published).toContain(Default);
    }
  });

  test('keeps no secret: not in a function, not as the value of one', () => {
    for (const one of functionsOf(stack)) {
      const secret = Object.keys(one.properties.Environment.Variables).filter(
        (key) => /token|secret|password|key/i.test(key) && !/_ID$/.test(key),
      );
      expect([one.name, secret]).toEqual([one.name, []]);
    }
    for (const { properties } of ofType(stack, 'AWS::SecretsManager::Secret')) {
      expect(Object.keys(properties).sort()).toEqual(['Description', 'Name']);
    }
  });
});

describe.each(SERVICES)('the rules of %s', (service) => {
  test('hear on the default bus only S3 and the clock, on the own bus only domain events', () => {
    for (const { name, properties } of rulesOf(service)) {
      const sources: unknown[] = properties.EventPattern?.source ?? [];
      const onDefault = properties.ScheduleExpression !== undefined || sources.includes('aws.s3');
      expect([name, properties.EventBusName]).toEqual([name, onDefault ? undefined : { Ref: 'BusName' }]);
    }
  });

  test('pin the source and the account', () => {
    for (const { name, properties } of rulesOf(service)) {
      if (properties.ScheduleExpression !== undefined) continue;
      expect([name, properties.EventPattern.account]).toEqual([name, [{ Ref: 'AWS::AccountId' }]]);
      expect(properties.EventPattern.source).toHaveLength(1);
    }
  });

  test('wait for events that exist, from the one who says them', () => {
    for (const { name, properties } of rulesOf(service)) {
      const [source] = properties.EventPattern?.source ?? [];
      if (typeof source !== 'string' || source === 'aws.s3') continue;
      const said = allEvents
        .filter(({ speaker }) => sourceOf(speaker as Speaker) === source)
        .map((event) => event.name);
      expect([name, said]).toEqual([name, expect.arrayContaining(properties.EventPattern['detail-type'])]);
    }
  });

  test('fill a queue of this service, may do so, and keep what they cannot deliver', () => {
    const policies = ofType(service, 'AWS::SQS::QueuePolicy');
    const sendersTo = (queue: string): unknown[] =>
      policies
        .filter(({ properties }) => properties.Queues.some((one: object) => targetOf(one) === queue))
        .flatMap(({ properties }) => properties.PolicyDocument.Statement)
        .filter(({ Action, Resource }) => Action === 'sqs:SendMessage' && targetOf(Resource) === queue)
        .flatMap(({ Condition }) => [Condition.ArnEquals['aws:SourceArn']].flat());
    for (const { name, properties } of rulesOf(service)) {
      expect(properties.State ?? 'ENABLED').toBe('ENABLED');
      expect(properties.Targets).toHaveLength(1);
      const [target] = properties.Targets;
      const queue = queuesOf(service).find((one) => one.name === targetOf(target.Arn));
      expect(queue).toBeDefined();
      expect(targetOf(target.DeadLetterConfig.Arn)).toBe(deadLetterOf(queue!));
      expect(target.RetryPolicy).toBeDefined();
      for (const receiver of [queue!.name, deadLetterOf(queue!)!]) {
        expect(sendersTo(receiver)).toContainEqual(arnOf(name));
      }
    }
  });

  test('alone may send to its queues', () => {
    const rules = names(rulesOf(service));
    for (const { properties } of ofType(service, 'AWS::SQS::QueuePolicy')) {
      for (const { Principal, Condition } of properties.PolicyDocument.Statement) {
        expect(Principal).toEqual({ Service: 'events.amazonaws.com' });
        for (const arn of [Condition.ArnEquals['aws:SourceArn']].flat()) expect(rules).toContain(targetOf(arn));
      }
    }
  });
});

describe.each(SERVICES)('the queues of %s', (service) => {
  test('are encrypted', () => {
    for (const { name, properties } of queuesOf(service)) {
      expect([name, properties.SqsManagedSseEnabled]).toEqual([name, true]);
    }
  });

  test('each end in a dead letter queue whose first message raises an alarm', () => {
    const read = queuesOf(service).filter((queue) => deadLetterOf(queue) !== undefined);
    const dead = queuesOf(service).filter((queue) => deadLetterOf(queue) === undefined);
    expect(sorted(read.map(deadLetterOf))).toEqual(names(dead));
    for (const queue of read) expect(queue.properties.RedrivePolicy.maxReceiveCount).toBe(5);
    for (const { name, properties } of dead) {
      expect(properties.MessageRetentionPeriod).toBe(14 * 24 * 3600);
      const alarm = ofType(service, 'AWS::CloudWatch::Alarm').find(
        (one) => targetOf(one.properties.Dimensions[0].Value) === name,
      );
      expect(alarm?.properties).toMatchObject({
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        AlarmActions: [{ Ref: 'AlertTopic' }],
      });
      expect(alarm?.properties.AlarmName).toMatch(new RegExp(`^catalog-sync-${STAGE}-`));
    }
  });

  test('are each read by one function, ten at a time, with partial answers, invisible for six timeouts', () => {
    const mappings = ofType(service, 'AWS::Lambda::EventSourceMapping');
    const read = queuesOf(service).filter((queue) => deadLetterOf(queue) !== undefined);
    expect(sorted(mappings.map(({ properties }) => targetOf(properties.EventSourceArn)))).toEqual(names(read));
    expect(sorted(mappings.map(({ properties }) => targetOf(properties.FunctionName)))).toEqual(
      names(functionsOf(service)),
    );
    for (const { properties } of mappings) {
      expect(properties).toMatchObject({ BatchSize: 10, FunctionResponseTypes: ['ReportBatchItemFailures'] });
      expect(properties.ScalingConfig.MaximumConcurrency).toBeGreaterThanOrEqual(2);
      const queue = property(service, targetOf(properties.EventSourceArn)!);
      const { Timeout } = property(service, targetOf(properties.FunctionName)!);
      expect(queue.VisibilityTimeout).toBeGreaterThanOrEqual(6 * Timeout);
    }
  });
});

describe.each(SERVICES)('the functions of %s', (service) => {
  test('run on Node 24 and ARM, with the handler of their name and a log that is not kept for ever', () => {
    for (const { properties } of functionsOf(service)) {
      const short = properties.FunctionName.split('-').at(-1);
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: `handler.${short}`,
        FunctionName: `catalog-sync-${service}-${STAGE}-${short}`,
      });
    }
    const logs = ofType(service, 'AWS::Logs::LogGroup');
    expect(logs).toHaveLength(functionsOf(service).length);
    for (const { properties } of logs) expect(properties.RetentionInDays).toBe(30);
  });

  test('each have a role of their own, which Lambda alone may take', () => {
    const roles = functionsOf(service).map(roleOf);
    expect(new Set(roles).size).toBe(roles.length);
    for (const role of roles) {
      const { AssumeRolePolicyDocument, ManagedPolicyArns } = property(service, role);
      expect(ManagedPolicyArns).toBeUndefined();
      expect(AssumeRolePolicyDocument.Statement).toEqual([
        { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ]);
    }
  });

  test('may do named things to named resources, and to objects below named folders', () => {
    for (const role of functionsOf(service).map(roleOf)) {
      for (const { Effect, Action, Resource } of rolePolicy(service, role)) {
        expect(Effect).toBe('Allow');
        expect([Action].flat().filter((action) => action.includes('*'))).toEqual([]);
        for (const one of [Resource].flat()) {
          const text = typeof one === 'string' ? one : ((one as { 'Fn::Sub'?: string })['Fn::Sub'] ?? '');
          // A star stands for the keys below a folder, and nowhere else.
          expect(text.replace(/^(arn:\$\{AWS::Partition\}:s3:::\$\{\w+\}\/.*)\*$/, '$1')).not.toContain('*');
        }
      }
    }
  });

  test('read their own queue, write their own log', () => {
    for (const one of functionsOf(service)) {
      const statements = rolePolicy(service, roleOf(one));
      const resourcesOf = (prefix: string) =>
        statements.filter(({ Action }) => [Action].flat().every((a) => a.startsWith(prefix))).map((s) => s.Resource);
      const mapping = ofType(service, 'AWS::Lambda::EventSourceMapping').find(
        ({ properties }) => targetOf(properties.FunctionName) === one.name,
      );
      expect(resourcesOf('sqs:')).toEqual([mapping?.properties.EventSourceArn]);
      const log = ofType(service, 'AWS::Logs::LogGroup').find(
        ({ properties }) => properties.LogGroupName === `/aws/lambda/${one.properties.FunctionName}`,
      );
      expect(resourcesOf('logs:')).toEqual([arnOf(log!.name)]);
    }
  });

  test('write no table but their own, and of others read single items', () => {
    for (const role of functionsOf(service).map(roleOf)) {
      for (const { Action, Resource } of rolePolicy(service, role)) {
        const actions = [Action].flat().filter((action) => action.startsWith('dynamodb:'));
        const foreign = [Resource].flat().filter((one) => JSON.stringify(one).includes(':table/'));
        if (actions.length > 0 && foreign.length > 0) expect(actions).toEqual(['dynamodb:GetItem']);
      }
    }
  });

  test('never write below the prefix that wakes them', () => {
    for (const role of functionsOf(service).map(roleOf)) {
      for (const { Action, Resource } of rolePolicy(service, role)) {
        if (![Action].flat().includes('s3:PutObject')) continue;
        for (const one of [Resource].flat()) {
          expect((one as { 'Fn::Sub': string })['Fn::Sub']).not.toMatch(/\$\{LandingBucket\}\/(data|\*)/);
        }
      }
    }
  });

  test('may list each bucket that they read, or S3 would not tell them what is not there', () => {
    for (const role of functionsOf(service).map(roleOf)) {
      const statements = rolePolicy(service, role);
      const bucketsOf = (wanted: RegExp) =>
        statements
          .filter(({ Action }) => [Action].flat().some((action) => wanted.test(action)))
          .flatMap(({ Resource }) => [Resource].flat())
          .map((one) => /\$\{(\w+Bucket)\}/.exec(JSON.stringify(one))?.[1]);
      expect(new Set(bucketsOf(/^s3:ListBucket$/))).toEqual(new Set(bucketsOf(/^s3:GetObject(Version)?$/)));
    }
  });

  test('get the token only where they call Meta', () => {
    for (const one of functionsOf(service)) {
      const may = rolePolicy(service, roleOf(one)).some(({ Action }) => Action === 'secretsmanager:GetSecretValue');
      const told = one.properties.Environment.Variables.META_SECRET_ID !== undefined;
      expect([one.name, may, told]).toEqual([
        one.name,
        ['publish', 'monitor'].includes(service),
        ['publish', 'monitor'].includes(service),
      ]);
    }
  });

  test('keep their state in one table that outlives the stack and can be taken back in time', () => {
    const tables = ofType(service, 'AWS::DynamoDB::Table');
    expect(tables).toHaveLength(1);
    const [{ resource, properties }] = tables as [Named];
    expect(resource).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(properties).toMatchObject({
      TableName: `catalog-sync-${STAGE}-${service}`,
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    // Memory never ends before an event that could come back: a replay must find what was done.
    expect(properties.TimeToLiveSpecification).toBeUndefined();
    const variable = functionsOf(service)[0]?.properties.Environment.Variables[`${service.toUpperCase()}_TABLE`];
    expect(variable).toBe(properties.TableName);
  });
});

describe('the landing rule', () => {
  test('hears what arrives below data/ of the landing bucket, and nothing else', () => {
    expect(property('ingest', 'WhenFileLands').EventPattern).toEqual({
      source: ['aws.s3'],
      account: [{ Ref: 'AWS::AccountId' }],
      'detail-type': ['Object Created'],
      detail: { bucket: { name: [{ Ref: 'LandingBucket' }] }, object: { key: [{ prefix: 'data/' }] } },
    });
    expect(property('platform', 'LandingBucket').NotificationConfiguration).toEqual({
      EventBridgeConfiguration: { EventBridgeEnabled: true },
    });
  });

  test('fills a queue that waits for files uploaded together', () => {
    expect(property('ingest', 'Landing').DelaySeconds).toBe(5);
  });
});

describe('the flow', () => {
  test.each<[StackName, string, string[]]>([
    ['ingest', 'ToIngest', ['SyncRequested', 'SyncSettled']],
    ['validate', 'ToValidate', ['FilesLanded']],
    [
      'transform',
      'ToTransform',
      ['BatchValidated', 'BatchesSettled', 'PlanApproved', 'PlanDiscarded', 'ValidationFailed'],
    ],
    ['publish', 'ToPublish', ['HandleErrored', 'HandleFinished', 'ProductsTransformed']],
    ['monitor', 'ToAsk', ['BatchSent']],
  ])('%s hears in %s: %s', (service, queue, events) => {
    const heard = rulesOf(service)
      .filter(({ properties }) => targetOf(properties.Targets[0].Arn) === queue)
      .flatMap(({ properties }) => properties.EventPattern?.['detail-type'] ?? []);
    expect(sorted(heard)).toEqual(events);
  });

  test.each<[StackName, string, string[]]>([
    ['ingest', 'ToIngest', ['rate(1 hour)', 'rate(1 minute)']],
    ['validate', 'ToValidate', ['rate(1 minute)']],
    ['transform', 'ToTransform', ['rate(1 minute)']],
    ['publish', 'ToPublish', ['rate(1 minute)']],
    ['monitor', 'ToWatch', ['rate(1 minute)']],
  ])('%s sweeps by %s: %s', (service, queue, expressions) => {
    const schedules = rulesOf(service).filter(({ properties }) => properties.ScheduleExpression !== undefined);
    expect(schedules.map(({ properties }) => targetOf(properties.Targets[0].Arn))).toEqual(schedules.map(() => queue));
    expect(sorted(schedules.map(({ properties }) => properties.ScheduleExpression))).toEqual(expressions);
  });

  test('monitor hears every domain event', () => {
    expect(property('monitor', 'WhenAnythingHappens').EventPattern).toEqual({
      source: [{ prefix: 'catalog-sync.' }],
      account: [{ Ref: 'AWS::AccountId' }],
    });
  });
});

describe('the bus', () => {
  test('is open to this account alone', () => {
    const policies = ofType('platform', 'AWS::Events::EventBusPolicy');
    expect(policies.map(({ properties }) => properties.Statement.Principal)).toEqual([
      { AWS: { 'Fn::Sub': expect.stringMatching(/^arn:\$\{AWS::Partition\}:iam::\$\{AWS::AccountId\}:root$/) } },
    ]);
  });

  test('keeps every domain event, as long as the files that it speaks of', () => {
    const { EventPattern, RetentionDays, SourceArn } = property('platform', 'EventArchive');
    expect(SourceArn).toEqual(arnOf('Bus'));
    expect(EventPattern.source).toEqual([{ prefix: 'catalog-sync.' }]);
    expect(RetentionDays).toBe(30);
    for (const folder of ['archive/', 'refused/']) expect(lifecycle(folder).ExpirationInDays).toBe(RetentionDays);
  });
});

const rulesOfBucket = (bucket: string) => property('platform', bucket).LifecycleConfiguration.Rules;
const lifecycle = (prefix: string) =>
  rulesOfBucket('LandingBucket').find((one: { Prefix?: string }) => one.Prefix === prefix);

describe('the buckets', () => {
  test.each(['LandingBucket', 'SyncedBucket', 'WorkBucket'])(
    '%s is private, encrypted, over TLS, and kept',
    (bucket) => {
      const { resource, properties } = ofTypeless('platform').find(({ name }) => name === bucket)!;
      expect(resource).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
      expect(properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      expect(properties.OwnershipControls.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
      expect(properties.BucketEncryption.ServerSideEncryptionConfiguration).toEqual([
        { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
      ]);
      const policy = ofType('platform', 'AWS::S3::BucketPolicy').find(
        (one) => targetOf(one.properties.Bucket) === bucket,
      )!;
      expect(policy.properties.PolicyDocument.Statement).toEqual([
        expect.objectContaining({
          Effect: 'Deny',
          Action: 's3:*',
          Resource: [arnOf(bucket), { 'Fn::Sub': `\${${bucket}.Arn}/*` }],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      ]);
      const aborts = rulesOfBucket(bucket).filter((rule: object) => 'AbortIncompleteMultipartUpload' in rule);
      expect(aborts).toEqual([expect.objectContaining({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } })]);
      expect(aborts[0].Prefix).toBeUndefined();
    },
  );

  test('the landing bucket keeps versions; archive/ and refused/ end after 30 days', () => {
    expect(property('platform', 'LandingBucket').VersioningConfiguration).toEqual({ Status: 'Enabled' });
    for (const folder of ['archive/', 'refused/']) {
      expect(lifecycle(folder)).toMatchObject({
        Status: 'Enabled',
        ExpirationInDays: 30,
        NoncurrentVersionExpiration: { NoncurrentDays: 30 },
      });
    }
  });

  test('no rule ever expires a file that waits in data/', () => {
    const expiring = rulesOfBucket('LandingBucket').filter(
      (rule: object) => 'ExpirationInDays' in rule || 'ExpirationDate' in rule || 'NoncurrentVersionExpiration' in rule,
    );
    expect(sorted(expiring.map(({ Prefix }: { Prefix?: string }) => Prefix))).toEqual(['archive/', 'refused/']);
  });

  test('what was sent ends after 30 days', () => {
    expect(rulesOfBucket('SyncedBucket')).toEqual([
      expect.objectContaining({ Status: 'Enabled', ExpirationInDays: 30 }),
    ]);
  });

  test('states never end by age, and what syncs work with outlives a plan that is held for months', () => {
    const expiring = rulesOfBucket('WorkBucket').filter((rule: object) => 'ExpirationInDays' in rule);
    expect(sorted(expiring.map(({ Prefix }: { Prefix?: string }) => Prefix))).toEqual(['parked/', 'syncs/']);
    const [syncs] = expiring.filter(({ Prefix }: { Prefix?: string }) => Prefix === 'syncs/');
    expect(syncs.ExpirationInDays).toBeGreaterThanOrEqual(365);
  });
});

describe('alerts', () => {
  test('go by e-mail, and the alarms of this stage may send them', () => {
    const [subscription] = ofType('platform', 'AWS::SNS::Subscription');
    expect(subscription?.properties).toMatchObject({ Protocol: 'email', TopicArn: { Ref: 'AlertTopic' } });
    const [policy] = ofType('platform', 'AWS::SNS::TopicPolicy');
    const allows = policy?.properties.PolicyDocument.Statement.filter(({ Effect }: Statement) => Effect === 'Allow');
    expect(allows).toEqual([
      expect.objectContaining({
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: { Ref: 'AlertTopic' },
      }),
    ]);
  });

  test('monitor alone raises them, and its silence is one', () => {
    const may = SERVICES.flatMap((service) => functionsOf(service).map((one) => ({ service, one }))).filter(
      ({ service, one }) => rolePolicy(service, roleOf(one)).some(({ Action }) => Action === 'sns:Publish'),
    );
    expect(may.map(({ one }) => one.name)).toEqual(['WatchLambdaFunction']);
    expect(property('monitor', 'HeartbeatAlarm')).toMatchObject({
      Namespace: 'CatalogSync',
      MetricName: 'Heartbeat',
      Dimensions: [{ Name: 'Stage', Value: STAGE }],
      Statistic: 'Sum',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
      AlarmActions: [{ Ref: 'AlertTopic' }],
    });
  });
});
