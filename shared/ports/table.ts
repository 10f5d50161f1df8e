/** One record: `pk` and `sk` name it; `rev` grows with each write and is what a transition names. */
export interface TableRecord {
  pk: string;
  sk: string;
  rev: number;
  /** In the sparse index only while something is to be done: which kind of work, and when (epoch ms). */
  dueOf?: string;
  dueAt?: number;
  [field: string]: unknown;
}

/** The content of a record, without what the table itself keeps. */
export interface Draft {
  pk: string;
  sk: string;
  dueOf?: string;
  dueAt?: number;
  [field: string]: unknown;
}

/**
 * One conditional write. `rev: 0` writes only where nothing is; else only where the record still has that revision.
 * `delete` removes it under the same condition. `check` writes nothing and only insists.
 */
export type Write =
  | { kind: 'put'; record: Draft; rev: number }
  | { kind: 'delete'; pk: string; sk: string; rev: number }
  | { kind: 'check'; pk: string; sk: string; rev: number };

/** One DynamoDB table, owned by one service. Reads are strongly consistent, but for `due`. */
export interface Table extends TableReader {
  /** All of it or nothing; false when a condition failed: read again and go on only if your own write shows. At most 100. */
  write(writes: readonly Write[]): Promise<boolean>;
  /** Records of one `pk` whose `sk` starts with `prefix`, ascending. */
  query(pk: string, prefix?: string): AsyncIterable<TableRecord>;
  /** What is past due, oldest first; from the sparse index, so it may be a moment late. */
  due(dueOf: string, until: number, limit: number): Promise<TableRecord[]>;
}

/** What any service may do with another's table. */
export interface TableReader {
  get(pk: string, sk: string): Promise<TableRecord | undefined>;
}
