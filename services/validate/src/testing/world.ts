/** validate with everything around it in memory, and ingest's and transform's words as a test wants them. */
import {
  fixedClock,
  memoryBus,
  memoryObjects,
  memoryTable,
  silentLog,
} from '@catalog-sync/shared/adapters/memory/index.ts';
import { dayFolder, epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { CatalogName, SyncNumber } from '@catalog-sync/shared/catalog/sync.ts';
import { type LandedFile, type SyncRecord, syncKey } from '@catalog-sync/shared/records/ingest.ts';
import { readRecord, readStoredJson } from '@catalog-sync/shared/records/record.ts';
import { pointerKey } from '@catalog-sync/shared/records/transform.ts';
import { Validation, ValidationRecord } from '@catalog-sync/shared/records/validate.ts';
import { readSettings } from '@catalog-sync/shared/settings.ts';
import type { Outside } from '../outside.ts';

export const NOON = Date.UTC(2026, 10, 23, 12);
export const FIRST = { catalog: 'default' as CatalogName, sync: 1 as SyncNumber };

const HEADER = 'id,title,description,link,image_link,availability,price,brand,condition,product_type';

/** A row of the contract; what is given replaces its cells. */
export const row = (id: string, { price = '12.50 EUR', title = 'Boots' } = {}): string =>
  `${id},${title},Warm,https://shop.example/${id},https://shop.example/${id}.jpg,in stock,${price},Acme,new,Shoes`;
export const csv = (...rows: string[]): string => [HEADER, ...rows, ''].join('\n');

export interface Landing extends Partial<LandedFile> {
  key: string;
  text: string;
}

export const validateWorld = (settings: object = {}) => {
  const clock = fixedClock(NOON);
  const [landing, work] = [memoryObjects(clock), memoryObjects(clock)];
  const [table, ingest, transform] = [memoryTable(), memoryTable(), memoryTable()];
  const bus = memoryBus();
  const needs: Outside = {
    table,
    ingest,
    transform,
    landing,
    work,
    bus,
    clock,
    log: silentLog,
    parking: { park: async () => {} },
    settings: readSettings({ default: { metaCatalogId: '1', ...settings } }),
  };
  const { pk, sk } = syncKey(FIRST);

  return {
    needs,
    landing,
    work,
    table,
    bus,
    clock,
    /** ingest's word: sync 1 is open over these files. */
    open: async (files: readonly Landing[], asks: string[] = []) => {
      const list: LandedFile[] = [];
      for (const [place, { text, ...more }] of files.entries()) {
        await landing.put(more.key, text);
        const { versionId, size, lastModified } = (await landing.head(more.key))!;
        const order = { instant: epochMs(NOON + place), key: more.key, age: 0 };
        list.push({ versionId, size, order, landedAt: lastModified, whole: false, part: null, rows: null, ...more });
      }
      await work.putOnce('files.json', JSON.stringify({ files: list }));
      const record: SyncRecord = {
        state: 'active',
        filesKey: files.length === 0 ? null : 'files.json',
        files: files.length,
        openedAt: clock.now(),
        day: dayFolder(clock.now()),
        asks,
        reportKey: null,
      };
      await ingest.write([{ kind: 'put', rev: 0, record: { pk, sk, ...record } }]);
    },
    /** transform's word: the pointer stands there. */
    point: async (sync: number, due: number | null = null) => {
      const pointer = pointerKey(FIRST.catalog);
      const rev = (await transform.get(pointer.pk, pointer.sk))?.rev ?? 0;
      await transform.write([{ kind: 'put', rev, record: { ...pointer, sync, stateKey: null, due, reportKey: null } }]);
    },
    record: async () => readRecord(ValidationRecord, await table.get(pk, sk))?.value,
    validation: async () =>
      readStoredJson(Validation, work, readRecord(ValidationRecord, await table.get(pk, sk))!.value.key),
    /** The NDJSON lines of an object, parsed. */
    lines: (key: string): unknown[] =>
      work
        .texts()
        [key]!.split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    said: () => bus.said.map(({ name, detail }) => `${name} ${detail.syncId}`),
  };
};
