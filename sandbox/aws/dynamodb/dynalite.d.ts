/**
 * dynalite carries no types. These are of dynalite 4.0.0 exactly, and of its inner files: it has no export map and
 * promises nothing about them, so the version in package.json is pinned and a new one needs this folder's tests.
 */
declare module 'dynalite/db/index.js' {
  export type Attribute = Record<string, unknown>;
  export type Item = Record<string, Attribute>;
  export type Done<T = unknown> = (error?: Error | null, result?: T) => void;

  /** What dynalite hands back for a refused request: the HTTP status and the body AWS would answer with. */
  export interface DynaliteError extends Error {
    statusCode: number;
    body: { __type: string; message?: string };
  }

  export interface KeyElement {
    AttributeName: string;
    KeyType: string;
  }
  export interface TableDescription {
    TableName: string;
    TableArn: string;
    TableStatus: string;
    KeySchema: KeyElement[];
    AttributeDefinitions: { AttributeName: string; AttributeType: string }[];
    GlobalSecondaryIndexes?: TableIndex[];
    LocalSecondaryIndexes?: TableIndex[];
  }
  export interface TableIndex {
    IndexName: string;
    IndexStatus?: string;
    KeySchema: KeyElement[];
    Projection: { ProjectionType: string; NonKeyAttributes?: string[] };
  }

  /** A request after validation; the fields with an underscore are dynalite's parsed expressions. */
  export interface Request {
    TableName: string;
    IndexName?: string;
    Item?: Item;
    Key?: Item;
    ExclusiveStartKey?: Item;
    ReturnConsumedCapacity?: string;
    [field: string]: unknown;
  }

  export interface RangeOptions {
    gt?: string;
    gte?: string;
    lt?: string;
    lte?: string;
    reverse?: boolean;
    limit?: number;
  }
  export type BatchOperation = { type: 'put'; key: string; value: unknown } | { type: 'del'; key: string };

  /** The whole of the database, JSON values; dynalite's own parts are told apart by the start of the key. */
  export interface Level {
    open(): Promise<void>;
    get(key: string): Promise<unknown>;
    /** What `get` calls (abstract-level), and what reads without another thread (classic-level 3). */
    _get(key: unknown, options: unknown): Promise<unknown>;
    _getSync(key: unknown, options: unknown): unknown;
    put(key: string, value: unknown): Promise<void>;
    del(key: string): Promise<void>;
    batch(operations: BatchOperation[]): Promise<void>;
    clear(range: RangeOptions): Promise<void>;
    iterator(range: RangeOptions): AsyncIterable<[string, unknown]>;
    close(): Promise<void>;
  }
  export interface SubDb {
    lock(key: string, run: (release: (done: Done) => Done) => void): void;
    get(key: string, done: Done): void;
    put(key: string, value: unknown, done: Done): void;
    del(key: string, done: Done): void;
    createValueStream(range: RangeOptions): NodeJS.ReadableStream;
  }
  export interface Store {
    options: { maxItemSize: number };
    db: Level;
    tableDb: SubDb & { awsRegion: string; awsAccountId: string };
    getItemDb(table: string): SubDb;
    getIndexDb(kind: string, table: string, index: string): SubDb;
    getTable(name: string, done: Done<TableDescription>): void;
    getTable(name: string, activeOnly: boolean, done: Done<TableDescription>): void;
  }
  export interface StoreOptions {
    path: string;
    createTableMs: number;
    deleteTableMs: number;
    updateTableMs: number;
  }

  interface Db {
    create(options: StoreOptions): Store;
    validateItem(item: Item, table: TableDescription): DynaliteError | null | undefined;
    validateKey(key: Item, table: TableDescription): DynaliteError | null | undefined;
    createKey(item: Item, table: TableDescription): string;
    createIndexKey(item: Item, table: TableDescription, keySchema: KeyElement[]): string;
    checkConditional(request: Request, item: Item | undefined): DynaliteError | null | undefined;
    itemSize(item: Item): number;
  }
  const db: Db;
  export default db;
}

declare module 'dynalite/actions/*' {
  import type { Done, Request, Store } from 'dynalite/db/index.js';

  const action: (store: Store, request: Request, done: Done) => void;
  export default action;
}

declare module 'dynalite/validations/index.js' {
  import type { Store } from 'dynalite/db/index.js';

  interface Validations {
    checkTypes(request: unknown, types: unknown): Record<string, unknown>;
    checkValidations(request: unknown, types: unknown, custom: unknown, store: Store): void;
  }
  const validations: Validations;
  export default validations;
}

declare module 'dynalite/validations/*' {
  const rules: { types: unknown; custom?: unknown };
  export default rules;
}
