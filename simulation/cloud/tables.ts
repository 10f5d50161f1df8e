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
  const written = new Map<string, number>();
  let firstDue: number | undefined;
  const truth: Table = {
    ...table,
    write: async (writes) => {
      const names = writes.filter(({ kind }) => kind !== 'check').map(namesOf);
      const before = names.map(({ pk, sk }) => table.peek(pk, sk));
      if (!(await table.write(writes))) return false;
      firstDue = undefined;
      for (const [index, { pk, sk }] of names.entries()) {
        written.set(`${pk} ${sk}`, now());
        changed({ table: name, before: before[index], after: table.peek(pk, sk) });
      }
      return true;
    },
  };
  const due: Table['due'] = async (dueOf, until, limit) => {
    const found = await table.due(dueOf, until, limit);
    if (found.length === 0 || !luck.strikes('stale-index', `${name} ${dueOf}`, STALE_SHARE)) return found;
    return found.filter(({ pk, sk }) => (written.get(`${pk} ${sk}`) ?? 0) + INDEX_LAG_MS < now());
  };
  const collect = async (pk: string, prefix: string): Promise<TableRecord[]> => {
    const records: TableRecord[] = [];
    for await (const record of table.query(pk, prefix)) records.push(record);
    return records;
  };
  const readBy = (caller: Caller): TableReader => ({
    get: (pk, sk) => network.call(caller, `${name}.get ${pk}`, () => table.get(pk, sk), READ_FAULTS),
  });
  return {
    name,
    truth,
    records: table.records,
    peek: table.peek,
    firstDue: () => {
      if (firstDue === undefined) {
        firstDue = Number.POSITIVE_INFINITY;
        for (const { dueOf, dueAt = 0 } of table.records())
          if (dueOf !== undefined) firstDue = Math.min(firstDue, dueAt);
      }
      return firstDue;
    },
    readBy,
    ownedBy: (caller) => ({
      ...readBy(caller),
      write: (writes) => network.call(caller, `${name}.write ${labelOf(writes)}`, () => truth.write(writes)),
      async *query(pk, prefix = '') {
        yield* await network.call(caller, `${name}.query ${pk}`, () => collect(pk, prefix), READ_FAULTS);
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
