import type { Table, TableRecord, Write } from '../../ports/table.ts';
import { frozenCopy } from './copy.ts';

/** What one put or delete of a write came to: what was there, and what is there now; undefined: nothing. */
export interface MemoryChange {
  before: TableRecord | undefined;
  after: TableRecord | undefined;
}

/**
 * A table in memory, with the port's conditions and transactions. Records are given as they are kept, and cannot be changed.
 * What the port promises for later, `atOnce` does now: for tests and simulation, which look from outside.
 */
export interface MemoryTable extends Table {
  readonly records: () => TableRecord[];
  readonly peek: (pk: string, sk: string) => TableRecord | undefined;
  readonly atOnce: {
    /** Undefined when a condition failed. */
    write(writes: readonly Write[]): MemoryChange[] | undefined;
    query(pk: string, prefix?: string): TableRecord[];
    due(dueOf: string, until: number, limit: number): TableRecord[];
    /** When the first record is due, of whatever kind; Infinity when none is. */
    firstDue(): number;
  };
}

const NEVER = Number.POSITIVE_INFINITY;
const namesOf = (write: Write): { pk: string; sk: string } => (write.kind === 'put' ? write.record : write);
const bySk = (a: TableRecord, b: TableRecord): number => (a.sk < b.sk ? -1 : a.sk > b.sk ? 1 : 0);

export const memoryTable = (): MemoryTable => {
  const kept = new Map<string, Map<string, TableRecord>>();
  const find = (pk: string, sk: string): TableRecord | undefined => kept.get(pk)?.get(sk);
  const put = (record: TableRecord): TableRecord => {
    const found = kept.get(record.pk);
    if (found === undefined) kept.set(record.pk, new Map([[record.sk, record]]));
    else found.set(record.sk, record);
    return record;
  };
  const select = (wanted: (record: TableRecord) => boolean): TableRecord[] => {
    const found: TableRecord[] = [];
    for (const records of kept.values()) for (const record of records.values()) if (wanted(record)) found.push(record);
    return found;
  };

  const atOnce: MemoryTable['atOnce'] = {
    write: (writes) => {
      if (
        writes.length > 1 &&
        new Set(writes.map((write) => JSON.stringify([namesOf(write).pk, namesOf(write).sk]))).size !== writes.length
      ) {
        throw new Error('one record twice in a transaction');
      }
      if (writes.length > 100) throw new Error('a transaction takes 100 writes at most');
      const befores: (TableRecord | undefined)[] = [];
      for (const write of writes) {
        const { pk, sk } = namesOf(write);
        const before = find(pk, sk);
        if ((before?.rev ?? 0) !== write.rev) return undefined;
        befores.push(before);
      }
      const changes: MemoryChange[] = [];
      for (const [place, write] of writes.entries()) {
        const before = befores[place];
        if (write.kind === 'put')
          changes.push({ before, after: put(frozenCopy({ ...write.record, rev: write.rev + 1 })) });
        if (write.kind === 'delete') {
          kept.get(write.pk)?.delete(write.sk);
          changes.push({ before, after: undefined });
        }
      }
      return changes;
    },
    query: (pk, prefix = '') =>
      [...(kept.get(pk)?.values() ?? [])].filter(({ sk }) => sk.startsWith(prefix)).sort(bySk),
    due: (dueOf, until, limit) =>
      select((record) => record.dueOf === dueOf && (record.dueAt ?? NEVER) <= until)
        .sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0))
        .slice(0, limit),
    firstDue: () => {
      let first = NEVER;
      for (const records of kept.values())
        for (const { dueOf, dueAt = 0 } of records.values()) if (dueOf !== undefined && dueAt < first) first = dueAt;
      return first;
    },
  };
  return {
    atOnce,
    records: () => select(() => true).sort(bySk),
    peek: find,
    get: async (pk, sk) => find(pk, sk),
    write: async (writes) => atOnce.write(writes) !== undefined,
    async *query(pk, prefix) {
      for (const record of atOnce.query(pk, prefix)) yield record;
    },
    due: async (dueOf, until, limit) => atOnce.due(dueOf, until, limit),
  };
};
