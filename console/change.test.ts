import { memoryTable } from '@catalog-sync/shared/adapters/memory/index.ts';
import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import type { Table } from '@catalog-sync/shared/ports/table.ts';
import { changeAsks, lookAtOnce, setPaused } from './change.ts';

const shop = 'default' as CatalogName;
const BREAKER = { pk: 'breaker#default', sk: 'breaker' };
const CATALOG = { pk: 'catalog#default', sk: 'catalog' };
const add =
  (...ids: string[]) =>
  (asks: readonly string[]) => [...new Set([...asks, ...ids])];

/** Before its first write, somebody else writes the record. */
const beaten = (table: Table, record: { pk: string; sk: string } & Record<string, unknown>): Table => {
  let first = true;
  const write: Table['write'] = async (writes) => {
    const rev = (await table.get(record.pk, record.sk))?.rev ?? 0;
    if (first) await table.write([{ kind: 'put', rev, record }]);
    first = false;
    return table.write(writes);
  };
  return { ...table, write };
};

describe('a pause', () => {
  test('of a catalog whose breaker was never written makes one that is closed but for it', async () => {
    const table = memoryTable();
    expect(await setPaused(shop, true, table)).toBe(true);
    expect(table.records()).toEqual([{ ...BREAKER, rev: 1, paused: true, rateUntil: 0, auth: null }]);
  });

  test('and its end keep all other facts, also those that only publish knows', async () => {
    const table = memoryTable();
    const record = { ...BREAKER, paused: false, rateUntil: 7, auth: null, setbacks: 3, refusals: 1, probeAt: 9 };
    await table.write([{ kind: 'put', rev: 0, record }]);
    await setPaused(shop, true, table);
    expect(table.records()).toEqual([{ ...record, paused: true, rev: 2 }]);
    await setPaused(shop, false, table);
    expect(table.records()).toEqual([{ ...record, rev: 3 }]);
  });

  test('twice changes nothing, and neither does ending what is not paused', async () => {
    const table = memoryTable();
    expect(await setPaused(shop, false, table)).toBe(false);
    expect(table.records()).toEqual([]);
    await setPaused(shop, true, table);
    expect(await setPaused(shop, true, table)).toBe(false);
    expect(table.records()).toMatchObject([{ rev: 1, paused: true }]);
  });

  test('is written again when publish was faster, over what publish wrote', async () => {
    const table = memoryTable();
    const publishs = { ...BREAKER, paused: false, rateUntil: 30_000, auth: null, setbacks: 1 };
    expect(await setPaused(shop, true, beaten(table, publishs))).toBe(true);
    expect(table.records()).toEqual([{ ...publishs, paused: true, rev: 2 }]);
  });
});

describe('a start', () => {
  test('lets publish look at the catalog at once while Meta refuses access, and changes nothing else', async () => {
    const auth = { code: 200, subcode: null, since: 1, secretVersion: '1', message: '' };
    const record = { ...BREAKER, paused: true, rateUntil: 7, auth, refusals: 1, probeAt: 300_000 };
    const table = memoryTable();
    await table.write([{ kind: 'put', rev: 0, record }]);
    expect(await lookAtOnce(shop, table)).toBe(true);
    expect(table.records()).toEqual([{ ...record, probeAt: 0, rev: 2 }]);
    expect(await lookAtOnce(shop, table)).toBe(false);
  });

  test('writes nothing where nobody is refused', async () => {
    const table = memoryTable();
    expect(await lookAtOnce(shop, table)).toBe(false);
    expect(table.records()).toEqual([]);
  });
});

describe('asks', () => {
  test('stand beside those that are there, and leave the active sync alone', async () => {
    const table = memoryTable();
    const record = { ...CATALOG, active: 3, last: 3, asks: ['shelf-1'] };
    await table.write([{ kind: 'put', rev: 0, record }]);
    expect(await changeAsks(shop, add('shelf-1', 'shelf-2'), table)).toBe(true);
    expect(table.records()).toEqual([{ ...record, asks: ['shelf-1', 'shelf-2'], rev: 2 }]);
    expect(await changeAsks(shop, add('shelf-2'), table)).toBe(false);
    expect(table.records()).toMatchObject([{ rev: 2 }]);
  });

  test('are written again when a sync has opened meanwhile and taken the others', async () => {
    const table = memoryTable();
    await table.write([{ kind: 'put', rev: 0, record: { ...CATALOG, active: 0, last: 1, asks: ['shelf-1'] } }]);
    await changeAsks(shop, add('shelf-2'), beaten(table, { ...CATALOG, active: 2, last: 2, asks: [] }));
    expect(table.records()).toEqual([{ ...CATALOG, active: 2, last: 2, asks: ['shelf-2'], rev: 3 }]);
  });
});
