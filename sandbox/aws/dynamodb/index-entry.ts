import type { Item, Request, Store, SubDb, TableDescription } from 'dynalite/db/index.js';
import db from 'dynalite/db/index.js';

/**
 * dynalite ends an index entry's key with 24 bits of a hash of the item's key, so two of a few thousand items with
 * the same index key would share an entry and one would vanish from the index. The whole key at the end tells them
 * apart.
 */
export const indexEntryKey = (entry: string, itemKey: string): string => `${entry}/${itemKey}`;

const indexSchema = (table: TableDescription, name: string) =>
  [...(table.GlobalSecondaryIndexes ?? []), ...(table.LocalSecondaryIndexes ?? [])].find(
    (index) => index.IndexName === name,
  )?.KeySchema;

/** The store as a Query or Scan that goes on after `ExclusiveStartKey` has to see it: after that very entry. */
export const startingAfter = (store: Store, table: TableDescription, request: Request): Store => {
  const { IndexName: index, ExclusiveStartKey: start } = request;
  const schema = index === undefined ? undefined : indexSchema(table, index);
  const attributes = [...(schema ?? []), ...table.KeySchema].map((element) => element.AttributeName);
  if (!start || !schema || attributes.some((attribute) => !start[attribute])) return store;

  const spell = (bound: string): string => {
    const item: Item = start;
    return bound === db.createIndexKey(item, table, schema) ? indexEntryKey(bound, db.createKey(item, table)) : bound;
  };
  return {
    ...store,
    getIndexDb: (kind, name, indexName): SubDb => {
      const entries = store.getIndexDb(kind, name, indexName);
      return {
        ...entries,
        createValueStream: (range) =>
          entries.createValueStream({
            ...range,
            ...(range.gt === undefined ? {} : { gt: spell(range.gt) }),
            ...(range.lt === undefined ? {} : { lt: spell(range.lt) }),
          }),
      };
    },
  };
};
