import type { BatchOperation, Item, Store, TableDescription } from 'dynalite/db/index.js';
import db from 'dynalite/db/index.js';
import type { PlannedWrite } from './item-write.ts';
import { invalid } from './service-error.ts';

/** AWS deletes expired items "within a few days"; here it takes this long, so that code has to cope with them. */
export const EXPIRED_ITEMS_LAST_S = 5 * 60;
/** An item that expired more than five years ago is taken for a mistake and kept, as on AWS. */
const OLDEST_EXPIRY_S = 5 * 365 * 24 * 3600;
const BACKFILL_BATCH = 1000;

/** Which attribute says when items of a table expire, and the order in which they do, so that a sweep reads no more. */
export interface TimeToLive {
  attributeOf(table: string): string | undefined;
  /** Throws ValidationException when it is so already, or on for another attribute. */
  update(table: TableDescription, attribute: string, enabled: boolean): Promise<void>;
  /** Forgets a deleted table. */
  forget(table: string): Promise<void>;
  /** What else a planned write has to put into its batch. */
  operationsFor(planned: PlannedWrite): BatchOperation[];
  /** The items that expired more than EXPIRED_ITEMS_LAST_S before `now` (epoch ms), the oldest first. */
  expired(now: number): AsyncIterable<{ table: string; entry: string; key: Item }>;
  /** False for an entry that its item has outlived: another value was written meanwhile. */
  isEntryOf(table: TableDescription, item: Item | undefined, entry: string): boolean;
}

const settingKey = (table: string): string => `ttl~${table}`;
const entriesOf = (table: string): string => `expiry~${table}~`;
const digits = (seconds: number): string => String(Math.max(seconds, 0)).padStart(13, '0');
const END = '~';

/** Reads the settings from the store. */
export const timeToLive = async (store: Store): Promise<TimeToLive> => {
  const attributes = new Map<string, string>();
  for await (const [key, value] of store.db.iterator({ gte: settingKey(''), lt: settingKey(END) })) {
    attributes.set(key.slice(settingKey('').length), (value as { attribute: string }).attribute);
  }

  /** Where an item stands in the order of expiry; items whose attribute is not a number never expire. */
  const entryOf = (table: TableDescription, item: Item | undefined): string | undefined => {
    const attribute = attributes.get(table.TableName);
    const number = attribute === undefined ? undefined : item?.[attribute]?.N;
    const seconds = Math.floor(Number(number ?? Number.NaN));
    if (!item || !(seconds >= 0) || String(seconds).length > 13) return undefined;
    return `${entriesOf(table.TableName)}${digits(seconds)}~${db.createKey(item, table)}`;
  };
  const keyOf = (table: TableDescription, item: Item): Item =>
    Object.fromEntries(table.KeySchema.map(({ AttributeName: name }) => [name, item[name]!]));

  const clear = (table: string): Promise<void> => store.db.clear({ gte: entriesOf(table), lt: entriesOf(table) + END });

  const backfill = async (table: TableDescription): Promise<void> => {
    let operations: BatchOperation[] = [];
    const items = `item-${table.TableName}~`;
    for await (const [, value] of store.db.iterator({ gte: items, lt: items + END })) {
      const item = value as Item;
      const entry = entryOf(table, item);
      if (entry) operations.push({ type: 'put', key: entry, value: keyOf(table, item) });
      if (operations.length >= BACKFILL_BATCH) {
        await store.db.batch(operations);
        operations = [];
      }
    }
    if (operations.length > 0) await store.db.batch(operations);
  };

  async function* expired(now: number) {
    const nowSeconds = Math.floor(now / 1000);
    for (const table of attributes.keys()) {
      const gte = entriesOf(table) + digits(nowSeconds - OLDEST_EXPIRY_S);
      const lt = entriesOf(table) + digits(nowSeconds - EXPIRED_ITEMS_LAST_S);
      for await (const [entry, key] of store.db.iterator({ gte, lt })) yield { table, entry, key: key as Item };
    }
  }

  return {
    attributeOf: (table) => attributes.get(table),
    update: async (table, attribute, enabled) => {
      const current = attributes.get(table.TableName);
      if (enabled && current === attribute) throw invalid('TimeToLive is already enabled');
      if (!enabled && current === undefined) throw invalid('TimeToLive is already disabled');
      if (current !== undefined && current !== attribute) {
        throw invalid(`TimeToLive is active on a different AttributeName: current AttributeName is ${current}`);
      }
      if (enabled) {
        attributes.set(table.TableName, attribute);
        // The entries first: a setting without them would be taken for done after a crash.
        await backfill(table);
        await store.db.put(settingKey(table.TableName), { attribute });
      } else {
        attributes.delete(table.TableName);
        await store.db.del(settingKey(table.TableName));
        await clear(table.TableName);
      }
    },
    forget: async (table) => {
      attributes.delete(table);
      await store.db.del(settingKey(table));
      await clear(table);
    },
    operationsFor: ({ write, before, after }) => {
      const old = entryOf(write.table, before);
      const next = entryOf(write.table, after);
      const operations: BatchOperation[] = [];
      if (old && old !== next) operations.push({ type: 'del', key: old });
      if (next && old !== next) operations.push({ type: 'put', key: next, value: keyOf(write.table, after!) });
      return operations;
    },
    expired,
    isEntryOf: (table, item, entry) => entryOf(table, item) === entry,
  };
};
