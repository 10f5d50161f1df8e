import deleteItem from 'dynalite/actions/deleteItem.js';
import putItem from 'dynalite/actions/putItem.js';
import updateItem from 'dynalite/actions/updateItem.js';
import type { BatchOperation, Done, Item, Request, Store, SubDb, TableDescription } from 'dynalite/db/index.js';
import db from 'dynalite/db/index.js';
import deleteRules from 'dynalite/validations/deleteItem.js';
import putRules from 'dynalite/validations/putItem.js';
import updateRules from 'dynalite/validations/updateItem.js';
import { perform, tableOf, validate } from './engine.ts';
import { indexEntryKey } from './index-entry.ts';
import { invalid, ServiceError } from './service-error.ts';

export type WriteKind = 'Put' | 'Update' | 'Delete' | 'ConditionCheck';

/** A validated write of one item. Good for one use: dynalite works in the request's parsed expressions. */
export interface ItemWrite {
  readonly kind: WriteKind;
  readonly request: Request;
  readonly table: TableDescription;
  /** The item's key as the store spells it; undefined when `keyError` says what is wrong with it. */
  readonly key: string | undefined;
  readonly keyError: ServiceError | undefined;
  readonly returnItemOnFailure: boolean;
}

/** What a write would do, read and computed under its key's lock, not yet in the store. */
export interface PlannedWrite {
  readonly write: ItemWrite;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
  readonly operations: BatchOperation[];
  readonly result: Record<string, unknown>;
}

const RULES = { Put: putRules, Update: updateRules, Delete: deleteRules, ConditionCheck: deleteRules };

/** Checks a write's request and finds its table. Throws ServiceError; a key of the wrong shape is in `keyError`. */
export const itemWrite = async (kind: WriteKind, body: Record<string, unknown>, store: Store): Promise<ItemWrite> => {
  const onFailure = body.ReturnValuesOnConditionCheckFailure ?? 'NONE';
  if (onFailure !== 'ALL_OLD' && onFailure !== 'NONE') {
    throw invalid('ReturnValuesOnConditionCheckFailure must be ALL_OLD or NONE');
  }
  const request = validate(RULES[kind], body, store);
  if (kind === 'ConditionCheck' && body.ConditionExpression === undefined) {
    throw invalid('The ConditionCheck action needs a ConditionExpression');
  }
  const table = await tableOf(store, request.TableName);
  const item = kind === 'Put' ? request.Item! : request.Key!;
  const wrong = kind === 'Put' ? db.validateItem(item, table) : db.validateKey(item, table);
  return {
    kind,
    request,
    table,
    key: wrong ? undefined : db.createKey(item, table),
    keyError: wrong ? invalid(wrong.message) : undefined,
    returnItemOnFailure: onFailure === 'ALL_OLD',
  };
};

/** What to hold while a write is planned and applied. */
export const lockOf = (table: string, key: string): string => `${table}~${key}`;

/**
 * A store for one write of one item that reads the real one and notes the writes instead of doing them, so that an
 * item, its index entries and all of a transaction go to disk in one batch. The caller holds the key's lock.
 */
const noting = (store: Store, { table, key }: ItemWrite) => {
  const operations: BatchOperation[] = [];
  let before: Item | undefined;
  const noteIn = (prefix: string, spell: (key: string) => string, get: SubDb['get']): SubDb => ({
    lock: (_key, run) => run((done: Done) => done),
    get,
    put: (entry, value, done) => {
      operations.push({ type: 'put', key: prefix + spell(entry), value });
      done(null);
    },
    del: (entry, done) => {
      operations.push({ type: 'del', key: prefix + spell(entry) });
      done(null);
    },
    createValueStream: () => {
      throw new Error('a write does not read ranges');
    },
  });
  const readItem: SubDb['get'] = (itemKey, done) =>
    store.getItemDb(table.TableName).get(itemKey, (error, item) => {
      before = item as Item | undefined;
      done(error, item);
    });
  const view: Store = {
    ...store,
    getTable: (_name: string, second: boolean | Done<TableDescription>, third?: Done<TableDescription>) =>
      (typeof second === 'function' ? second : third!)(null, table),
    getItemDb: (name) => noteIn(`item-${name}~`, (itemKey) => itemKey, readItem),
    getIndexDb: (kind, name, index) =>
      noteIn(`index-${kind.toLowerCase()}~${name}~${index}~`, (entry) => indexEntryKey(entry, key!), readItem),
  };
  return { view, operations, before: () => before };
};

const checkCondition = (store: Store, request: Request, done: Done): void => {
  store.getTable(request.TableName, (_none, table) => {
    store.getItemDb(request.TableName).get(db.createKey(request.Key!, table!), (error, item) => {
      done(error ?? db.checkConditional(request, item as Item | undefined), {});
    });
  });
};

const ACTIONS = { Put: putItem, Update: updateItem, Delete: deleteItem, ConditionCheck: checkCondition };

/**
 * Reads the item, checks the condition and computes the new item and its index entries. Rejects with ServiceError:
 * ConditionalCheckFailedException (with the Item when the request asks for it) or ValidationException.
 */
export const planWrite = async (store: Store, write: ItemWrite): Promise<PlannedWrite> => {
  if (write.keyError) throw write.keyError;
  const { view, operations, before } = noting(store, write);
  try {
    const result = await perform(ACTIONS[write.kind], view, write.request);
    const itemKey = `item-${write.table.TableName}~${write.key}`;
    const own = operations.find((operation) => operation.key === itemKey);
    const after = own ? (own.type === 'put' ? (own.value as Item) : undefined) : before();
    return { write, before: before(), after, operations, result };
  } catch (error) {
    const item = before();
    if (!(error instanceof ServiceError) || error.name !== 'ConditionalCheckFailedException') throw error;
    const more = write.returnItemOnFailure && item ? { Item: item } : {};
    throw new ServiceError('ConditionalCheckFailedException', 'The conditional request failed', more);
  }
};
