import type { Item } from 'dynalite/db/index.js';

/** One action's fate in a transaction that did not go through. */
export interface CancellationReason {
  Code: 'None' | 'ConditionalCheckFailed' | 'ValidationError';
  Message?: string;
  Item?: Item;
}

/** What DynamoDB answers a caller with instead of a result; `body` goes out as it is. */
export class ServiceError extends Error {
  readonly statusCode = 400;
  readonly body: { __type: string; message: string; Item?: Item; CancellationReasons?: CancellationReason[] };

  constructor(type: string, message: string, more: { Item?: Item; CancellationReasons?: CancellationReason[] } = {}) {
    super(message);
    this.name = type;
    const space = type === 'ValidationException' ? 'com.amazon.coral.validate' : 'com.amazonaws.dynamodb.v20120810';
    this.body = { __type: `${space}#${type}`, message, ...more };
  }
}

export const invalid = (message: string): ServiceError => new ServiceError('ValidationException', message);

/** dynalite's refusals, which are plain errors with a status and a body, and everything that is not one unchanged. */
export const asServiceError = (error: unknown): unknown => {
  if (error instanceof ServiceError || !(error instanceof Error)) return error;
  const { body } = error as Partial<{ body: { __type: string; message?: string; Message?: string } }>;
  if (!body) return error;
  const type = body.__type.split('#')[1] ?? body.__type;
  return new ServiceError(type, body.message ?? body.Message ?? '');
};
