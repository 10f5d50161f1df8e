import rules from 'dynalite/validations/batchWriteItem.js';
import { consumedCapacity, isWanted } from './consumed-capacity.ts';
import { validate } from './engine.ts';
import { type ItemWrite, itemWrite } from './item-write.ts';
import { invalid } from './service-error.ts';
import { applyWrites, type Writer } from './writer.ts';

interface WriteRequest {
  PutRequest?: { Item: unknown };
  DeleteRequest?: { Key: unknown };
}

/** BatchWriteItem: up to 25 puts and deletes without conditions. Nothing is ever left unprocessed here. */
export const batchWrite = async (writer: Writer, body: Record<string, unknown>): Promise<Record<string, unknown>> => {
  const { RequestItems, ReturnConsumedCapacity } = validate(rules, body, writer.store);
  const byTable = RequestItems as Record<string, WriteRequest[]>;
  const requests = Object.entries(byTable).flatMap(([TableName, list]) => list.map((one) => ({ TableName, ...one })));
  if (requests.length > 25) throw invalid('Too many items requested for the BatchWriteItem call');

  const writes: ItemWrite[] = [];
  for (const { TableName, PutRequest, DeleteRequest } of requests) {
    const common = { TableName, ReturnConsumedCapacity };
    const write = PutRequest
      ? await itemWrite('Put', { ...common, Item: PutRequest.Item }, writer.store)
      : await itemWrite('Delete', { ...common, Key: DeleteRequest?.Key }, writer.store);
    if (write.keyError) throw invalid('The provided key element does not match the schema');
    writes.push(write);
  }
  if (new Set(writes.map((write) => `${write.table.TableName}~${write.key}`)).size < writes.length) {
    throw invalid('Provided list of item keys contains duplicates');
  }
  const planned = await applyWrites(writer, writes);
  const capacity = isWanted(ReturnConsumedCapacity) ? { ConsumedCapacity: consumedCapacity(planned, 1) } : {};
  return { UnprocessedItems: {}, ...capacity };
};
