import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { AlertTopic } from '../../ports/alerts.ts';

/** SNS takes subjects of up to 100 ASCII characters, without line breaks (Publish reference). */
const subjectOf = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 100);

/** Publishes the alert as JSON; kind, state and catalog also as attributes, for subscribers' filter policies. */
export const snsAlerts = (TopicArn: string, client = new SNSClient({})): AlertTopic => ({
  publish: async (alert) => {
    const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });
    await client.send(
      new PublishCommand({
        TopicArn,
        Subject: subjectOf(`[catalog-sync] ${alert.state === 'cleared' ? 'over: ' : ''}${alert.subject}`),
        Message: JSON.stringify(alert),
        MessageAttributes: {
          kind: attribute(alert.kind),
          state: attribute(alert.state),
          catalog: attribute(alert.catalog),
        },
      }),
    );
  },
});
