import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { Draft, Table, TableReader, TableRecord, Write } from '../../ports/table.ts';

type Action = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Lists and maps of our records hold no undefined; numbers stay exact below 2^53. */
const documents = (): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } });

const condition = (rev: number) =>
  rev === 0
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: '#rev = :rev',
        ExpressionAttributeNames: { '#rev': 'rev' },
        ExpressionAttributeValues: { ':rev': rev },
      };

const itemOf = (record: Draft, rev: number): Record<string, unknown> => ({ ...record, rev: rev + 1 });

const actionOf = (TableName: string, write: Write): Action => {
  if (write.kind === 'put') {
    return { Put: { TableName, Item: itemOf(write.record, write.rev), ...condition(write.rev) } };
  }
  const named = { TableName, Key: { pk: write.pk, sk: write.sk }, ...condition(write.rev) };
  return write.kind === 'delete' ? { Delete: named } : { ConditionCheck: named };
};

const CONDITION_FAILED = 'ConditionalCheckFailed';
/** Another transaction or write touched an item of ours at the same moment: nothing was written, the same call may pass. */
const CONFLICT = 'TransactionConflict';
const CONFLICTS_BORNE = 5;

/** A table by its name. Endpoint, region and credentials come from the environment, as Lambda sets it. */
export const dynamoTable = (TableName: string, client = documents()): Table => {
  const transact = async (writes: readonly Write[], left: number): Promise<boolean> => {
    try {
      await client.send(new TransactWriteCommand({ TransactItems: writes.map((write) => actionOf(TableName, write)) }));
      return true;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code);
      if (codes.includes(CONDITION_FAILED)) return false;
      if (codes.includes(CONFLICT) && left > 0) return transact(writes, left - 1);
      throw error;
    }
  };
  const putOne = async (record: Draft, rev: number): Promise<boolean> => {
    try {
      await client.send(new PutCommand({ TableName, Item: itemOf(record, rev), ...condition(rev) }));
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
      throw error;
    }
  };

  return {
    ...dynamoReader(TableName, client),
    write: (writes) => {
      const [only] = writes;
      if (only === undefined) return Promise.resolve(true);
      return writes.length === 1 && only.kind === 'put'
        ? putOne(only.record, only.rev)
        : transact(writes, CONFLICTS_BORNE);
    },
    async *query(pk, prefix = '') {
      let from: Record<string, unknown> | undefined;
      do {
        const page = await client.send(
          new QueryCommand({
            TableName,
            ConsistentRead: true,
            KeyConditionExpression: prefix === '' ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :prefix)',
            ExpressionAttributeValues: prefix === '' ? { ':pk': pk } : { ':pk': pk, ':prefix': prefix },
            ExclusiveStartKey: from,
          }),
        );
        yield* (page.Items ?? []) as TableRecord[];
        from = page.LastEvaluatedKey;
      } while (from !== undefined);
    },
    due: async (dueOf, until, limit) => {
      const page = await client.send(
        new QueryCommand({
          TableName,
          IndexName: 'due',
          KeyConditionExpression: 'dueOf = :of AND dueAt <= :until',
          ExpressionAttributeValues: { ':of': dueOf, ':until': until },
          Limit: limit,
        }),
      );
      return (page.Items ?? []) as TableRecord[];
    },
  };
};

/** Another service's table: single records, strongly consistent. */
export const dynamoReader = (TableName: string, client = documents()): TableReader => ({
  get: async (pk, sk) => {
    const { Item } = await client.send(new GetCommand({ TableName, Key: { pk, sk }, ConsistentRead: true }));
    return Item as TableRecord | undefined;
  },
});
