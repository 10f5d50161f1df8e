import { Readable } from 'node:stream';
import { BatchWriteItemCommand, CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { inParallel, type Measured, measure, median } from './measure.ts';
import { withServer } from './own-process.ts';
import type { Row } from './report.ts';
import { REGION } from './server-names.ts';

const MB = 1_000_000;
/** Enough that the client waits for the server, not the other way round. */
const CALLS_AT_A_TIME = 16;
const settingsFor = (endpoint: string) => ({
  endpoint,
  region: REGION,
  credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  maxAttempts: 1,
});

const row = (what: string, runs: readonly Measured[], goal: Omit<Row, 'what' | 'measured'>): Row => ({
  what,
  measured: { ...median(runs), peakRss: Math.max(...runs.map(({ peakRss }) => peakRss)) },
  ...goal,
});

const OBJECT_BYTES = 200 * MB;
const BLOCK = Buffer.alloc(64 * 1024, 'sku-1,Cap "M",9.90 EUR,in stock\n');

const blocks = function* (bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= BLOCK.length) yield BLOCK.subarray(0, Math.min(left, BLOCK.length));
};

const oneLargeObject = (times: number): Promise<Row[]> =>
  withServer('s3', async (server) => {
    const client = new S3Client(settingsFor(server.url));
    await client.send(new CreateBucketCommand({ Bucket: 'bench' }));
    const key = { Bucket: 'bench', Key: 'large.csv' };
    const put = () =>
      client.send(
        new PutObjectCommand({
          ...key,
          Body: Readable.from(blocks(OBJECT_BYTES), { objectMode: false }),
          ContentLength: OBJECT_BYTES,
        }),
      );
    const get = async () => {
      const { Body } = await client.send(new GetObjectCommand(key));
      let bytes = 0;
      for await (const chunk of Body as AsyncIterable<Buffer>) bytes += chunk.length;
      if (bytes !== OBJECT_BYTES) throw new Error(`${bytes} bytes came back of ${OBJECT_BYTES}`);
    };
    const [puts, gets]: [Measured[], Measured[]] = [[], []];
    for (let n = 0; n < times; n += 1) {
      puts.push(await measure(server, put));
      gets.push(await measure(server, get));
    }
    client.destroy();
    const megabytes = { amount: OBJECT_BYTES / MB, unit: 'MB' };
    return [
      row('S3: put 200 MB in one stream', puts, { ...megabytes, goalPerSecond: 100 }),
      row('S3: get 200 MB', gets, { ...megabytes, goalPerSecond: 200 }),
    ];
  });

const EVENTS = 30_000;
const EVENTS_A_CALL = 10;

const manyEvents = (times: number): Promise<Row[]> =>
  withServer('events', async (server) => {
    const client = new EventBridgeClient(settingsFor(server.url));
    const put = async (call: number) => {
      const Entries = Array.from({ length: EVENTS_A_CALL }, (_, n) => ({
        EventBusName: 'bench',
        Source: 'bench',
        DetailType: 'A',
        Detail: JSON.stringify({ id: call * EVENTS_A_CALL + n, key: 'x'.repeat(200) }),
      }));
      const { FailedEntryCount } = await client.send(new PutEventsCommand({ Entries }));
      if (FailedEntryCount !== 0) throw new Error(`${FailedEntryCount} events were refused`);
    };
    const runs: Measured[] = [];
    for (let n = 0; n < times; n += 1)
      runs.push(await measure(server, () => inParallel(EVENTS / EVENTS_A_CALL, CALLS_AT_A_TIME, put)));
    client.destroy();
    return [
      row('EventBridge: PutEvents in tens, archived, five rules', runs, {
        amount: EVENTS,
        unit: 'entries',
        goalPerSecond: 5000,
      }),
    ];
  });

const ITEMS = 100_000;
const ITEMS_A_CALL = 25;
const GOAL_SECONDS = 60;

const manyItems = (): Promise<Row[]> =>
  withServer('dynamodb', async (server) => {
    const client = new DynamoDBClient(settingsFor(server.url));
    await client.send(
      new CreateTableCommand({
        TableName: 'bench',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      }),
    );
    const write = async (call: number) => {
      const puts = Array.from({ length: ITEMS_A_CALL }, (_, n) => ({
        PutRequest: {
          Item: { pk: { S: `product-${call * ITEMS_A_CALL + n}` }, n: { N: String(n) }, text: { S: 'x'.repeat(250) } },
        },
      }));
      const { UnprocessedItems } = await client.send(new BatchWriteItemCommand({ RequestItems: { bench: puts } }));
      if (Object.keys(UnprocessedItems ?? {}).length > 0) throw new Error('items were left unprocessed');
    };
    const run = await measure(server, () => inParallel(ITEMS / ITEMS_A_CALL, CALLS_AT_A_TIME, write));
    client.destroy();
    return [
      row('DynamoDB: 100,000 items of 300 B by BatchWriteItem', [run], {
        amount: ITEMS,
        unit: 'items',
        goalPerSecond: ITEMS / GOAL_SECONDS,
      }),
    ];
  });

/** Measures the sandbox's servers one after the other, through the SDK's clients with their default settings. */
export const benchSandbox = async (times = 3): Promise<Row[]> => [
  ...(await oneLargeObject(times)),
  ...(await manyEvents(times)),
  ...(await manyItems()),
];
