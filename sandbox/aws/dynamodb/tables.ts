import { setTimeout as wait } from 'node:timers/promises';
import createAction from 'dynalite/actions/createTable.js';
import type { KeyElement, Store, TableDescription } from 'dynalite/db/index.js';
import rules from 'dynalite/validations/createTable.js';
import { perform, tableOf, validate } from './engine.ts';

/** The Properties of an AWS::DynamoDB::Table, references resolved. */
export interface TableProperties {
  TableName: string;
  KeySchema: KeyElement[];
  AttributeDefinitions: { AttributeName: string; AttributeType: string }[];
  BillingMode?: string;
  ProvisionedThroughput?: unknown;
  GlobalSecondaryIndexes?: { IndexName: string; KeySchema: KeyElement[]; [property: string]: unknown }[];
  LocalSecondaryIndexes?: { IndexName: string; KeySchema: KeyElement[]; [property: string]: unknown }[];
  TimeToLiveSpecification?: { AttributeName?: string; Enabled: boolean | 'true' | 'false' };
  PointInTimeRecoverySpecification?: { PointInTimeRecoveryEnabled?: boolean | 'true' | 'false' };
  /** Encryption, tags and the like change nothing that a caller can see, so they are taken and not kept. */
  [property: string]: unknown;
}

interface Keys {
  KeySchema: KeyElement[];
  GlobalSecondaryIndexes?: { IndexName: string; KeySchema: KeyElement[] }[];
  LocalSecondaryIndexes?: { IndexName: string; KeySchema: KeyElement[] }[];
}

const spellKeys = (keys: KeyElement[]): string => keys.map((key) => `${key.AttributeName} ${key.KeyType}`).join(', ');
const spellSchema = (table: Keys): string =>
  [
    `key ${spellKeys(table.KeySchema)}`,
    ...[...(table.GlobalSecondaryIndexes ?? []), ...(table.LocalSecondaryIndexes ?? [])]
      .map((index) => `index ${index.IndexName} ${spellKeys(index.KeySchema)}`)
      .sort(),
  ].join('; ');

const activeTable = async (store: Store, name: string): Promise<TableDescription> => {
  for (;;) {
    const table = (await store.db.get(`table~${name}`)) as TableDescription | undefined;
    if (table?.TableStatus === 'ACTIVE') return tableOf(store, name);
    await wait(1);
  }
};

/**
 * Makes the table unless it is there already, with its items, and waits until it is active. Throws when the table is
 * there with other keys or indexes, or when a property asks for what the sandbox does not do (a stream).
 */
export const ensureTable = async (store: Store, properties: TableProperties): Promise<TableDescription> => {
  const { TableName: name } = properties;
  if (properties.StreamSpecification) throw new Error(`table ${name}: the sandbox has no DynamoDB streams`);

  const existing = (await store.db.get(`table~${name}`)) as TableDescription | undefined;
  if (existing) {
    if (spellSchema(existing) !== spellSchema(properties)) {
      throw new Error(
        `table ${name} has ${spellSchema(existing)} in this sandbox's folder, but now wants ${spellSchema(properties)}: ` +
          'start again with an empty folder',
      );
    }
  } else {
    const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, LocalSecondaryIndexes } = properties;
    const { BillingMode, ProvisionedThroughput } = properties;
    const request = validate(
      rules,
      {
        TableName: name,
        AttributeDefinitions,
        KeySchema,
        GlobalSecondaryIndexes,
        LocalSecondaryIndexes,
        BillingMode,
        ProvisionedThroughput,
      },
      store,
    );
    await perform(createAction, store, request);
  }
  return activeTable(store, name);
};

/** Ends what a killed process left half done: a table in creation becomes active, one in deletion goes. */
export const settleTables = async (store: Store): Promise<void> => {
  for await (const [key, value] of store.db.iterator({ gte: 'table~', lt: 'table~~' })) {
    const table = value as TableDescription;
    if (table.TableStatus === 'DELETING') await store.db.del(key);
    else if (table.TableStatus !== 'ACTIVE') {
      for (const index of table.GlobalSecondaryIndexes ?? []) index.IndexStatus = 'ACTIVE';
      await store.db.put(key, { ...table, TableStatus: 'ACTIVE' });
    }
  }
};
