import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { AlertTopic } from '../../ports/alerts.ts';
import { messageOf, subjectOf } from './alert-message.ts';

/**
 * Publishes the alert: as JSON to queues, functions and web hooks, as a text to mailboxes; kind, state and catalog also as
 * attributes, for subscribers' filter policies.
 */
export const snsAlerts = (TopicArn: string, client = new SNSClient({})): AlertTopic => ({
  publish: async (alert) => {
    const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });
    await client.send(
      new PublishCommand({
        TopicArn,
        Subject: subjectOf(alert),
        MessageStructure: 'json',
        Message: messageOf(alert),
        MessageAttributes: {
          kind: attribute(alert.kind),
          state: attribute(alert.state),
          catalog: attribute(alert.catalog),
        },
      }),
    );
  },
});
