/** The codes of the older query protocol, which SQS still sends in a header, where they differ from the error's name. */
const QUERY_CODES: Record<string, string> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  QueueNameExists: 'QueueAlreadyExists',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
  BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
  InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
  UnsupportedOperation: 'AWS.SimpleQueueService.UnsupportedOperation',
};

/** What SQS answers a caller with instead of a result. */
export class SqsError extends Error {
  readonly statusCode = 400;
  /** As SDKs of the query protocol name it; batches report it for each entry. */
  readonly code: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
    this.code = QUERY_CODES[name] ?? name;
  }
}

export const invalidValue = (message: string): SqsError => new SqsError('InvalidParameterValue', message);
