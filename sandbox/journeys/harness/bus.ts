import {
  DescribeArchiveCommand,
  DescribeReplayCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  StartReplayCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SandboxInfo } from '../../process/sandbox-info.ts';
import { waitFor } from './wait-for.ts';

export interface HearingRule {
  bus: string;
  name: string;
  /** A tick's schedule, or undefined for a rule that hears events. */
  schedule: string | undefined;
  targets: Target[];
}

/** The buses with their rules and archive, and the queues that they fill, as the account's owner sees them. */
export interface Bus {
  rules(): Promise<HearingRule[]>;
  enable(rule: HearingRule): Promise<void>;
  disable(rule: HearingRule): Promise<void>;
  /** From now on each event comes as many times more to each target of the rule. At most four: EventBridge has five targets a rule. */
  repeat(rule: HearingRule, times: number): Promise<void>;
  /** Makes a rule on a bus, and a queue of the same name that it fills. Answers how many messages have come. */
  listen(bus: string, name: string, pattern: object): Promise<() => Promise<number>>;
  /** How many events the archive holds. */
  archived(): Promise<number>;
  /** Delivers all that the archive holds once more, and waits until it is delivered. */
  replay(name: string): Promise<void>;
  /** Messages in all queues, those included that a function is working on. */
  waiting(): Promise<number>;
}

export const busOf = ({ events, sqs, region, archiveName }: SandboxInfo): Bus => {
  const common = { region, credentials: { accessKeyId: 'shop', secretAccessKey: 'shop' } };
  const bridge = new EventBridgeClient({ endpoint: events, ...common });
  const queues = new SQSClient({ endpoint: sqs, ...common });
  const messagesIn = async (QueueUrl: string | undefined): Promise<number> => {
    const states = ['', 'NotVisible', 'Delayed'] as const;
    const AttributeNames = states.map((state) => `ApproximateNumberOfMessages${state}` as const);
    const { Attributes = {} } = await queues.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
    return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
  };
  return {
    rules: async () => {
      const { EventBuses = [] } = await bridge.send(new ListEventBusesCommand({}));
      const lists = EventBuses.map(async ({ Name: EventBusName = '' }) => {
        const { Rules = [] } = await bridge.send(new ListRulesCommand({ EventBusName }));
        return Promise.all(
          Rules.map(async ({ Name = '', ScheduleExpression }): Promise<HearingRule> => {
            const { Targets = [] } = await bridge.send(new ListTargetsByRuleCommand({ EventBusName, Rule: Name }));
            return { bus: EventBusName, name: Name, schedule: ScheduleExpression, targets: Targets };
          }),
        );
      });
      return (await Promise.all(lists)).flat();
    },
    enable: async ({ bus: EventBusName, name: Name }) => {
      await bridge.send(new EnableRuleCommand({ EventBusName, Name }));
    },
    disable: async ({ bus: EventBusName, name: Name }) => {
      await bridge.send(new DisableRuleCommand({ EventBusName, Name }));
    },
    repeat: async ({ bus: EventBusName, name: Rule, targets }, times) => {
      const Targets = targets.flatMap((target) =>
        Array.from({ length: times }, (_, n) => ({ ...target, Id: `${target.Id}-${n + 2}` })),
      );
      await bridge.send(new PutTargetsCommand({ EventBusName, Rule, Targets }));
    },
    archived: async () => {
      const { EventCount = 0 } = await bridge.send(new DescribeArchiveCommand({ ArchiveName: archiveName }));
      return EventCount;
    },
    replay: async (ReplayName) => {
      const { EventSourceArn: bus = '', ArchiveArn } = await bridge.send(
        new DescribeArchiveCommand({ ArchiveName: archiveName }),
      );
      await bridge.send(
        new StartReplayCommand({
          ReplayName,
          EventSourceArn: ArchiveArn,
          EventStartTime: new Date(0),
          // Later than any clock that a journey has moved on.
          EventEndTime: new Date(Date.now() + 366 * 86_400_000),
          Destination: { Arn: bus },
        }),
      );
      await waitFor(`the end of the replay ${ReplayName}`, async () => {
        const { State } = await bridge.send(new DescribeReplayCommand({ ReplayName }));
        return State === 'COMPLETED' ? true : undefined;
      });
    },
    listen: async (EventBusName, name, pattern) => {
      const { QueueUrl } = await queues.send(new CreateQueueCommand({ QueueName: name }));
      const { Attributes } = await queues.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
      );
      const EventPattern = JSON.stringify(pattern);
      await bridge.send(new PutRuleCommand({ EventBusName, Name: name, EventPattern }));
      const Targets = [{ Id: 'queue', Arn: Attributes?.QueueArn }];
      await bridge.send(new PutTargetsCommand({ EventBusName, Rule: name, Targets }));
      return () => messagesIn(QueueUrl);
    },
    waiting: async () => {
      const { QueueUrls = [] } = await queues.send(new ListQueuesCommand({}));
      return (await Promise.all(QueueUrls.map(messagesIn))).reduce((sum, count) => sum + count, 0);
    },
  };
};
