import { mkdir } from 'node:fs/promises';
import type { Store } from 'dynalite/db/index.js';
import db from 'dynalite/db/index.js';
import type { SandboxClock } from '../../clock.ts';
import type { BeforeWrite, SandboxServer } from '../../server.ts';
import { setPointInTimeRecovery } from './backups.ts';
import { startExpirySweeper } from './expiry-sweeper.ts';
import { listenJson } from './json-listener.ts';
import { keyLocks } from './key-locks.ts';
import { operationsOf } from './operations.ts';
import { asServiceError, ServiceError } from './service-error.ts';
import { ensureTable, settleTables, type TableProperties } from './tables.ts';
import { timeToLive } from './time-to-live.ts';
import { transactionTokens } from './transaction-tokens.ts';
import { writerOf } from './writer.ts';

export interface DynamoDbOptions {
  /** Where the tables are kept; made when missing. One process at a time. */
  readonly dir: string;
  readonly clock: SandboxClock;
  readonly region: string;
  readonly accountId: string;
  /** Called before each PutItem, UpdateItem, DeleteItem, BatchWriteItem and TransactWriteItems is applied. */
  readonly beforeWrite: BeforeWrite;
}

export interface DynamoDbServer extends SandboxServer {
  /**
   * Makes the table of an AWS::DynamoDB::Table's Properties, or keeps the one that is there with its items, and sets
   * its time to live and point-in-time recovery. Resolves when it is active. Throws when the folder holds a table of
   * that name with other keys or indexes.
   */
  createTable(properties: TableProperties): Promise<{ tableName: string; tableArn: string }>;
}

const isOn = (value: unknown): boolean => value === true || value === 'true';

/**
 * LevelDB finds a record of ours in microseconds, nearly always in memory; handing each read to another thread and waiting
 * for it takes many times as long.
 */
const readHere = (level: Store['db']): void => {
  const { _getSync } = level;
  level._get = async (key, options) => _getSync.call(level, key, options);
};

const openStore = async (dir: string, region: string, accountId: string): Promise<Store> => {
  await mkdir(dir, { recursive: true });
  const store = db.create({ path: dir, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  readHere(store.db);
  store.tableDb.awsRegion = region;
  store.tableDb.awsAccountId = accountId;
  try {
    await store.db.open();
  } catch (error) {
    throw new Error(`the tables in ${dir} cannot be opened; is another sandbox running on this folder?`, {
      cause: error,
    });
  }
  return store;
};

/** Starts DynamoDB on a folder. */
export const startDynamoDb = async (options: DynamoDbOptions): Promise<DynamoDbServer> => {
  const { clock } = options;
  const store = await openStore(options.dir, options.region, options.accountId);
  await settleTables(store);
  const expiry = await timeToLive(store);
  const tokens = await transactionTokens(store);
  const writer = writerOf(store, keyLocks(), expiry, options.beforeWrite);
  const operations = operationsOf(writer, tokens, () => clock.now());
  const sweeper = startExpirySweeper(writer, tokens, clock);

  const listener = await listenJson(async ({ operation, body }) => {
    try {
      const answer = operations[operation];
      if (!answer) throw new ServiceError('UnknownOperationException', `the sandbox's DynamoDB has no ${operation}`);
      return { status: 200, body: await answer(body) };
    } catch (thrown) {
      const error = asServiceError(thrown);
      if (error instanceof ServiceError) return { status: error.statusCode, body: error.body };
      throw error;
    }
  });

  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await listener.close();
    await sweeper.stop();
    await store.db.close();
  };
  return {
    url: listener.url,
    close: () => {
      closed ??= close();
      return closed;
    },
    createTable: async (properties) => {
      const table = await ensureTable(store, properties);
      const { TableName: tableName, TableArn: tableArn } = table;
      const ttl = properties.TimeToLiveSpecification;
      const wanted = isOn(ttl?.Enabled) ? ttl?.AttributeName : undefined;
      const current = expiry.attributeOf(tableName);
      if (current !== undefined && current !== wanted) await expiry.update(table, current, false);
      if (wanted !== undefined && current !== wanted) await expiry.update(table, wanted, true);
      const recovery = isOn(properties.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled);
      await setPointInTimeRecovery(store, tableName, { PointInTimeRecoveryEnabled: recovery }, clock.now());
      return { tableName, tableArn };
    },
  };
};
