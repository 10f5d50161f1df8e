import { invalidParameter, type Parameters } from './query.ts';

export interface MessageAttribute {
  /** String, Number, String.Array or Binary, each perhaps with a name of one's own behind a dot. */
  type: string;
  /** Binary ones in base64. */
  value: string;
}

/** What is published to a topic. */
export interface Message {
  id: string;
  /** What a subscriber gets that has no text of its own. */
  body: string;
  /** By protocol: what its subscribers get instead. */
  texts?: Readonly<Record<string, string>>;
  subject?: string;
  attributes: Readonly<Record<string, MessageAttribute>>;
}

/** What a publisher says of a message. */
export interface Publication {
  body: string;
  /** `body` is JSON: a text for each protocol, and a `default`. */
  structured?: boolean;
  subject?: string;
  attributes?: Readonly<Record<string, MessageAttribute>>;
}

// Publish reference: messages are at most 262,144 bytes, subjects at most 100 ASCII characters without line breaks.
const MOST_BYTES = 262_144;
const LONGEST_SUBJECT = 100;

/** What the subscribers of a protocol get. */
export const textFor = ({ body, texts = {} }: Pick<Message, 'body' | 'texts'>, protocol: string): string =>
  Object.hasOwn(texts, protocol) ? (texts[protocol] as string) : body;

/**
 * The texts of a message as it was published (Publish reference, MessageStructure): JSON with a `default`; what is no text
 * is ignored, as are protocols that there are not.
 * @throws InvalidParameter
 */
export const textsOf = ({ body, structured = false }: Publication): Pick<Message, 'body' | 'texts'> => {
  if (!structured) return { body };
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw invalidParameter('Message Structure - JSON message body failed to parse');
  }
  const texts = Object.fromEntries(Object.entries(json ?? {}).filter(([, text]) => typeof text === 'string'));
  if (typeof texts.default !== 'string')
    throw invalidParameter('Message Structure - No default entry in JSON message body');
  return { body: texts.default, texts };
};

/** @throws InvalidParameter */
export const checkMessage = ({
  body,
  subject,
  attributes = {},
}: Pick<Publication, 'body' | 'subject' | 'attributes'>): void => {
  if (body === '') throw invalidParameter('Empty message');
  const attributeBytes = Object.entries(attributes)
    .flatMap(([name, { type, value }]) => [name, type, value])
    .reduce((sum, part) => sum + Buffer.byteLength(part), 0);
  if (Buffer.byteLength(body) + attributeBytes > MOST_BYTES) throw invalidParameter('Message too long');
  if (subject !== undefined && (subject.length > LONGEST_SUBJECT || !/^[\x21-\x7e][\x20-\x7e]*$/.test(subject)))
    throw invalidParameter('Subject');
  for (const [name, { type, value }] of Object.entries(attributes)) {
    if (!/^(String|Number|String\.Array|Binary)(\.|$)/.test(type))
      throw invalidParameter(`The message attribute '${name}' has an invalid message attribute type ${type}`);
    if (value === '')
      throw invalidParameter(`The message attribute '${name}' must contain non-empty message attribute value`);
    if (type.startsWith('Number') && !Number.isFinite(Number(value)))
      throw invalidParameter(`Could not cast message attribute '${name}' value to number.`);
  }
};

/** The attributes of a Publish call or of an entry of PublishBatch. */
export const attributesOf = (parameters: Parameters): Record<string, MessageAttribute> =>
  Object.fromEntries(
    parameters.list('MessageAttributes.entry').map((entry) => [
      entry.required('Name'),
      {
        type: entry.required('Value.DataType'),
        value: entry.text('Value.StringValue') ?? entry.text('Value.BinaryValue') ?? '',
      },
    ]),
  );
