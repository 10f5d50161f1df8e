import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { DeliveryUnderTest } from '../aws/events/delivery.conformance.ts';
import { eventually } from './eventually.ts';
import { makeBus, makeOpenQueue } from './make.ts';
import type { Target } from './target.ts';

/** So long may the slowest part of AWS, an archive, take to show what was put. */
const ARCHIVE_MS = 20 * 60_000;

const jsonOrText = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** Buses and queues of a target, for the suite of what EventBridge delivers. */
export const deliveryOn = (target: Target): DeliveryUnderTest => ({
  client: target.clients.events,
  makeBus: () => makeBus(target),
  settle: target.settle,
  eventually: (look) => eventually(look, ARCHIVE_MS),
  makeQueue: async () => {
    const { sqs } = target.clients;
    const { arn, url: QueueUrl } = await makeOpenQueue(target);
    const bodies: string[] = [];
    const take = async (WaitTimeSeconds: number): Promise<void> => {
      const asked = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds };
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(asked));
      for (const { Body = '', ReceiptHandle } of Messages) {
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        bodies.push(Body);
      }
    };
    return {
      arn,
      receive: async (count) => {
        await eventually(async () => {
          if (bodies.length < count) await take(target.pollSeconds);
          if (bodies.length < count) throw new Error(`${bodies.length} of ${count} messages came to ${arn}`);
        });
        await take(target.pollSeconds);
        return bodies
          .splice(0)
          .sort((a, b) => (a < b ? -1 : 1))
          .map(jsonOrText);
      },
    };
  },
});
