import type { InvocationResult } from './function.ts';

/** Why Lambda is done with an asynchronous event. */
export type Condition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded' | 'ZeroReservedConcurrency';

/** An event that is done with, and how. */
export interface Ending {
  requestId: string;
  functionArn: string;
  event: unknown;
  condition: Condition;
  /** How often the function was invoked with it. */
  invokeCount: number;
  /** How the last invocation ended; absent when there was none. */
  last?: InvocationResult | undefined;
}

/** What a destination gets: the invocation record of "Capturing records of Lambda asynchronous invocations". */
export interface InvocationRecord {
  version: '1.0';
  /** ISO 8601. */
  timestamp: string;
  requestContext: {
    requestId: string;
    /** With the version behind it. */
    functionArn: string;
    condition: Condition;
    approximateInvokeCount: number;
  };
  requestPayload: unknown;
  responseContext?: { statusCode: number; executedVersion: string; functionError?: 'Unhandled' };
  responsePayload?: unknown;
}

/** No function of the sandbox has another version. */
const VERSION = '$LATEST';

export const recordOf = (ending: Ending, now: number): InvocationRecord => ({
  version: '1.0',
  timestamp: new Date(now).toISOString(),
  requestContext: {
    requestId: ending.requestId,
    functionArn: `${ending.functionArn}:${VERSION}`,
    condition: ending.condition,
    approximateInvokeCount: ending.invokeCount,
  },
  requestPayload: ending.event,
  ...(ending.last !== undefined && responseOf(ending.last)),
});

const responseOf = (last: InvocationResult): Pick<InvocationRecord, 'responseContext' | 'responsePayload'> => {
  const responseContext = { statusCode: 200, executedVersion: VERSION };
  if (last.ok) return { responseContext, responsePayload: last.result ?? null };
  const { errorType, errorMessage, trace } = last.error;
  return {
    responseContext: { ...responseContext, functionError: 'Unhandled' },
    responsePayload: { errorType, errorMessage, ...(trace !== '' && { trace: trace.split('\n') }) },
  };
};

/** Of the error's message a dead letter has the first kilobyte. */
const MESSAGE_BYTES = 1024;

/** The attributes of a dead letter, as "Adding a dead-letter queue" lists them; its body is the event. */
export const deadLetterAttributes = ({ requestId, condition, last }: Ending): DeadLetterAttributes => {
  const message =
    last?.ok === false
      ? last.error.errorMessage
      : `the function was not invoked: ${condition === 'EventAgeExceeded' ? 'the event is too old' : 'its reserved concurrency is 0'}`;
  return {
    RequestID: { type: 'String', value: requestId },
    // The HTTP status of the invocation: that of a function's error is 200.
    ErrorCode: { type: 'Number', value: last === undefined ? '429' : '200' },
    ErrorMessage: { type: 'String', value: Buffer.from(message).subarray(0, MESSAGE_BYTES).toString() },
  };
};

export type DeadLetterAttributes = Record<
  'RequestID' | 'ErrorCode' | 'ErrorMessage',
  { type: 'String' | 'Number'; value: string }
>;
