import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  GetItemCommand,
  IdempotentParameterMismatchException,
  PutItemCommand,
  QueryCommand,
  ResourceNotFoundException,
  ScanCommand,
  TransactGetItemsCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
  UpdateContinuousBackupsCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { eventually } from '../../conformance/eventually.ts';

export interface DynamoDbUnderTest {
  readonly client: DynamoDBClient;
  /** Makes an empty table with pk (S), sk (S) and the index `due` (dueOf S, dueAt N, all attributes): its name. */
  makeTable(): Promise<string>;
}

type Key = { pk: { S: string }; sk: { S: string } };
const key = (pk: string, sk = '-'): Key => ({ pk: { S: pk }, sk: { S: sk } });
/** Sixty writers of three items are all through well before. */
const MOST_TRIES = 50;
const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => {
      throw new Error('it was expected to be refused');
    },
    (error: unknown) => error,
  );

/** AWS refuses some of what happens at once to the same items, and leaves it to the caller to try again. */
const despiteConflicts = async <A>(work: () => Promise<A>): Promise<A> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const { name, CancellationReasons: reasons = [] } = error as {
        name: string;
        CancellationReasons?: { Code?: string }[];
      };
      const isConflict =
        name === 'TransactionInProgressException' ||
        name === 'TransactionConflictException' ||
        (name === 'TransactionCanceledException' && reasons.some(({ Code }) => Code === 'TransactionConflict'));
      if (!isConflict || tries === MOST_TRIES) throw error;
      await sleep(Math.random() * 100 * tries);
    }
  }
};

/** What callers of DynamoDB rely on; `start` may give this sandbox's, DynamoDB Local or a real account's. */
export const dynamoDbConformance = (start: () => Promise<DynamoDbUnderTest>): void => {
  describe('what callers of DynamoDB rely on', () => {
    let client: DynamoDBClient;
    let TableName: string;

    beforeEach(async () => {
      const target = await start();
      client = target.client;
      TableName = await target.makeTable();
    });

    const get = async (pk: string, sk = '-') =>
      (await client.send(new GetItemCommand({ TableName, Key: key(pk, sk), ConsistentRead: true }))).Item;
    const put = (item: Record<string, unknown>) =>
      client.send(new PutItemCommand({ TableName, Item: item as Record<string, { S: string }> }));
    const transact = (TransactItems: TransactWriteItemsCommandInput['TransactItems'], ClientRequestToken?: string) =>
      client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken }));

    test('an item comes back as it was put, every type', async () => {
      const item = {
        ...key('a'),
        s: { S: 'Größe "M"\n🙂' },
        n: { N: '-12.5' },
        b: { B: new Uint8Array([0, 255, 7]) },
        yes: { BOOL: true },
        nothing: { NULL: true },
        list: { L: [{ N: '1' }, { M: { deep: { S: '' } } }] },
        set: { SS: ['x', 'y'] },
      };
      await put(item);
      expect(await get('a')).toEqual(item);
      expect(await get('b')).toBeUndefined();
    });

    test('of two conditional puts at once, one wins', async () => {
      const putOnce = (who: string) =>
        client.send(
          new PutItemCommand({
            TableName,
            Item: { ...key('once'), who: { S: who } },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
      const outcomes = await Promise.allSettled(['x', 'y', 'z'].map(putOnce));
      const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(lost).toHaveLength(2);
      for (const { reason } of lost) expect(reason).toBeInstanceOf(ConditionalCheckFailedException);
      const winner = ['x', 'y', 'z'][outcomes.findIndex((outcome) => outcome.status === 'fulfilled')];
      expect((await get('once'))?.who).toEqual({ S: winner });
    });

    test('a failed condition gives the item when asked to', async () => {
      const item = { ...key('a'), rev: { N: '3' } };
      await put(item);
      const failing = {
        TableName,
        ConditionExpression: 'rev = :rev',
        ExpressionAttributeValues: { ':rev': { N: '2' } },
      };
      const withItem = { ...failing, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const };
      const errors = [
        await caught(client.send(new PutItemCommand({ ...withItem, Item: { ...key('a'), rev: { N: '9' } } }))),
        await caught(client.send(new DeleteItemCommand({ ...withItem, Key: key('a') }))),
        await caught(
          client.send(new UpdateItemCommand({ ...withItem, Key: key('a'), UpdateExpression: 'REMOVE rev' })),
        ),
      ];
      for (const error of errors) {
        expect(error).toBeInstanceOf(ConditionalCheckFailedException);
        expect((error as ConditionalCheckFailedException).Item).toEqual(item);
      }
      const silent = await caught(client.send(new DeleteItemCommand({ ...failing, Key: key('a') })));
      expect((silent as ConditionalCheckFailedException).Item).toBeUndefined();
      expect(await get('a')).toEqual(item);
    });

    test('updates set, count and remove, and give back what is asked for', async () => {
      await put({ ...key('a'), count: { N: '1' }, gone: { S: 'x' } });
      const { Attributes } = await client.send(
        new UpdateItemCommand({
          TableName,
          Key: key('a'),
          UpdateExpression: 'SET #c = if_not_exists(#c, :zero) + :two, m = :m REMOVE gone',
          ExpressionAttributeNames: { '#c': 'count' },
          ExpressionAttributeValues: { ':zero': { N: '0' }, ':two': { N: '2' }, ':m': { M: { k: { S: 'v' } } } },
          ReturnValues: 'ALL_NEW',
        }),
      );
      expect(Attributes).toEqual({ ...key('a'), count: { N: '3' }, m: { M: { k: { S: 'v' } } } });
      expect(await get('a')).toEqual(Attributes);
    });

    test('concurrent updates of one item are all counted', async () => {
      const add = () =>
        client.send(
          new UpdateItemCommand({
            TableName,
            Key: key('sum'),
            UpdateExpression: 'ADD n :one',
            ExpressionAttributeValues: { ':one': { N: '1' } },
          }),
        );
      await Promise.all(Array.from({ length: 30 }, add));
      expect((await get('sum'))?.n).toEqual({ N: '30' });
    });

    test('the sparse index follows puts, updates and deletes', async () => {
      const due = async () =>
        (
          await client.send(
            new QueryCommand({
              TableName,
              IndexName: 'due',
              KeyConditionExpression: 'dueOf = :of AND dueAt <= :at',
              ExpressionAttributeValues: { ':of': { S: 'batch' }, ':at': { N: '100' } },
            }),
          )
        ).Items?.map((item) => item.pk!.S);
      await put({ ...key('late'), dueOf: { S: 'batch' }, dueAt: { N: '100' } });
      await put({ ...key('early'), dueOf: { S: 'batch' }, dueAt: { N: '9' } });
      await put({ ...key('future'), dueOf: { S: 'batch' }, dueAt: { N: '101' } });
      await put({ ...key('never') });
      await eventually(async () => expect(await due()).toEqual(['early', 'late']));
      await client.send(
        new UpdateItemCommand({ TableName, Key: key('early'), UpdateExpression: 'REMOVE dueOf, dueAt' }),
      );
      await eventually(async () => expect(await due()).toEqual(['late']));
      await client.send(new DeleteItemCommand({ TableName, Key: key('late') }));
      await eventually(async () => expect(await due()).toEqual([]));
    });

    test('many items with the same index key are all in the index, page by page, both ways', async () => {
      const names = Array.from({ length: 60 }, (_, n) => `item-${n}`);
      for (let from = 0; from < names.length; from += 25) {
        await client.send(
          new BatchWriteItemCommand({
            RequestItems: {
              [TableName]: names.slice(from, from + 25).map((name) => ({
                PutRequest: { Item: { ...key(name), dueOf: { S: 'same' }, dueAt: { N: '1' } } },
              })),
            },
          }),
        );
      }
      const found = async (ScanIndexForward: boolean): Promise<string[]> => {
        const all: string[] = [];
        let ExclusiveStartKey: Record<string, never> | undefined;
        do {
          const page = await client.send(
            new QueryCommand({
              TableName,
              IndexName: 'due',
              KeyConditionExpression: 'dueOf = :of',
              ExpressionAttributeValues: { ':of': { S: 'same' } },
              Limit: 7,
              ScanIndexForward,
              ExclusiveStartKey,
            }),
          );
          all.push(...(page.Items ?? []).map((item) => item.pk!.S!));
          ExclusiveStartKey = page.LastEvaluatedKey as Record<string, never> | undefined;
        } while (ExclusiveStartKey);
        return all.sort();
      };
      for (const forward of [true, false])
        await eventually(async () => expect(await found(forward)).toEqual([...names].sort()));
    });

    test('a query pages through a partition in the order of its sort key', async () => {
      for (const sk of ['b', 'a', 'c', 'aa']) await put(key('p', sk));
      await put(key('other', 'a'));
      const page = (ExclusiveStartKey?: Record<string, never>) =>
        client.send(
          new QueryCommand({
            TableName,
            ConsistentRead: true,
            KeyConditionExpression: 'pk = :p AND begins_with(sk, :none)',
            ExpressionAttributeValues: { ':p': { S: 'p' }, ':none': { S: 'a' } },
            Limit: 1,
            ExclusiveStartKey,
          }),
        );
      const first = await page();
      expect(first.Items).toEqual([key('p', 'a')]);
      const second = await page(first.LastEvaluatedKey as Record<string, never>);
      expect(second.Items).toEqual([key('p', 'aa')]);
      const { Count } = await client.send(new ScanCommand({ TableName, Select: 'COUNT' }));
      expect(Count).toBe(5);
    });

    test('batches write 25 items, refuse 26 and duplicates, and read them back', async () => {
      const batch = (count: number, name = (n: number) => String(n)) =>
        client.send(
          new BatchWriteItemCommand({
            RequestItems: {
              [TableName]: Array.from({ length: count }, (_, n) => ({ PutRequest: { Item: key(name(n)) } })),
            },
          }),
        );
      expect((await batch(25)).UnprocessedItems).toEqual({});
      expect(await caught(batch(26))).toMatchObject({ name: 'ValidationException' });
      expect(await caught(batch(2, () => 'same'))).toMatchObject({ name: 'ValidationException' });
      await client.send(
        new BatchWriteItemCommand({ RequestItems: { [TableName]: [{ DeleteRequest: { Key: key('7') } }] } }),
      );
      const { Responses } = await client.send(
        new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [key('6'), key('7'), key('8')] } } }),
      );
      expect(Responses?.[TableName]?.map((item) => item.pk!.S).sort()).toEqual(['6', '8']);
    });

    test('what is wrong is refused as such', async () => {
      expect(await caught(put({ pk: { S: 'no sort key' } }))).toMatchObject({ name: 'ValidationException' });
      expect(await caught(put({ ...key('big'), x: { S: 'x'.repeat(400 * 1024) } }))).toMatchObject({
        name: 'ValidationException',
      });
      expect(
        await caught(client.send(new GetItemCommand({ TableName: 'no-such-table', Key: key('a') }))),
      ).toBeInstanceOf(ResourceNotFoundException);
    });

    describe('transactions', () => {
      test('all four actions go through together', async () => {
        await put({ ...key('update'), n: { N: '1' } });
        await put(key('delete'));
        await put(key('check'));
        await transact([
          { Put: { TableName, Item: { ...key('put'), dueOf: { S: 'tx' }, dueAt: { N: '5' } } } },
          {
            Update: {
              TableName,
              Key: key('update'),
              UpdateExpression: 'ADD n :one',
              ExpressionAttributeValues: { ':one': { N: '1' } },
            },
          },
          { Delete: { TableName, Key: key('delete') } },
          { ConditionCheck: { TableName, Key: key('check'), ConditionExpression: 'attribute_exists(pk)' } },
        ]);
        const { Responses } = await client.send(
          new TransactGetItemsCommand({
            TransactItems: ['put', 'update', 'delete', 'check'].map((pk) => ({ Get: { TableName, Key: key(pk) } })),
          }),
        );
        expect(Responses?.map(({ Item }) => Item)).toEqual([
          { ...key('put'), dueOf: { S: 'tx' }, dueAt: { N: '5' } },
          { ...key('update'), n: { N: '2' } },
          undefined,
          key('check'),
        ]);
        const inIndex = new QueryCommand({
          TableName,
          IndexName: 'due',
          KeyConditionExpression: 'dueOf = :of',
          ExpressionAttributeValues: { ':of': { S: 'tx' } },
        });
        await eventually(async () => expect((await client.send(inIndex)).Items).toHaveLength(1));
      });

      test('one failed condition stops all, with the reasons in order and the item when asked for', async () => {
        await put({ ...key('taken'), by: { S: 'x' } });
        const condition = { ConditionExpression: 'attribute_not_exists(pk)' };
        const error = await caught(
          transact([
            { Put: { TableName, Item: key('new') } },
            {
              Put: { TableName, Item: key('taken'), ...condition, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' },
            },
            { ConditionCheck: { TableName, Key: key('absent'), ConditionExpression: 'attribute_exists(pk)' } },
          ]),
        );
        expect(error).toBeInstanceOf(TransactionCanceledException);
        const { CancellationReasons: reasons } = error as TransactionCanceledException;
        expect(reasons?.map((reason) => reason.Code)).toEqual([
          'None',
          'ConditionalCheckFailed',
          'ConditionalCheckFailed',
        ]);
        expect(reasons?.map((reason) => reason.Item)).toEqual([
          undefined,
          { ...key('taken'), by: { S: 'x' } },
          undefined,
        ]);
        expect(await get('new')).toBeUndefined();
      });

      test('the same token writes once; with another request it is refused', async () => {
        const addOne = (pk: string): TransactWriteItemsCommandInput['TransactItems'] => [
          {
            Update: {
              TableName,
              Key: key(pk),
              UpdateExpression: 'ADD n :one',
              ExpressionAttributeValues: { ':one': { N: '1' } },
            },
          },
        ];
        const token = `token-${TableName}`.slice(0, 36);
        await Promise.all([1, 2].map(() => despiteConflicts(() => transact(addOne('a'), token))));
        await transact(addOne('a'), token);
        expect((await get('a'))?.n).toEqual({ N: '1' });
        expect(await caught(transact(addOne('b'), token))).toBeInstanceOf(IdempotentParameterMismatchException);
        expect(await get('b')).toBeUndefined();
      });

      test('100 actions are taken; none, 101 and two of one item are refused', async () => {
        const puts = (count: number) =>
          Array.from({ length: count }, (_, n) => ({ Put: { TableName, Item: key(String(n)) } }));
        const refused = { name: 'ValidationException' };
        expect(await caught(transact(puts(101)))).toMatchObject(refused);
        expect(await caught(transact([]))).toMatchObject(refused);
        expect(
          await caught(transact([{ Put: { TableName, Item: key('a') } }, { Delete: { TableName, Key: key('a') } }])),
        ).toMatchObject(refused);
        expect(await get('0')).toBeUndefined();
        await transact(puts(100));
        expect(await get('99')).toEqual(key('99'));
      });

      test('a transaction never mixes with plain writes to its items', async () => {
        const names = ['a', 'b', 'c'];
        await Promise.all(names.map((pk) => put({ ...key(pk), n: { N: '0' } })));
        const plus = (pk: string, by: string) => ({
          TableName,
          Key: key(pk),
          UpdateExpression: 'ADD n :by',
          ExpressionAttributeValues: { ':by': { N: by } },
        });
        const moved = Array.from({ length: 20 }, (_, n) =>
          // In varying order, so that an implementation that locks as it goes would stand still.
          despiteConflicts(() =>
            transact((n % 2 ? names : [...names].reverse()).map((pk) => ({ Update: plus(pk, '1') }))),
          ),
        );
        const added = Array.from({ length: 20 }, () =>
          despiteConflicts(() => client.send(new UpdateItemCommand(plus('b', '100')))),
        );
        const seen = Array.from({ length: 20 }, async () => {
          const { Responses } = await despiteConflicts(() =>
            client.send(
              new TransactGetItemsCommand({
                TransactItems: names.map((pk) => ({ Get: { TableName, Key: key(pk) } })),
              }),
            ),
          );
          return Responses!.map(({ Item }) => Number(Item!.n!.N));
        });
        for (const [a, b, c] of await Promise.all(seen)) {
          expect(c).toBe(a);
          expect(b! % 100).toBe(a);
        }
        await Promise.all([...moved, ...added]);
        expect((await get('a'))?.n).toEqual({ N: '20' });
        expect((await get('b'))?.n).toEqual({ N: '2020' });
        expect((await get('c'))?.n).toEqual({ N: '20' });
      });
    });

    test('time to live and point-in-time recovery are kept as set', async () => {
      const ttl = async () =>
        (await client.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription?.TimeToLiveStatus;
      const spec = { AttributeName: 'expires', Enabled: true };
      expect(await ttl()).toBe('DISABLED');
      await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: spec }));
      expect(await ttl()).toMatch(/^ENABL/);
      await client.send(
        new UpdateContinuousBackupsCommand({
          TableName,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        }),
      );
      const { ContinuousBackupsDescription: backups } = await client.send(
        new DescribeContinuousBackupsCommand({ TableName }),
      );
      expect(backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus).toBe('ENABLED');
    });

    test('the table describes itself', async () => {
      const { Table } = await client.send(new DescribeTableCommand({ TableName }));
      expect(Table).toMatchObject({ TableName, TableStatus: 'ACTIVE' });
      expect(Table?.TableArn).toMatch(new RegExp(`^arn:aws:dynamodb:[a-z0-9-]+:\\d{12}:table/${TableName}$`));
      expect(Table?.GlobalSecondaryIndexes?.map((index) => index.IndexName)).toEqual(['due']);
    });
  });
};
