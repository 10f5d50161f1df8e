import { createHash } from 'node:crypto';
import { invalidValue, SqsError } from './sqs-error.ts';

/** A message attribute as it is on the wire: BinaryValue in base64. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}
export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** A message in a queue; times in epoch milliseconds of the sandbox's clock. */
export interface Message {
  readonly id: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly traceHeader?: string;
  readonly sentAt: number;
  /** ARN of the queue that gave up on it, for a message in a dead-letter queue. */
  readonly deadFrom?: string;
  visibleAt: number;
  receives: number;
  firstReceivedAt?: number;
}

/** SQS's limits. */
const MAX_ATTRIBUTES = 10;
/** What SQS refuses in a text: everything that XML 1.0 cannot carry. */
const NOT_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

const bytesOf = ({ StringValue, BinaryValue }: MessageAttribute): Buffer =>
  BinaryValue === undefined ? Buffer.from(StringValue ?? '', 'utf8') : Buffer.from(BinaryValue, 'base64');

/** Bytes as SQS counts them towards the size of a message: the body and the names, types and values of attributes. */
export const messageBytes = (body: string, attributes: MessageAttributes): number =>
  Object.entries(attributes).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value.DataType) + bytesOf(value).length,
    Buffer.byteLength(body),
  );

/** Throws SqsError when SQS would not take such a message. */
export const checkMessage = (body: string, attributes: MessageAttributes, maximumBytes: number): void => {
  if (body === '') throw new SqsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  const texts = [body, ...Object.values(attributes).flatMap((attribute) => attribute.StringValue ?? [])];
  if (texts.some((text) => NOT_XML.test(text))) {
    throw new SqsError('InvalidMessageContents', 'The message has characters outside of those that SQS allows');
  }
  if (Object.keys(attributes).length > MAX_ATTRIBUTES) {
    throw invalidValue(`Number of message attributes exceeds the allowed maximum of ${MAX_ATTRIBUTES}`);
  }
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    const value = /^Binary(\.|$)/.test(DataType) ? BinaryValue : /^(String|Number)(\.|$)/.test(DataType) && StringValue;
    if (!value) throw invalidValue(`The message attribute '${name}' has no value of its type ${DataType}`);
  }
  const bytes = messageBytes(body, attributes);
  if (bytes > maximumBytes) {
    throw invalidValue(
      `One or more parameters are invalid. Reason: Message must be shorter than ${maximumBytes} bytes.`,
    );
  }
};

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

const STRING_VALUE = Buffer.from([1]);
const BINARY_VALUE = Buffer.from([2]);

/** The digest of "Calculating the MD5 message digest for message attributes"; undefined when there are none. */
export const md5OfAttributes = (attributes: MessageAttributes): string | undefined => {
  const names = Object.keys(attributes).sort((a, b) => (a < b ? -1 : 1));
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const part = (bytes: Buffer): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const attribute = attributes[name]!;
    part(Buffer.from(name));
    part(Buffer.from(attribute.DataType));
    hash.update(attribute.BinaryValue === undefined ? STRING_VALUE : BINARY_VALUE);
    part(bytesOf(attribute));
  }
  return hash.digest('hex');
};
