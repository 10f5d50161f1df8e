import {
  fixedClock,
  memoryBus,
  memoryObjects,
  memoryTable,
  silentLog,
} from '@catalog-sync/shared/adapters/memory/index.ts';
import type { Handle } from '@catalog-sync/shared/catalog/handle.ts';
import { epochMs, later, SECOND } from '@catalog-sync/shared/catalog/instant.ts';
import type { CatalogName, SyncNumber, SyncRef } from '@catalog-sync/shared/catalog/sync.ts';
import { syncFolder, syncId } from '@catalog-sync/shared/catalog/sync.ts';
import type { Graph, ItemRemark, ProbeOutcome, SendOutcome } from '@catalog-sync/shared/ports/graph.ts';
import { type HandleRecord, type HandleVerdict, handleKey } from '@catalog-sync/shared/records/handle.ts';
import { syncKey } from '@catalog-sync/shared/records/ingest.ts';
import { breakerKey, type Outcomes } from '@catalog-sync/shared/records/publish.ts';
import { type BatchEntry, noRows, type PlanRecord, pointerKey } from '@catalog-sync/shared/records/transform.ts';
import { readSettings } from '@catalog-sync/shared/settings.ts';
import { readBatches } from './batches.ts';
import type { Needs } from './outside.ts';
import { sweep } from './sweep.ts';
import { workOn } from './work.ts';

/** A small world around publish: the neighbours' tables, and a Meta that answers what the test says. */

export const ref: SyncRef = { catalog: 'default' as CatalogName, sync: 1 as SyncNumber };
export const DAY = '2026/11/23';
export const START = Date.UTC(2026, 10, 23, 12);
const usage = { percent: 0, regainMs: 0 };

export const handled = (handle: string, ...validation: ItemRemark[]): SendOutcome => ({
  kind: 'accepted',
  handle: handle as Handle,
  validation,
  usage,
});
export const unhandled = (...validation: ItemRemark[]): SendOutcome => ({ kind: 'no-handle', validation, usage });
export const wrong = (id: string, message = `bad ${id}`): ItemRemark => ({ id, errors: [message], warnings: [] });
export const finished = (
  errors: string[] = [],
  errorsTotal = errors.length,
  invalidIds: string[] = [],
): HandleVerdict => ({
  kind: 'finished',
  errors: errors.map((id) => ({ id, message: `no ${id}` })),
  errorsTotal,
  warnings: [],
  warningsTotal: 0,
  invalidIds,
});
export const deadToken: SendOutcome & ProbeOutcome = {
  kind: 'access',
  code: 190,
  subcode: null,
  message: 'expired',
  secretVersion: '1',
};

export interface Call {
  at: number;
  ids: string[];
  body: string;
}

type Meta = (call: Call, n: number) => SendOutcome | Promise<SendOutcome>;

const settingsFor = (more: Record<string, unknown>) =>
  readSettings({ default: { metaCatalogId: '1000000000000001', ...more } });

export const world = async (
  batches: readonly (readonly string[])[],
  meta: Meta = (_call, n) => handled(`Ac${n}`),
  settings: Record<string, unknown> = {},
) => {
  const clock = fixedClock(START);
  const table = memoryTable();
  const [ingest, transform, monitor] = [memoryTable(), memoryTable(), memoryTable()];
  const work = memoryObjects(clock);
  const synced = memoryObjects(clock);
  const bus = memoryBus();
  const calls: Call[] = [];
  const state: { version: string; cachedVersion: string; probe: ProbeOutcome; probes: number } = {
    version: '1',
    cachedVersion: '1',
    probe: { kind: 'ok', name: null, productCount: 1 },
    probes: 0,
  };
  let timeLeftMs = 180 * SECOND;

  const graph: Graph = {
    sendBatch: async (_catalog, body) => {
      const text = new TextDecoder().decode(body as Uint8Array);
      const requests = (JSON.parse(text) as { requests: { data: { id: string } }[] }).requests;
      const call = { at: clock.now(), ids: requests.map(({ data }) => data.id), body: text };
      calls.push(call);
      return meta(call, calls.length);
    },
    checkHandle: () => Promise.reject(new Error('publish does not ask about handles')),
    probe: async () => {
      state.probes += 1;
      return state.probe;
    },
  };
  const needs: Needs = {
    table,
    ingest,
    transform,
    monitor,
    work,
    synced,
    graph,
    secrets: {
      // Cached, so that a new version shows only to whoever asks for it.
      meta: async ({ fresh = false } = {}) => {
        if (fresh) state.cachedVersion = state.version;
        return { accessToken: 'canary', appSecret: null, version: state.cachedVersion };
      },
    },
    bus,
    clock,
    log: silentLog,
    parking: { park: () => Promise.reject(new Error('nothing to park')) },
    settings: settingsFor(settings),
    timeLeftMs: () => timeLeftMs,
  };

  await ingest.write([
    {
      kind: 'put',
      rev: 0,
      record: {
        ...syncKey(ref),
        ...{ state: 'active', filesKey: null, files: 1, openedAt: START, day: DAY, asks: [], reportKey: null },
      },
    },
  ]);
  const planned = [];
  for (const [index, ids] of batches.entries()) {
    const batchId = `${syncId(ref)}-root${index}`;
    const bodyKey = `${syncFolder(ref)}batches/${batchId}.json`;
    const entriesKey = `${syncFolder(ref)}batches/${batchId}.entries.ndjson`;
    const requests = ids.map((id) => ({ method: 'UPDATE', data: { id, title: `Title of ${id}` } }));
    await work.put(bodyKey, JSON.stringify({ allow_upsert: true, requests }));
    await work.put(entriesKey, ids.map((id) => JSON.stringify(entryOf(id))).join('\n'));
    planned.push({ batchId, bodyKey, entriesKey, items: ids.length, bytes: 1 });
  }
  const planKey = `${syncFolder(ref)}plan.json`;
  await work.put(planKey, JSON.stringify({ ...emptyPlan, batches: planned }));

  const put = async (
    to: typeof table,
    record: { pk: string; sk: string; [field: string]: unknown },
  ): Promise<boolean> => {
    const found = await to.get(record.pk, record.sk);
    return to.write([{ kind: 'put', rev: found?.rev ?? 0, record }]);
  };
  const setPlan = (planState: PlanRecord['state']) =>
    put(transform, {
      ...{ pk: 'plan#default', sk: syncKey(ref).sk },
      ...{ state: planState, hash: 'h', key: planKey, batches: batches.length, items: 1, risks: [] },
    });
  await setPlan('planned');

  /** monitor has heard of the handle of a batch, and, with a verdict, how it ended. */
  const hear = async (batchId: string, handle: string, verdict: HandleVerdict | null): Promise<void> => {
    const verdictKey = verdict === null ? null : `${syncFolder(ref)}verdicts/${batchId}-${handle}.json`;
    if (verdictKey !== null) await work.putOnce(verdictKey, JSON.stringify(verdict));
    const record: HandleRecord = {
      state: verdict === null ? 'asking' : 'ended',
      catalog: ref.catalog,
      sync: ref.sync,
      batchId,
      handle: handle as Handle,
      items: 1,
      since: clock.now(),
      asked: 1,
      end: verdict === null ? null : verdict.kind,
      verdictKey,
    };
    await put(monitor, { ...handleKey(batchId, handle), ...record });
  };

  return {
    needs,
    table,
    work,
    synced,
    bus,
    clock,
    calls,
    state,
    setPlan,
    setTimeLeft: (ms: number) => {
      timeLeftMs = ms;
    },
    put: (record: { pk: string; sk: string; [field: string]: unknown }) => put(table, record),
    setPointer: (sync: number) =>
      put(transform, { ...pointerKey(ref.catalog), sync, stateKey: null, due: null, reportKey: null }),
    hear,
    /** Each handle that is out ends as the test says. */
    end: async (verdict: (ids: string[], handle: string) => HandleVerdict): Promise<void> => {
      for (const { batchId, handle, state: at, entriesKey } of await readBatches(ref, { table })) {
        if (at !== 'submitted') continue;
        const lines = (work.texts()[entriesKey] ?? '').split('\n');
        const ids = lines.map((line) => (JSON.parse(line) as BatchEntry).id);
        await hear(batchId, handle ?? '', verdict(ids, handle ?? ''));
      }
    },
    /** A call has gone out. */
    called: async (): Promise<void> => {
      for (let turn = 0; turn < 1000 && calls.length === 0; turn += 1) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (calls.length === 0) throw new Error('no call went out');
    },
    go: () => workOn(ref, 'cause', needs),
    /** Later, the tick of the schedule. */
    tick: async (afterMs: number): Promise<void> => {
      clock.set(later(clock.now(), afterMs));
      await sweep(needs);
    },
    batches: () => readBatches(ref, { table }),
    states: async () => (await readBatches(ref, { table })).map(({ place, state: at }) => `${place.slice(5)} ${at}`),
    breaker: () => table.get(breakerKey(ref.catalog).pk, 'breaker'),
    sending: () => table.get(syncKey(ref).pk, syncKey(ref).sk),
    said: () => bus.said.map(({ name }) => name),
    outcomes: async () => {
      const record = await table.get(syncKey(ref).pk, syncKey(ref).sk);
      const text = work.texts()[String(record?.outcomesKey)];
      return text === undefined ? undefined : (JSON.parse(text) as Outcomes);
    },
  };
};

const entryOf = (id: string): BatchEntry => ({
  id,
  op: 'UPDATE',
  order: { instant: epochMs(START), key: 'data/a.csv', age: 0, row: 1 },
  fingerprint: `f${id}`,
  price: '',
  availability: '',
  asked: false,
  wasCarried: false,
  syncs: 0,
});

const emptyPlan = {
  sync: 1,
  hash: 'h',
  fromState: null,
  openedAt: START,
  draft: {
    sync: 1,
    bits: 0,
    partitions: [{ key: null, entries: 0, live: 0, carried: 0, due: null, objects: [] }],
    floor: null,
    mapping: 1,
    before: [],
  },
  rows: { ...noRows },
  carriedRows: { taken: 0, superseded: 0, unchanged: 0, errored: 0, carried: 0 },
  counts: { creates: 0, updates: 0, deletes: 0, unchanged: 0 },
  risks: [],
  samples: [],
  warnings: [],
};
