import { invalidValue, SqsError } from './sqs-error.ts';

/** A queue's attributes as SQS gives them: texts, RedrivePolicy as JSON. */
export type QueueAttributes = Readonly<Record<string, string>>;

/** What the attributes mean to the queue. */
export interface QueueSettings {
  readonly delayMs: number;
  readonly visibilityMs: number;
  readonly retentionMs: number;
  readonly waitMs: number;
  readonly maximumBytes: number;
  readonly redrive: { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number } | undefined;
}

/** Ranges and defaults of SQS, in seconds and bytes. */
const NUMBERS: Record<string, { min: number; max: number; usual: number }> = {
  DelaySeconds: { min: 0, max: 900, usual: 0 },
  VisibilityTimeout: { min: 0, max: 43_200, usual: 30 },
  MessageRetentionPeriod: { min: 60, max: 1_209_600, usual: 345_600 },
  ReceiveMessageWaitTimeSeconds: { min: 0, max: 20, usual: 0 },
  MaximumMessageSize: { min: 1024, max: 1_048_576, usual: 1_048_576 },
};
/** Kept and told back; nothing here acts on them. */
const KEPT = ['RedriveAllowPolicy', 'Policy', 'SqsManagedSseEnabled', 'KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds'];

/** The value as a whole number. Throws InvalidParameterValue when it is none, or out of range. */
export const inRange = (name: string, value: unknown, { min, max }: { min: number; max: number }): number => {
  const number = Number(value);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  throw invalidValue(
    `Value ${String(value)} for parameter ${name} is invalid. Reason: Must be between ${min} and ${max}.`,
  );
};

const redriveOf = (text: string | undefined): QueueSettings['redrive'] => {
  if (!text) return undefined;
  let policy: Record<string, unknown>;
  try {
    policy = JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new SqsError('InvalidAttributeValue', 'RedrivePolicy is not JSON');
  }
  const { deadLetterTargetArn, maxReceiveCount } = policy;
  if (typeof deadLetterTargetArn !== 'string') {
    throw new SqsError('InvalidAttributeValue', 'RedrivePolicy needs deadLetterTargetArn');
  }
  return { deadLetterTargetArn, maxReceiveCount: inRange('maxReceiveCount', maxReceiveCount, { min: 1, max: 1000 }) };
};

/** Throws SqsError for a value out of range. */
export const settingsOf = (attributes: QueueAttributes): QueueSettings => {
  const number = (name: string): number => inRange(name, attributes[name] ?? NUMBERS[name]!.usual, NUMBERS[name]!);
  return {
    delayMs: number('DelaySeconds') * 1000,
    visibilityMs: number('VisibilityTimeout') * 1000,
    retentionMs: number('MessageRetentionPeriod') * 1000,
    waitMs: number('ReceiveMessageWaitTimeSeconds') * 1000,
    maximumBytes: number('MaximumMessageSize'),
    redrive: redriveOf(attributes.RedrivePolicy),
  };
};

/** All attributes that are set or have a default. */
export const withDefaults = (attributes: QueueAttributes): QueueAttributes => ({
  ...Object.fromEntries(Object.entries(NUMBERS).map(([name, { usual }]) => [name, String(usual)])),
  SqsManagedSseEnabled: 'true',
  ...attributes,
});

/** As texts what comes as texts from the API and as numbers and objects from a template. Throws SqsError. */
export const attributesFrom = (given: Readonly<Record<string, unknown>>): QueueAttributes => {
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null) continue;
    if (!(name in NUMBERS) && !KEPT.includes(name) && name !== 'RedrivePolicy') {
      const fifo = name === 'FifoQueue' ? ': the sandbox has no FIFO queues' : '';
      throw new SqsError('InvalidAttributeName', `Unknown Attribute ${name}${fifo}`);
    }
    attributes[name] = typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
  }
  settingsOf(attributes);
  return attributes;
};
