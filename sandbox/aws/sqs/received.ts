import { type Message, type MessageAttributes, md5 } from './message.ts';
import { receiptHandle } from './receipt-handle.ts';

/** A message as a receiver gets it. */
export interface Received {
  readonly messageId: string;
  /** Good for this receive only. */
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5OfBody: string;
  /** SentTimestamp, ApproximateReceiveCount and the like, as texts. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: MessageAttributes;
}

export const receivedOf = (message: Message, senderId: string): Received => ({
  messageId: message.id,
  receiptHandle: receiptHandle(message),
  body: message.body,
  md5OfBody: md5(message.body),
  attributes: {
    SenderId: senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    ...(message.traceHeader !== undefined && { AWSTraceHeader: message.traceHeader }),
    ...(message.deadFrom !== undefined && { DeadLetterQueueSourceArn: message.deadFrom }),
  },
  messageAttributes: message.attributes,
});
