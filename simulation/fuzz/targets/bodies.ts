import type { QueueBatch } from '../../../shared/edge/on-queue.ts';
import type { Random } from '../random.ts';
import { reshapeJson } from '../reshape-json.ts';
import { must } from '../target.ts';
import { eventValues } from './events.ts';

/** SQS gives ten messages at once. */
const MOST = 10;

/** An input as the batch of a queue: a message a line. */
export const batchOf = (input: Buffer): QueueBatch => ({
  Records: input
    .toString()
    .split('\n')
    .slice(0, MOST)
    .map((body, n) => ({ messageId: `m${n}`, body })),
});

/** Changes one of the messages. */
export const reshapeBodies = (input: Buffer, random: Random): Buffer => {
  const lines = input.toString().split('\n');
  const n = random.below(lines.length);
  lines[n] = reshapeJson(lines[n]!, eventValues, random);
  return Buffer.from(lines.join('\n'));
};

/** What a partial answer may be: messages of the batch, each once. */
export const failedOf = (answer: unknown, batch: QueueBatch): string[] => {
  const { batchItemFailures } = answer as { batchItemFailures: { itemIdentifier: string }[] };
  const failed = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  const ids = batch.Records.map(({ messageId }) => messageId);
  must(
    failed.every((id) => ids.includes(id)) && new Set(failed).size === failed.length,
    'messages that go back are of the batch, each once',
    () => failed.join(' '),
  );
  return failed;
};
