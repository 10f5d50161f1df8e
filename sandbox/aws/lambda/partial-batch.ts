/**
 * Which messages of a batch are done, by what a function with ReportBatchItemFailures answered. As the Lambda guide says:
 * no answer, or no or an empty list of failures, means all; a list names those that are to come again; a list that is
 * malformed or names a message that was not in the batch means that the whole batch comes again.
 */
export const doneMessages = (messageIds: readonly string[], answer: unknown): readonly string[] => {
  if (answer === null || answer === undefined) return messageIds;
  if (typeof answer !== 'object' || Array.isArray(answer)) return [];
  const { batchItemFailures: failures } = answer as { batchItemFailures?: unknown };
  if (failures === null || failures === undefined) return messageIds;
  if (!Array.isArray(failures)) return [];
  const failed = new Set<string>();
  for (const failure of failures) {
    const id: unknown = (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier;
    if (typeof id !== 'string' || !messageIds.includes(id)) return [];
    failed.add(id);
  }
  return messageIds.filter((id) => !failed.has(id));
};
