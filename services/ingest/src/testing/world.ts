/** ingest with everything around it in memory, and the others' words as a test wants them. */
import {
  fixedClock,
  memoryBus,
  memoryObjects,
  memoryTable,
  silentLog,
} from '@catalog-sync/shared/adapters/memory/index.ts';
import { type CatalogName, type SyncNumber, syncId } from '@catalog-sync/shared/catalog/sync.ts';
import type { Parked } from '@catalog-sync/shared/edge/on-queue.ts';
import { alertKey, ignoredId } from '@catalog-sync/shared/records/alert.ts';
import { catalogKey } from '@catalog-sync/shared/records/ingest.ts';
import { pointerKey, type SyncReport } from '@catalog-sync/shared/records/transform.ts';
import { readSettings } from '@catalog-sync/shared/settings.ts';
import { reportWith } from '@catalog-sync/shared/testing/report-with.ts';
import type { Outside } from '../outside.ts';

export const NOON = Date.UTC(2026, 10, 23, 12);
export const DEFAULT = 'default' as CatalogName;

export const ingestWorld = (catalogs: readonly string[] = ['default', 'shoes']) => {
  const clock = fixedClock(NOON);
  const [landing, synced, work] = [memoryObjects(clock), memoryObjects(clock), memoryObjects(clock)];
  const table = memoryTable();
  const transform = memoryTable();
  const bus = memoryBus();
  const parked: Parked[] = [];
  const settings = readSettings(Object.fromEntries(catalogs.map((name) => [name, { metaCatalogId: '1' }])));
  const parking = { park: async (message: Parked) => void parked.push(message) };
  const monitor = memoryTable();
  const needs: Outside = {
    table,
    transform,
    monitor,
    landing,
    synced,
    work,
    bus,
    clock,
    log: silentLog,
    parking,
    settings,
  };

  /** The version that now lies at the key. */
  const versionOf = async (key: string) => ({ key, versionId: (await landing.head(key))!.versionId });

  return {
    needs,
    ...needs,
    landing,
    synced,
    work,
    bus,
    clock,
    table,
    transform,
    monitor,
    parked,
    versionOf,
    /** Puts an object into the landing zone; its version. */
    land: async (key: string, metadata: Readonly<Record<string, string>> = {}, text = `the content of ${key}`) => {
      await landing.put(key, text, { metadata });
      return versionOf(key);
    },
    /** Time goes on, so that nothing is still landing. */
    later: (ms = 10_000) => clock.set(clock.now() + ms),
    /** transform's word: the pointer moves to sync n, with a report. */
    settle: async (
      sync: number,
      {
        status = 'settled',
        files = [],
        due = null,
      }: { status?: SyncReport['status']; files?: Partial<SyncReport['files'][number]>[]; due?: number | null } = {},
    ) => {
      const report = reportWith({
        id: syncId({ catalog: DEFAULT, sync: sync as SyncNumber }),
        sync: sync as SyncNumber,
        status,
        openedAt: clock.now(),
        files: files.map((file) => ({
          key: '',
          versionId: '',
          outcome: 'archived',
          landed: 1,
          valid: 1,
          rejected: 0,
          why: null,
          reportKey: null,
          ...file,
        })),
      });
      const reportKey = `report-${sync}.json`;
      await work.putOnce(reportKey, JSON.stringify(report));
      const pointer = pointerKey(DEFAULT);
      const rev = (await transform.get(pointer.pk, pointer.sk))?.rev ?? 0;
      await transform.write([{ kind: 'put', rev, record: { ...pointer, sync, stateKey: null, due, reportKey } }]);
    },
    /** monitor's word: people know that this is no product file. */
    tell: (key: string) =>
      monitor.write([{ kind: 'put', rev: 0, record: { ...alertKey(ignoredId(DEFAULT, key)), told: true } }]),
    /** What `retry` writes: ids onto the catalog's item. */
    ask: async (...ids: string[]) => {
      const { pk, sk } = catalogKey(DEFAULT);
      const { rev, ...record } = (await table.get(pk, sk)) ?? { rev: 0, pk, sk, active: 0, last: 0, asks: [] };
      await table.write([{ kind: 'put', rev, record: { ...record, asks: [...(record.asks as string[]), ...ids] } }]);
    },
    catalog: async () => {
      const { pk, sk } = catalogKey(DEFAULT);
      const record = await table.get(pk, sk);
      return record && { active: record.active, last: record.last, asks: record.asks };
    },
    /** Names and syncs of what was said. */
    said: () => bus.said.map(({ name, detail }) => `${name} ${detail.syncId}`),
    /** What lies in the landing bucket, key by key; every version counts. */
    lying: async (prefix = '') => {
      const keys: string[] = [];
      for await (const { key } of landing.versions(prefix)) keys.push(key);
      return keys;
    },
    /** All that is kept, to be compared. */
    everything: () => ({
      table: table.records(),
      landing: landing.texts(),
      synced: synced.texts(),
      work: work.texts(),
    }),
  };
};
