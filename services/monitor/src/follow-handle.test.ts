import {
  fixedClock,
  memoryAlerts,
  memoryBus,
  memoryMetrics,
  memoryObjects,
  memoryTable,
  silentLog,
} from '@catalog-sync/shared/adapters/memory/index.ts';
import type { Handle } from '@catalog-sync/shared/catalog/handle.ts';
import { epochMs, MINUTE } from '@catalog-sync/shared/catalog/instant.ts';
import type { CatalogName, SyncNumber, SyncRef } from '@catalog-sync/shared/catalog/sync.ts';
import { UNUSED } from '@catalog-sync/shared/catalog/throttle.ts';
import type { Hint } from '@catalog-sync/shared/events/decode.ts';
import type { CheckOutcome } from '@catalog-sync/shared/ports/graph.ts';
import { handleKey } from '@catalog-sync/shared/records/handle.ts';
import { type BatchRecord, type BatchState, batchKey, breakerKey } from '@catalog-sync/shared/records/publish.ts';
import { readSettings } from '@catalog-sync/shared/settings.ts';
import { followHandle, goOnAsking } from './follow-handle.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const ref: SyncRef = { catalog: 'default' as CatalogName, sync: 1 as SyncNumber };
const key = handleKey('b1', 'Ac1');
const sent: Hint = { id: 'e1', name: 'BatchSent', ref, data: { batchId: 'b1', handle: 'Ac1', items: 1 } } as never;
const notYet: CheckOutcome = { kind: 'not-finished', status: 'started', usage: UNUSED };

const world = (...answers: CheckOutcome[]) => {
  const clock = fixedClock(NOON);
  const [table, publish, bus] = [memoryTable(), memoryTable(), memoryBus()];
  const needs = {
    ...{ table, publish, ingest: memoryTable(), transform: memoryTable(), work: memoryObjects(clock) },
    graph: { checkHandle: async () => answers.shift() ?? notYet },
    ...{ topic: memoryAlerts(), metrics: memoryMetrics(), bus, clock, log: silentLog },
    parking: { park: async () => {} },
    settings: readSettings({ default: { metaCatalogId: '1' } }),
  };
  /** publish's batch, as its record now says. */
  const batch = async (state: BatchState): Promise<void> => {
    const { pk, sk } = batchKey(ref, 'b1');
    const record: BatchRecord = {
      ...{ state, attempt: 1, tries: 0, bodyKey: '', entriesKey: '', items: 1, parent: null, amb: epochMs(0) },
      ...{ until: null, notBefore: epochMs(0), handle: 'Ac1' as Handle, submittedAt: epochMs(NOON), errored: [] },
    };
    await publish.write([{ kind: 'put', rev: (await publish.get(pk, sk))?.rev ?? 0, record: { pk, sk, ...record } }]);
  };
  return {
    ...{ needs, clock, batch },
    record: () => table.get(key.pk, key.sk),
    said: () => bus.said.map(({ name }) => name),
  };
};

describe('a handle', () => {
  test('that publish has not submitted is not followed', async () => {
    const { needs, batch, record } = world();
    await followHandle(ref, sent, needs);
    await batch('prepared');
    await followHandle(ref, sent, needs);
    expect(await record()).toBeUndefined();
  });

  test('is asked about, ends, says so until publish has heard, and is closed', async () => {
    const { needs, batch, record, said } = world(notYet, { kind: 'error', usage: UNUSED });
    await batch('submitted');
    await followHandle(ref, sent, needs);
    expect(await record()).toMatchObject({ state: 'ended', asked: 2, end: 'error', dueOf: 'handle' });
    await goOnAsking(key, needs);
    expect(said()).toEqual(['HandleErrored', 'HandleErrored']);

    await batch('prepared');
    await goOnAsking(key, needs);
    const closed = await record();
    expect(closed).toMatchObject({ state: 'closed', end: 'error' });
    expect(closed).not.toHaveProperty('dueOf');
    await goOnAsking(key, needs);
    await followHandle(ref, sent, needs);
    expect(await record()).toEqual(closed);
  });

  test('that does not end stays asked about, until an answer "not yet" makes it stuck', async () => {
    const { needs, clock, batch, record, said } = world();
    await batch('submitted');
    await followHandle(ref, sent, needs);
    expect(await record()).toMatchObject({ state: 'asking', asked: 4, end: null });
    clock.set(NOON + 15 * MINUTE);
    await goOnAsking(key, needs);
    expect(await record()).toMatchObject({ state: 'ended', end: 'stuck' });
    expect(said()).toEqual(['HandleErrored']);
  });

  test('is left alone while Meta throttles us, and asked about when that is over', async () => {
    const throttled: CheckOutcome = { kind: 'throttled', code: 80009, regainMs: 10 * MINUTE };
    const { needs, clock, batch, record } = world(throttled, { kind: 'error', usage: UNUSED });
    let asked = 0;
    const { checkHandle } = needs.graph;
    needs.graph.checkHandle = () => {
      asked += 1;
      return checkHandle();
    };
    await batch('submitted');
    await followHandle(ref, sent, needs);
    expect(asked).toBe(1);
    expect(await record()).toMatchObject({ state: 'asking', dueAt: NOON + 10 * MINUTE + 2000 });
    clock.set(NOON + 10 * MINUTE);
    await goOnAsking(key, needs);
    expect(asked).toBe(1);
    clock.set(NOON + 10 * MINUTE + 2000);
    await goOnAsking(key, needs);
    expect(await record()).toMatchObject({ state: 'ended', end: 'error' });
  });

  test('is left alone while publish’s word keeps all calls of the app back', async () => {
    const { needs, batch, record } = world({ kind: 'error', usage: UNUSED });
    await batch('submitted');
    const appUntil = NOON + 3 * MINUTE;
    const breaker = { ...breakerKey(ref.catalog), paused: false, rateUntil: appUntil, appUntil, auth: null };
    await needs.publish.write([{ kind: 'put', rev: 0, record: breaker }]);
    await followHandle(ref, sent, needs);
    expect(await record()).toMatchObject({ state: 'asking', asked: 0, dueAt: appUntil });
  });
});
