import type { Table, TableRecord, Write } from '../../ports/table.ts';

/** A table in memory, with the port's conditions and transactions. `records` is for tests to look at. */
export const memoryTable = (): Table & { readonly records: () => TableRecord[] } => {
  const kept = new Map<string, TableRecord>();
  const keyOf = (pk: string, sk: string): string => JSON.stringify([pk, sk]);
  const holds = ({ rev }: Write, found: TableRecord | undefined): boolean => (found?.rev ?? 0) === rev;
  const nameOf = (write: Write): string =>
    write.kind === 'put' ? keyOf(write.record.pk, write.record.sk) : keyOf(write.pk, write.sk);
  const copy = <A>(value: A): A => structuredClone(value);
  const sorted = (): TableRecord[] => [...kept.values()].sort((a, b) => (a.sk < b.sk ? -1 : a.sk > b.sk ? 1 : 0));
  return {
    records: () => copy(sorted()),
    get: async (pk, sk) => copy(kept.get(keyOf(pk, sk))),
    write: async (writes) => {
      if (new Set(writes.map(nameOf)).size !== writes.length) throw new Error('one record twice in a transaction');
      if (writes.length > 100) throw new Error('a transaction takes 100 writes at most');
      if (!writes.every((write) => holds(write, kept.get(nameOf(write))))) return false;
      for (const write of writes) {
        if (write.kind === 'put') kept.set(nameOf(write), { ...copy(write.record), rev: write.rev + 1 });
        else if (write.kind === 'delete') kept.delete(nameOf(write));
      }
      return true;
    },
    async *query(pk, prefix = '') {
      for (const record of sorted()) if (record.pk === pk && record.sk.startsWith(prefix)) yield copy(record);
    },
    due: async (dueOf, until, limit) =>
      copy(
        [...kept.values()]
          .filter((record) => record.dueOf === dueOf && (record.dueAt ?? Number.POSITIVE_INFINITY) <= until)
          .sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0))
          .slice(0, limit),
      ),
  };
};
