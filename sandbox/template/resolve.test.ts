// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Fn::Sub has the same braces.
import type { Json, JsonObject } from './json.ts';
import { type ResolveOptions, resolveStacks } from './resolve.ts';

const place = { region: 'eu-central-1', accountId: '000000000000', sqsUrl: 'http://127.0.0.1:1' };

/** Resolves one value as the DisplayName of a topic beside the given sections of a template. */
const resolvedValue = (
  value: Json,
  sections: JsonObject = {},
  options: Partial<ResolveOptions> = {},
): Json | undefined => {
  const { Resources, ...rest } = sections;
  const probe = { Type: 'AWS::SNS::Topic', Properties: { DisplayName: value } };
  const template = { ...rest, Resources: { ...(Resources as JsonObject), Probe: probe } };
  const found = resolveStacks([{ name: 'stack', template }], { place, ...options });
  return found.find(({ logicalId }) => logicalId === 'Probe')?.properties.DisplayName;
};

const resource = (type: string, properties: JsonObject = {}): JsonObject => ({
  Resources: { It: { Type: type, Properties: properties } },
});

describe('functions', () => {
  const sections: JsonObject = {
    Parameters: { Stage: { Type: 'String', Default: 'sandbox' } },
    Conditions: {
      IsSandbox: { 'Fn::Equals': [{ Ref: 'Stage' }, 'sandbox'] },
      IsLive: { 'Fn::Not': [{ Condition: 'IsSandbox' }] },
      Both: { 'Fn::And': [{ Condition: 'IsSandbox' }, { Condition: 'IsLive' }] },
      Either: { 'Fn::Or': [{ Condition: 'IsSandbox' }, { Condition: 'IsLive' }] },
    },
    Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::Sub': 'q-${Stage}' } } } },
  };
  test.each<[string, Json, Json | undefined]>([
    ['plain values', { a: [1, true, null, 'x'] }, { a: [1, true, null, 'x'] }],
    ['a parameter', { Ref: 'Stage' }, 'sandbox'],
    ['a pseudo parameter', { Ref: 'AWS::Region' }, 'eu-central-1'],
    ['no value leaves the key out', { a: { Ref: 'AWS::NoValue' }, b: [{ Ref: 'AWS::NoValue' }, 1] }, { b: [1] }],
    ['GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:aws:sqs:eu-central-1:000000000000:q-sandbox'],
    ['GetAtt as a text', { 'Fn::GetAtt': 'Queue.QueueName' }, 'q-sandbox'],
    ['Sub', { 'Fn::Sub': '${AWS::Partition}/${Stage}/${Queue.QueueName}/${!raw}' }, 'aws/sandbox/q-sandbox/${raw}'],
    ['Sub with variables', { 'Fn::Sub': ['${a}-${Stage}', { a: { Ref: 'Stage' } }] }, 'sandbox-sandbox'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Stage' }, 1]] }, 'a-sandbox-1'],
    ['Join over Split', { 'Fn::Join': ['+', { 'Fn::Split': [',', 'a,b'] }] }, 'a+b'],
    ['Select', { 'Fn::Select': ['1', { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    ['If, holds', { 'Fn::If': ['IsSandbox', 'yes', { Ref: 'Nothing' }] }, 'yes'],
    ['If, holds not', { 'Fn::If': ['IsLive', 'yes', 'no'] }, 'no'],
    ['If with And', { 'Fn::If': ['Both', 'yes', 'no'] }, 'no'],
    ['If with Or', { 'Fn::If': ['Either', 'yes', 'no'] }, 'yes'],
    [
      'an IAM statement with a Condition',
      { Condition: { Bool: { x: 'true' } } },
      { Condition: { Bool: { x: 'true' } } },
    ],
    ['an SSM reference in a text', 'a-{{resolve:ssm:/p}}', 'a-set'],
  ])('%s', (_name, value, expected) => {
    expect(resolvedValue(value, sections, { parameters: { '/p': 'set' } })).toEqual(expected);
  });
});

describe('names, Ref and ARN by type', () => {
  const inRegion = (service: string, what: string) => `arn:aws:${service}:eu-central-1:000000000000:${what}`;
  test.each<[string, JsonObject, string, string | undefined]>([
    ['AWS::S3::Bucket', { BucketName: 'b' }, 'b', 'arn:aws:s3:::b'],
    ['AWS::S3::Bucket', {}, 'stack-it', 'arn:aws:s3:::stack-it'],
    ['AWS::DynamoDB::Table', { TableName: 't' }, 't', inRegion('dynamodb', 'table/t')],
    ['AWS::SQS::Queue', { QueueName: 'q' }, 'http://127.0.0.1:1/000000000000/q', inRegion('sqs', 'q')],
    ['AWS::SNS::Topic', { TopicName: 't' }, inRegion('sns', 't'), inRegion('sns', 't')],
    ['AWS::Events::EventBus', { Name: 'bus' }, 'bus', inRegion('events', 'event-bus/bus')],
    ['AWS::Events::Rule', { Name: 'r' }, 'r', inRegion('events', 'rule/r')],
    ['AWS::Events::Rule', { Name: 'r', EventBusName: 'bus' }, 'bus|r', inRegion('events', 'rule/bus/r')],
    [
      'AWS::Events::Rule',
      { Name: 'r', EventBusName: inRegion('events', 'event-bus/bus') },
      'bus|r',
      inRegion('events', 'rule/bus/r'),
    ],
    ['AWS::Events::Archive', { ArchiveName: 'a' }, 'a', inRegion('events', 'archive/a')],
    ['AWS::Lambda::Function', { FunctionName: 'f' }, 'f', inRegion('lambda', 'function:f')],
    ['AWS::SSM::Parameter', { Name: '/a/b', Value: 'v' }, '/a/b', inRegion('ssm', 'parameter/a/b')],
    ['AWS::IAM::Role', { RoleName: 'r' }, 'r', 'arn:aws:iam::000000000000:role/r'],
    ['AWS::Logs::LogGroup', { LogGroupName: '/l' }, '/l', inRegion('logs', 'log-group:/l:*')],
  ])('%s %j', (type, properties, ref, arn) => {
    const found = resolveStacks([{ name: 'stack', template: resource(type, properties) }], { place });
    expect(found[0]?.arn).toBe(arn);
    expect(resolvedValue({ Ref: 'It' }, resource(type, properties))).toBe(ref);
  });

  test("a secret's Ref is its ARN, which ends with six characters", () => {
    expect(resolvedValue({ Ref: 'It' }, resource('AWS::SecretsManager::Secret', { Name: 'a/b' }))).toMatch(
      /^arn:aws:secretsmanager:eu-central-1:000000000000:secret:a\/b-[0-9a-f]{6}$/,
    );
  });
});

describe('between stacks', () => {
  const platform = {
    name: 'platform',
    template: {
      Resources: {
        Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'bus' } },
        BusName: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/bus', Type: 'String', Value: { Ref: 'Bus' } } },
      },
      Outputs: { BusArn: { Value: { 'Fn::GetAtt': ['Bus', 'Arn'] }, Export: { Name: 'bus-arn' } } },
    },
  };
  const service = {
    name: 'service',
    template: {
      Parameters: { BusName: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/bus' } },
      Resources: {
        Topic: {
          Type: 'AWS::SNS::Topic',
          Properties: { DisplayName: { 'Fn::Join': [' ', [{ Ref: 'BusName' }, { 'Fn::ImportValue': 'bus-arn' }]] } },
        },
      },
    },
  };
  const textWith = (options: Partial<ResolveOptions> = {}): Json | undefined =>
    resolveStacks([platform, service], { place, ...options }).at(-1)?.properties.DisplayName;

  test('a later stack reads SSM parameters and exports of an earlier one', () => {
    expect(textWith()).toBe('bus arn:aws:events:eu-central-1:000000000000:event-bus/bus');
  });
  test('an SSM parameter that is set from outside stands above the template', () => {
    expect(textWith({ parameters: { '/bus': 'other' } })).toMatch(/^other /);
    const made = resolveStacks([platform], { place, parameters: { '/bus': 'other' } });
    expect(made.find(({ type }) => type === 'AWS::SSM::Parameter')?.properties.Value).toBe('other');
  });
  test('in the wrong order it is an error', () => {
    expect(() => resolveStacks([service, platform], { place })).toThrow('SSM parameter /bus');
  });
});

test('a resource whose condition does not hold is left out', () => {
  const template = {
    Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
    Resources: { Gone: { Type: 'AWS::SNS::Topic', Condition: 'Never' }, Kept: { Type: 'AWS::SNS::Topic' } },
  };
  expect(resolveStacks([{ name: 's', template }], { place }).map(({ logicalId }) => logicalId)).toEqual(['Kept']);
});

describe('what cannot be resolved is an error that says where', () => {
  test.each<[Json, JsonObject, string]>([
    [{ a: [{ Ref: 'Nothing' }] }, {}, 'template of stack, Resources.Probe.Properties.DisplayName.a.0.Ref: there is no'],
    [{ 'Fn::GetAZs': '' }, {}, 'DisplayName.Fn::GetAZs: the sandbox does not know this function'],
    [{ 'Fn::GetAtt': ['It', 'Color'] }, resource('AWS::SNS::Topic'), 'no attribute Color of It'],
    [{ 'Fn::ImportValue': 'x' }, {}, 'exports x'],
    [{ 'Fn::Sub': '${Nothing}' }, {}, 'resource Nothing'],
    [{ 'Fn::Select': [3, ['a']] }, {}, 'no entry'],
    [{ 'Fn::If': ['Nope', 1, 2] }, {}, 'no condition Nope'],
    ['{{resolve:secretsmanager:x}}', {}, 'cannot resolve {{resolve:secretsmanager:x}}'],
    [{ Ref: 'P' }, { Parameters: { P: { Type: 'String' } } }, 'P has no default'],
    [{ Ref: 'P' }, { Parameters: { P: { Type: 'List<Number>', Default: '1' } } }, 'parameters of type List<Number>'],
    ['x', resource('AWS::EC2::Instance'), 'template of stack, Resources.It: the sandbox does not know resources'],
    ['x', resource('AWS::SQS::Queue', { QueueName: { 'Fn::GetAtt': ['It', 'Arn'] } }), 'the name of It needs itself'],
  ])('%j', (value, sections, message) => {
    expect(() => resolvedValue(value, sections)).toThrow(message);
  });
});
