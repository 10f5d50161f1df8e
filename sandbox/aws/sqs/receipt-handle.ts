import type { Message } from './message.ts';
import { SqsError } from './sqs-error.ts';

/** Which receive of which message a handle stands for. Each receive of a message gives another handle. */
export interface Receipt {
  readonly id: string;
  readonly receive: number;
}

export const receiptHandle = ({ id, receives }: Message): string =>
  Buffer.from(`${id} ${receives}`).toString('base64url');

/** Throws ReceiptHandleIsInvalid for what is no handle of ours. */
export const parseReceipt = (handle: string): Receipt => {
  const [, id, receive] = /^([0-9a-f-]{36}) (\d+)$/.exec(Buffer.from(handle, 'base64url').toString()) ?? [];
  if (id === undefined) throw new SqsError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');
  return { id, receive: Number(receive) };
};
