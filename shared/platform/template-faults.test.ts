// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of CloudFormation, not of JavaScript
import { faultsOf, type Template } from './template-faults.ts';

const right = (): Template => ({
  Parameters: { BusName: { Type: 'String' } },
  Resources: {
    Queue: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 180, SqsManagedSseEnabled: true } },
    Rule: {
      Type: 'AWS::Events::Rule',
      DependsOn: ['Queue'],
      Properties: {
        EventBusName: { Ref: 'BusName' },
        EventPattern: { account: [{ Ref: 'AWS::AccountId' }] },
        Targets: [{ Id: 'queue', Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } }],
      },
    },
    Alarm: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        ComparisonOperator: 'LessThanThreshold',
        EvaluationPeriods: 1,
        AlarmDescription: { 'Fn::Sub': 'of ${Queue.QueueName} in ${AWS::Region}, ${!literally}' },
      },
    },
  },
});

describe('a template', () => {
  test('without faults has none', () => expect(faultsOf(right())).toEqual([]));

  test.each<[string, (template: Template) => void, string]>([
    [
      'of a type that does not exist',
      ({ Resources }) => {
        Resources.Queue!.Type = 'AWS::SQS::Qeueu';
      },
      'Queue: no type AWS::SQS::Qeueu',
    ],
    [
      'with a property that does not exist',
      ({ Resources }) => {
        Resources.Queue!.Properties!.VisibilityTimeoutSeconds = 1;
      },
      'Queue: no property VisibilityTimeoutSeconds',
    ],
    [
      'with a property missing inside a list',
      ({ Resources }) => {
        Resources.Rule!.Properties!.Targets = [{ Id: 'queue' }];
      },
      'Rule.Targets[0]: Arn is missing',
    ],
    [
      'with an object for a list',
      ({ Resources }) => {
        Resources.Rule!.Properties!.Targets = { Id: 'queue', Arn: 'x' };
      },
      'Rule.Targets: not a list',
    ],
    [
      'with a text for a number',
      ({ Resources }) => {
        Resources.Queue!.Properties!.VisibilityTimeout = 'long';
      },
      'Queue.VisibilityTimeout: not a whole number',
    ],
    [
      'that refers to nothing',
      ({ Parameters }) => {
        delete Parameters!.BusName;
      },
      'Resources.Rule.Properties.EventBusName: refers to BusName, which is not there',
    ],
    [
      'that asks for an attribute that does not exist',
      ({ Resources }) => {
        Resources.Alarm!.Properties!.AlarmDescription = { 'Fn::Sub': '${Queue.Name}' };
      },
      'Resources.Alarm.Properties.AlarmDescription: AWS::SQS::Queue has no attribute Name',
    ],
    [
      'that depends on nothing',
      ({ Resources }) => {
        Resources.Rule!.DependsOn = 'Topic';
      },
      'Rule: depends on Topic, which is not there',
    ],
  ])('%s is told so', (_what, spoil, fault) => {
    const template = right();
    spoil(template);
    expect(faultsOf(template)).toContain(fault);
  });
});
