import type { Table, TableRecord, Write } from '../../ports/table.ts';
import { frozenCopy } from './copy.ts';

/**
 * A table in memory, with the port's conditions and transactions. `records` and `peek` are for tests to look at. Records are
 * given as they are kept, and cannot be changed.
 */
export const memoryTable = (): Table & {
  readonly records: () => TableRecord[];
  readonly peek: (pk: string, sk: string) => TableRecord | undefined;
} => {
  const kept = new Map<string, Map<string, TableRecord>>();
  const find = (pk: string, sk: string): TableRecord | undefined => kept.get(pk)?.get(sk);
  const holds = (write: Write): boolean => {
    const { pk, sk } = write.kind === 'put' ? write.record : write;
    return (find(pk, sk)?.rev ?? 0) === write.rev;
  };
  const nameOf = (write: Write): string => {
    const { pk, sk } = write.kind === 'put' ? write.record : write;
    return JSON.stringify([pk, sk]);
  };
  const put = (record: TableRecord): void => {
    const found = kept.get(record.pk);
    if (found === undefined) kept.set(record.pk, new Map([[record.sk, record]]));
    else found.set(record.sk, record);
  };
  const sorted = (records: Iterable<TableRecord>): TableRecord[] =>
    [...records].sort((a, b) => (a.sk < b.sk ? -1 : a.sk > b.sk ? 1 : 0));
  const all = (): TableRecord[] => [...kept.values()].flatMap((records) => [...records.values()]);
  return {
    records: () => sorted(all()),
    peek: find,
    get: async (pk, sk) => find(pk, sk),
    write: async (writes) => {
      if (writes.length > 1 && new Set(writes.map(nameOf)).size !== writes.length) {
        throw new Error('one record twice in a transaction');
      }
      if (writes.length > 100) throw new Error('a transaction takes 100 writes at most');
      if (!writes.every(holds)) return false;
      for (const write of writes) {
        if (write.kind === 'put') put(frozenCopy({ ...write.record, rev: write.rev + 1 }));
        else if (write.kind === 'delete') kept.get(write.pk)?.delete(write.sk);
      }
      return true;
    },
    async *query(pk, prefix = '') {
      for (const record of sorted(kept.get(pk)?.values() ?? [])) {
        if (record.sk.startsWith(prefix)) yield record;
      }
    },
    due: async (dueOf, until, limit) =>
      all()
        .filter((record) => record.dueOf === dueOf && (record.dueAt ?? Number.POSITIVE_INFINITY) <= until)
        .sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0))
        .slice(0, limit),
  };
};
