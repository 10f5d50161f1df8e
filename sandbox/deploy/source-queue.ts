import type { MessageAttribute, SourceQueue } from '../aws/lambda/event-source.ts';
import type { SqsServer } from '../aws/sqs/server.ts';

/** A queue of the sandbox as an event source sees it. Throws when there is no such queue. */
export const sourceQueue = (sqs: SqsServer, arn: string): SourceQueue => {
  sqs.depth(arn);
  return {
    arn,
    receive: async (max) =>
      (await sqs.receive(arn, max)).map(({ messageAttributes, ...message }) => ({
        ...message,
        messageAttributes: Object.fromEntries(
          Object.entries(messageAttributes).map(([name, { DataType, StringValue, BinaryValue }]) => {
            const attribute: MessageAttribute = {
              dataType: DataType,
              ...(StringValue !== undefined && { stringValue: StringValue }),
              ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
            };
            return [name, attribute];
          }),
        ),
      })),
    delete: async (handles) => {
      await Promise.all(handles.map((handle) => sqs.delete(arn, handle)));
    },
    waitForMessage: async (signal) => {
      await sqs.waitForMessage(arn, signal);
    },
  };
};
