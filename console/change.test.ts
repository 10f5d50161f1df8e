import { memoryTable } from '@catalog-sync/shared/adapters/memory/index.ts';
import { epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { CatalogName, SyncNumber } from '@catalog-sync/shared/catalog/sync.ts';
import type { Table } from '@catalog-sync/shared/ports/table.ts';
import { changeAsks, decidePlan, lookAtOnce, setPaused } from './change.ts';

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

describe('a decision about a plan', () => {
  const ref = { catalog: shop, sync: 3 as SyncNumber };
  const NOW = epochMs(60_000);
  const PLAN = { pk: 'plan#default', sk: '000000003', key: 'k', batches: 1, items: 2, risks: ['deletes'] };
  const HELD = { ...PLAN, state: 'held', hash: 'aa', dueOf: 'plan', dueAt: 3_600_000, saidAfterMs: 3_600_000 };
  const table = async (...records: object[]) => {
    const made = memoryTable();
    for (const record of records) await made.write([{ kind: 'put', rev: 0, record: record as never }]);
    return made;
  };

  test.each(['approved', 'discarded'] as const)('%s: is written, to be gone on with at once', async (state) => {
    const transform = await table(HELD);
    expect(await decidePlan(ref, state, null, 'kim', NOW, transform)).toEqual({ kind: 'decided', hash: 'aa' });
    expect(transform.records()).toEqual([{ ...HELD, state, decidedBy: 'kim', dueAt: NOW, rev: 2 }]);
  });

  test('is about the very plan that was shown', async () => {
    const transform = await table(HELD);
    expect(await decidePlan(ref, 'approved', 'bb', 'kim', NOW, transform)).toEqual({ kind: 'other-plan', hash: 'aa' });
    expect(await decidePlan(ref, 'approved', 'aa', 'kim', NOW, transform)).toEqual({ kind: 'decided', hash: 'aa' });
  });

  test.each(['planned', 'approved', 'discarded', 'failed'])('is none where the plan is %s', async (state) => {
    const transform = await table({ ...HELD, state });
    expect(await decidePlan(ref, 'discarded', null, 'kim', NOW, transform)).toEqual({ kind: 'not-held', state });
    expect(transform.records()).toMatchObject([{ state, rev: 1 }]);
  });

  test('is none where there is no plan, as of another sync', async () => {
    const transform = await table({ ...HELD, sk: '000000004' });
    expect(await decidePlan(ref, 'approved', null, 'kim', NOW, transform)).toEqual({ kind: 'no-plan' });
    expect(transform.records()).toMatchObject([{ state: 'held', rev: 1 }]);
  });

  test('is written again when transform said the plan again meanwhile, over what transform wrote', async () => {
    const transform = await table(HELD);
    const again = { ...HELD, saidAfterMs: 1 };
    expect(await decidePlan(ref, 'approved', null, 'kim', NOW, beaten(transform, again))).toMatchObject({
      kind: 'decided',
    });
    expect(transform.records()).toEqual([{ ...again, state: 'approved', decidedBy: 'kim', dueAt: NOW, rev: 3 }]);
  });

  test.each([
    ['somebody else decided first', { ...HELD, state: 'discarded' }, { kind: 'not-held', state: 'discarded' }],
    ['another plan stands there by then', { ...HELD, hash: 'bb' }, { kind: 'other-plan', hash: 'bb' }],
  ])('is none when %s', async (_what, theirs, expected) => {
    const transform = await table(HELD);
    expect(await decidePlan(ref, 'approved', null, 'kim', NOW, beaten(transform, theirs))).toEqual(expected);
    expect(transform.records()).toEqual([{ ...theirs, rev: 2 }]);
  });
});
