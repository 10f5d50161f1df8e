import { memoryTable } from '../../shared/adapters/memory/index.ts';
import type { Table, TableReader, TableRecord, Write } from '../../shared/ports/table.ts';
import type { Luck } from './luck.ts';
import { type Caller, type Network, READ_FAULTS } from './network.ts';

/** One write that went through: what was there, and what is there now; undefined: nothing. */
export interface Change {
  table: string;
  before: TableRecord | undefined;
  after: TableRecord | undefined;
}

export interface SimTable {
  readonly name: string;
  /** The truth, for whoever is outside the simulated network: people's commands and the checks. */
  readonly truth: Table;
  records(): TableRecord[];
  /** One record as it is now; not to be changed. */
  peek(pk: string, sk: string): TableRecord | undefined;
  /** How often anything was written. */
  writes(): number;
  /** When the first record is due; Infinity when none is. */
  firstDue(): number;
  /** The table as its owner reaches it. */
  ownedBy(caller: Caller): Table;
  /** The table as other services may use it: single records. */
  readBy(caller: Caller): TableReader;
}

/** How long a secondary index may be behind its table. */
const INDEX_LAG_MS = 5000;
const STALE_SHARE = 0.1;

const namesOf = (write: Write): { pk: string; sk: string } => (write.kind === 'put' ? write.record : write);

/** A table whose every write is looked at, and whose index may be behind. */
export const openTable = (
  name: string,
  network: Network,
  luck: Luck,
  now: () => number,
  changed: (change: Change) => void,
): SimTable => {
  const table = memoryTable();
  const { atOnce } = table;
  const written = new Map<TableRecord, number>();
  let writes = 0;
  let firstDue: number | undefined;
  const write = (all: readonly Write[]): boolean => {
    const changes = atOnce.write(all);
    if (changes === undefined) return false;
    writes += 1;
    firstDue = undefined;
    for (const { before, after } of changes) {
      if (before !== undefined) written.delete(before);
      if (after !== undefined) written.set(after, now());
      changed({ table: name, before, after });
    }
    return true;
  };
  const due = (dueOf: string, until: number, limit: number): TableRecord[] => {
    const found = atOnce.due(dueOf, until, limit);
    if (found.length === 0 || !luck.strikes('stale-index', `${name} ${dueOf}`, STALE_SHARE)) return found;
    return found.filter((record) => (written.get(record) ?? 0) + INDEX_LAG_MS < now());
  };
  const readBy = (caller: Caller): TableReader => ({
    get: (pk, sk) => network.call(caller, `${name}.get ${pk}`, () => table.peek(pk, sk), READ_FAULTS),
  });
  return {
    name,
    truth: { ...table, write: async (all) => write(all) },
    records: table.records,
    peek: table.peek,
    writes: () => writes,
    firstDue: () => {
      firstDue ??= atOnce.firstDue();
      return firstDue;
    },
    readBy,
    ownedBy: (caller) => ({
      ...readBy(caller),
      write: (all) => network.call(caller, `${name}.write ${labelOf(all)}`, () => write(all)),
      async *query(pk, prefix) {
        const found = network.call(caller, `${name}.query ${pk}`, () => atOnce.query(pk, prefix), READ_FAULTS);
        for (const record of await found) yield record;
      },
      due: (dueOf, until, limit) =>
        network.call(caller, `${name}.due ${dueOf}`, () => due(dueOf, until, limit), READ_FAULTS),
    }),
  };
};

const labelOf = (writes: readonly Write[]): string => {
  const [first] = writes;
  if (first === undefined) return '';
  const { pk, sk } = namesOf(first);
  return `${pk} ${sk}`;
};
