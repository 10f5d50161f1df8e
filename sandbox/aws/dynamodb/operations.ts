import batchGetItem from 'dynalite/actions/batchGetItem.js';
import createTable from 'dynalite/actions/createTable.js';
import deleteTable from 'dynalite/actions/deleteTable.js';
import describeTable from 'dynalite/actions/describeTable.js';
import getItem from 'dynalite/actions/getItem.js';
import listTables from 'dynalite/actions/listTables.js';
import query from 'dynalite/actions/query.js';
import scan from 'dynalite/actions/scan.js';
import type { Done, Request, Store } from 'dynalite/db/index.js';
import batchGetItemRules from 'dynalite/validations/batchGetItem.js';
import createTableRules from 'dynalite/validations/createTable.js';
import deleteTableRules from 'dynalite/validations/deleteTable.js';
import describeTableRules from 'dynalite/validations/describeTable.js';
import getItemRules from 'dynalite/validations/getItem.js';
import listTablesRules from 'dynalite/validations/listTables.js';
import queryRules from 'dynalite/validations/query.js';
import scanRules from 'dynalite/validations/scan.js';
import { describeBackups, forgetBackups, setPointInTimeRecovery } from './backups.ts';
import { batchWrite } from './batch-write.ts';
import { perform, tableOf, validate } from './engine.ts';
import { startingAfter } from './index-entry.ts';
import { invalid } from './service-error.ts';
import { transactGet, transactWrite } from './transact.ts';
import type { TransactionTokens } from './transaction-tokens.ts';
import { type Writer, writeOne } from './writer.ts';

type Body = Record<string, unknown>;
type Operation = (body: Body) => Promise<Body>;
type Action = (store: Store, request: Request, done: Done) => void;
type Rules = Parameters<typeof validate>[0];

/** What each operation of DynamoDB does, by the name in x-amz-target. They reject with ServiceError. */
export const operationsOf = (
  writer: Writer,
  tokens: TransactionTokens,
  now: () => number,
): Record<string, Operation> => {
  const { store, timeToLive } = writer;

  const asDynalite =
    (action: Action, rules: Rules): Operation =>
    (body) =>
      perform(action, store, validate(rules, body, store));

  const overRange =
    (action: Action, rules: Rules): Operation =>
    async (body) => {
      const request = validate(rules, body, store);
      const table = await tableOf(store, request.TableName);
      return perform(action, startingAfter(store, table, request), request);
    };

  const tableIn = (body: Body) => {
    if (typeof body.TableName !== 'string') throw invalid("The parameter 'TableName' is required");
    return tableOf(store, body.TableName);
  };

  return {
    GetItem: asDynalite(getItem, getItemRules),
    BatchGetItem: asDynalite(batchGetItem, batchGetItemRules),
    Query: overRange(query, queryRules),
    Scan: overRange(scan, scanRules),
    PutItem: (body) => writeOne(writer, 'Put', body),
    UpdateItem: (body) => writeOne(writer, 'Update', body),
    DeleteItem: (body) => writeOne(writer, 'Delete', body),
    BatchWriteItem: (body) => batchWrite(writer, body),
    TransactWriteItems: (body) => transactWrite(writer, tokens, now, body),
    TransactGetItems: (body) => transactGet(writer, body),
    CreateTable: asDynalite(createTable, createTableRules),
    DescribeTable: asDynalite(describeTable, describeTableRules),
    ListTables: asDynalite(listTables, listTablesRules),
    DeleteTable: async (body) => {
      const request = validate(deleteTableRules, body, store);
      const answer = await perform(deleteTable, store, request);
      await timeToLive.forget(request.TableName);
      await forgetBackups(store, request.TableName);
      return answer;
    },
    UpdateTimeToLive: async (body) => {
      const table = await tableIn(body);
      const { AttributeName, Enabled } = (body.TimeToLiveSpecification ?? {}) as Body;
      if (typeof AttributeName !== 'string' || AttributeName === '' || typeof Enabled !== 'boolean') {
        throw invalid('TimeToLiveSpecification needs AttributeName and Enabled');
      }
      await timeToLive.update(table, AttributeName, Enabled);
      return { TimeToLiveSpecification: { AttributeName, Enabled } };
    },
    DescribeTimeToLive: async (body) => {
      const attribute = timeToLive.attributeOf((await tableIn(body)).TableName);
      return {
        TimeToLiveDescription:
          attribute === undefined
            ? { TimeToLiveStatus: 'DISABLED' }
            : { TimeToLiveStatus: 'ENABLED', AttributeName: attribute },
      };
    },
    UpdateContinuousBackups: async (body) => {
      const { TableName: name } = await tableIn(body);
      await setPointInTimeRecovery(store, name, body.PointInTimeRecoverySpecification, now());
      return describeBackups(store, name, now());
    },
    DescribeContinuousBackups: async (body) => describeBackups(store, (await tableIn(body)).TableName, now()),
  };
};
