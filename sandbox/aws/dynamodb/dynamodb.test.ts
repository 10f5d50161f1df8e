import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { TableDescription } from 'dynalite/db/index.js';
import db from 'dynalite/db/index.js';
import { type SandboxClock, sandboxClock } from '../../clock.ts';
import { dynamoDbConformance } from './dynamodb.conformance.ts';
import { type DynamoDbServer, startDynamoDb } from './server.ts';
import type { TableProperties } from './tables.ts';

const MINUTE_MS = 60_000;
const properties = (TableName: string): TableProperties => ({
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
    { AttributeName: 'dueOf', AttributeType: 'S' },
    { AttributeName: 'dueAt', AttributeType: 'N' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'due',
      KeySchema: [
        { AttributeName: 'dueOf', KeyType: 'HASH' },
        { AttributeName: 'dueAt', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
});

describe('the DynamoDB of the sandbox', () => {
  let dir: string;
  let clock: SandboxClock;
  let server: DynamoDbServer;
  let client: DynamoDBClient;
  let beforeWrite: () => void;

  const start = async (): Promise<void> => {
    server = await startDynamoDb({
      dir,
      clock,
      region: 'eu-central-1',
      accountId: '000000000001',
      beforeWrite: () => beforeWrite(),
    });
    client = new DynamoDBClient({
      endpoint: server.url,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      maxAttempts: 1,
    });
  };
  const stop = async (): Promise<void> => {
    client.destroy();
    await server.close();
  };

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'dynamodb-'));
    clock = sandboxClock();
    beforeWrite = () => {};
    await start();
  });
  afterEach(async () => {
    await stop();
    clock.stop();
    await rm(dir, { recursive: true });
  });

  const TableName = 'things';
  const keyOf = (pk: string) => ({ pk: { S: pk }, sk: { S: '-' } });
  const put = (pk: string, more: Record<string, { S: string } | { N: string }> = {}) =>
    client.send(new PutItemCommand({ TableName, Item: { ...keyOf(pk), ...more } }));
  const get = async (pk: string) => (await client.send(new GetItemCommand({ TableName, Key: keyOf(pk) }))).Item;
  const gone = async (pk: string): Promise<void> => {
    while (await get(pk)) await wait(5);
  };

  dynamoDbConformance(async () => ({
    client,
    makeTable: async () => (await server.createTable(properties('things'))).tableName,
  }));

  test('a table is made once and keeps its items over a restart, a transaction its token', async () => {
    await server.createTable(properties(TableName));
    await put('a', { dueOf: { S: 'x' }, dueAt: { N: '1' } });
    const once = new TransactWriteItemsCommand({
      ClientRequestToken: 'one',
      TransactItems: [
        {
          Update: {
            TableName,
            Key: keyOf('b'),
            UpdateExpression: 'ADD n :one',
            ExpressionAttributeValues: { ':one': { N: '1' } },
          },
        },
      ],
    });
    await client.send(once);

    await stop();
    await start();
    expect(await server.createTable(properties(TableName))).toEqual({
      tableName: TableName,
      tableArn: 'arn:aws:dynamodb:eu-central-1:000000000001:table/things',
    });
    await client.send(once);
    expect(await get('a')).toMatchObject(keyOf('a'));
    expect((await get('b'))?.n).toEqual({ N: '1' });
    const { Items } = await client.send(
      new QueryCommand({
        TableName,
        IndexName: 'due',
        KeyConditionExpression: 'dueOf = :x',
        ExpressionAttributeValues: { ':x': { S: 'x' } },
      }),
    );
    expect(Items).toHaveLength(1);
  });

  test('a token is forgotten after ten minutes of the clock', async () => {
    await server.createTable(properties(TableName));
    const add = (pk: string) =>
      client.send(
        new TransactWriteItemsCommand({
          ClientRequestToken: 'again',
          TransactItems: [{ Put: { TableName, Item: keyOf(pk) } }],
        }),
      );
    await add('a');
    clock.advance(9 * MINUTE_MS);
    await expect(add('b')).rejects.toThrow(/ClientRequestToken/);
    clock.advance(MINUTE_MS);
    await add('b');
    expect(await get('b')).toEqual(keyOf('b'));
  });

  test('a table with other keys in the folder is not taken for the one wanted', async () => {
    await server.createTable(properties(TableName));
    const { GlobalSecondaryIndexes: _, ...other } = properties(TableName);
    await expect(server.createTable(other)).rejects.toThrow(/table things has key pk HASH.*empty folder/);
    await expect(server.createTable({ ...properties('s'), StreamSpecification: {} })).rejects.toThrow(/streams/);
  });

  test('tables are listed, and deleted with all their items', async () => {
    await server.createTable(properties(TableName));
    await server.createTable(properties('things.other'));
    await put('a');
    await client.send(new DeleteTableCommand({ TableName }));
    const names = async () => (await client.send(new ListTablesCommand({}))).TableNames;
    while ((await names())?.includes(TableName)) await wait(1);
    expect(await names()).toEqual(['things.other']);
    await server.createTable(properties(TableName));
    expect(await get('a')).toBeUndefined();
    await expect(client.send(new CreateTableCommand(properties(TableName) as never))).rejects.toThrow();
  });

  test('expired items go minutes later on the clock, others stay', async () => {
    const ttl = { AttributeName: 'expires', Enabled: true };
    await server.createTable({ ...properties(TableName), TimeToLiveSpecification: ttl });
    const inSeconds = (seconds: number) => ({ expires: { N: String(Math.floor(clock.now() / 1000) + seconds) } });
    await put('soon', inSeconds(60));
    await put('put-off', inSeconds(60));
    await put('kept', inSeconds(3600));
    await put('milliseconds', { expires: { N: String(clock.now()) } });
    await put('text', { expires: { S: '1' } });
    await put('ancient', inSeconds(-6 * 365 * 24 * 3600));
    await put('due', { ...inSeconds(60), dueOf: { S: 'ttl' }, dueAt: { N: '1' } });
    await client.send(
      new UpdateItemCommand({
        TableName,
        Key: keyOf('put-off'),
        UpdateExpression: 'SET expires = :e',
        ExpressionAttributeValues: { ':e': inSeconds(3600).expires },
      }),
    );
    clock.advance(2 * MINUTE_MS);
    await put('marker', inSeconds(-3600));
    clock.advance(MINUTE_MS);
    await gone('marker');
    expect(await get('soon')).toBeDefined();

    // The order of expiry outlives a restart.
    await stop();
    await start();
    clock.advance(5 * MINUTE_MS);
    await gone('soon');
    await gone('due');
    for (const pk of ['put-off', 'kept', 'milliseconds', 'text', 'ancient']) expect(await get(pk)).toBeDefined();
    const { Count } = await client.send(
      new QueryCommand({
        TableName,
        IndexName: 'due',
        KeyConditionExpression: 'dueOf = :x',
        ExpressionAttributeValues: { ':x': { S: 'ttl' } },
      }),
    );
    expect(Count).toBe(0);
  });

  test('items of before time to live was set expire too', async () => {
    await server.createTable(properties(TableName));
    await put('old', { expires: { N: String(Math.floor(clock.now() / 1000)) } });
    const ttl = { AttributeName: 'expires', Enabled: true };
    await server.createTable({ ...properties(TableName), TimeToLiveSpecification: ttl });
    clock.advance(7 * MINUTE_MS);
    await gone('old');
  });

  test('the fail switch is asked before each write that is applied, and what it stops is not written', async () => {
    await server.createTable(properties(TableName));
    let asked = 0;
    beforeWrite = () => {
      asked += 1;
      throw new Error('stopped');
    };
    const tx = new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: keyOf('t') } }] });
    await expect(put('p')).rejects.toThrow('stopped');
    await expect(client.send(tx)).rejects.toThrow('stopped');
    expect(asked).toBe(2);
    expect(await get('p')).toBeUndefined();
    expect(await get('t')).toBeUndefined();
    beforeWrite = () => {};
    await put('p');
  });

  test('what was answered is on disk when the process is killed', async () => {
    await server.createTable(properties(TableName));
    await put('a', { dueOf: { S: 'x' }, dueAt: { N: '1' } });
    await client.send(
      new TransactWriteItemsCommand({
        TransactItems: [{ Put: { TableName, Item: { ...keyOf('b'), n: { N: '1' } } } }],
      }),
    );
    // The folder as it is while the server runs is what a killed process leaves behind.
    const left = await mkdtemp(join(tmpdir(), 'dynamodb-left-'));
    await cp(dir, left, { recursive: true });
    const survivor = await startDynamoDb({ dir: left, clock, region: 'r', accountId: '1', beforeWrite });
    const other = new DynamoDBClient({
      endpoint: survivor.url,
      region: 'r',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    try {
      for (const pk of ['a', 'b']) {
        const { Item } = await other.send(new GetItemCommand({ TableName, Key: keyOf(pk) }));
        expect(Item).toMatchObject(keyOf(pk));
      }
    } finally {
      other.destroy();
      await survivor.close();
      await rm(left, { recursive: true });
    }
  });

  test('two items whose index entries share their short hash are both in the index', async () => {
    await server.createTable(properties(TableName));
    const table = properties(TableName) as unknown as TableDescription;
    const schema = table.GlobalSecondaryIndexes![0]!.KeySchema;
    const entry = (pk: string) =>
      db.createIndexKey({ ...keyOf(pk), dueOf: { S: 'x' }, dueAt: { N: '1' } }, table, schema);
    const seen = new Map<string, string>();
    let pair: string[] = [];
    for (let n = 0; pair.length === 0; n += 1) {
      const earlier = seen.get(entry(String(n)));
      if (earlier !== undefined) pair = [earlier, String(n)];
      seen.set(entry(String(n)), String(n));
    }
    for (const pk of pair) await put(pk, { dueOf: { S: 'x' }, dueAt: { N: '1' } });
    const found: (string | undefined)[] = [];
    let ExclusiveStartKey: Record<string, never> | undefined;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName,
          IndexName: 'due',
          KeyConditionExpression: 'dueOf = :x',
          ExpressionAttributeValues: { ':x': { S: 'x' } },
          Limit: 1,
          ExclusiveStartKey,
        }),
      );
      found.push(...page.Items!.map((item) => item.pk!.S));
      ExclusiveStartKey = page.LastEvaluatedKey as Record<string, never> | undefined;
    } while (ExclusiveStartKey);
    expect(new Set(found)).toEqual(new Set(pair));
  });

  test('a second process on the same folder is told so', async () => {
    await expect(
      startDynamoDb({ dir, clock, region: 'eu-central-1', accountId: '000000000001', beforeWrite }),
    ).rejects.toThrow(/another sandbox/);
  });
});
