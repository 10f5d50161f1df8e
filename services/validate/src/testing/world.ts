/** validate with everything around it in memory, and ingest's and transform's words as a test wants them. */
import {
  fixedClock,
  memoryBus,
  memoryObjects,
  memoryTable,
  silentLog,
} from '@catalog-sync/shared/adapters/memory/index.ts';
import type { Entry } from '@catalog-sync/shared/baseline/content.ts';
import { changeEntries, noEntries } from '@catalog-sync/shared/baseline/entries.ts';
import { hashKey, highOf, keyOfHash, partitionOf } from '@catalog-sync/shared/baseline/id-hash.ts';
import { censusOf, packPartition } from '@catalog-sync/shared/baseline/partition.ts';
import { nothingWaits } from '@catalog-sync/shared/baseline/waiting.ts';
import { dayFolder, epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { CatalogName, SyncNumber } from '@catalog-sync/shared/catalog/sync.ts';
import { type LandedFile, type SyncRecord, syncKey } from '@catalog-sync/shared/records/ingest.ts';
import { readRecord, readStoredJson } from '@catalog-sync/shared/records/record.ts';
import { contentAt, readRowsTable } from '@catalog-sync/shared/records/rows-table.ts';
import { pointerKey, type State } from '@catalog-sync/shared/records/transform.ts';
import { type RowsPart, Validation, ValidationRecord } from '@catalog-sync/shared/records/validate.ts';
import { hashBytes } from '@catalog-sync/shared/rows/engine/hash.ts';
import { MAPPING_VERSION } from '@catalog-sync/shared/rows/engine/index.ts';
import { readSettings } from '@catalog-sync/shared/settings.ts';
import { type Sizes, sizes } from '@catalog-sync/shared/sizes.ts';
import type { Needs } from '../outside.ts';

export const NOON = Date.UTC(2026, 10, 23, 12);
export const FIRST = { catalog: 'default' as CatalogName, sync: 1 as SyncNumber };

const HEADER = 'id,title,description,link,image_link,availability,price,brand,condition,product_type';

/** A row of the contract; what is given replaces its cells. */
export const row = (id: string, { price = '12.50 EUR', title = 'Boots' } = {}): string =>
  `${id},${title},Warm,https://shop.example/${id},https://shop.example/${id}.jpg,in stock,${price},Acme,new,Shoes`;
/** The item that such a row becomes. */
export const itemOf = (id: string, { price = '12.50 EUR', title = 'Boots' } = {}): string =>
  JSON.stringify({
    method: 'UPDATE',
    data: {
      id,
      title,
      description: 'Warm',
      availability: 'in stock',
      price,
      link: `https://shop.example/${id}`,
      image_link: `https://shop.example/${id}.jpg`,
      brand: 'Acme',
      condition: 'new',
      google_product_category: 'Shoes',
    },
  });
export const csv = (...rows: string[]): string => [HEADER, ...rows, ''].join('\n');

const ENTRY: Entry = {
  fingerprint: null,
  outcome: 'accepted',
  order: { instant: epochMs(NOON - 1), key: 'data/before.csv', age: 0, row: 1 },
  times: 0,
  sentAt: epochMs(NOON - 1),
  price: '12.50 EUR',
  availability: 'in stock',
  where: { batchKey: 'batch.json', index: 0 },
};

export interface Landing extends Partial<LandedFile> {
  key: string;
  text: string;
  /** If it is no text. */
  bytes?: Buffer;
}

/** A row of a table as a test reads it: which one, its item if it was written, and what else is known of it. */
export interface ReadRow {
  partition: number;
  file: number;
  row: number;
  rejected: boolean;
  hash: string;
  fingerprint: string;
  price: string;
  availability: string;
  brand: string | null;
  category: string | null;
  /** Null: it was not written. */
  item: string | null;
}

/** The fingerprint of an item, as the engine and the state have it. */
export const fingerprintOf = (item: string): string => {
  const [high = 0, low = 0] = hashBytes(Buffer.from(item), MAPPING_VERSION);
  return keyOfHash(high, low);
};

/** What the state knows of one product. */
export interface Known {
  id: string;
  item: string;
  outcome: Entry['outcome'];
}

export const validateWorld = (settings: object = {}, size: Partial<Sizes> = {}) => {
  const clock = fixedClock(NOON);
  const [landing, work] = [memoryObjects(clock), memoryObjects(clock)];
  const [table, ingest, transform] = [memoryTable(), memoryTable(), memoryTable()];
  const bus = memoryBus();
  const needs: Needs = {
    table,
    ingest,
    transform,
    landing,
    work,
    bus,
    clock,
    log: silentLog,
    parking: { park: async () => {} },
    sizes: { ...sizes, ...size },
    timeLeftMs: () => 900_000,
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
      for (const [place, { text, bytes, ...more }] of files.entries()) {
        await landing.put(more.key, bytes ?? text);
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
    point: async (sync: number, due: number | null = null, stateKey: string | null = null) => {
      const pointer = pointerKey(FIRST.catalog);
      const rev = (await transform.get(pointer.pk, pointer.sk))?.rev ?? 0;
      await transform.write([{ kind: 'put', rev, record: { ...pointer, sync, stateKey, due, reportKey: null } }]);
    },
    /** transform's state: what Meta holds, in 2^bits partitions. Its key. */
    state: async (all: readonly Known[], { bits = 0, mapping = MAPPING_VERSION, key = 'state.json' } = {}) => {
      const partitions: State['partitions'] = [];
      for (let n = 0; n < 2 ** bits; n++) {
        const within = all.filter(({ id }) => partitionOf(highOf(hashKey(id)), bits) === n);
        const changes = within.map(({ id, item, outcome }): [string, { id: string; entry: Entry }] => [
          hashKey(id),
          { id, entry: { ...ENTRY, fingerprint: outcome === 'unknown' ? null : fingerprintOf(item), outcome } },
        ]);
        const entries = changeEntries(noEntries, new Map(changes));
        await work.put(`${key}-${n}`, packPartition({ entries, waiting: nothingWaits }));
        const counts = { entries: within.length, ...censusOf(entries), carried: 0 };
        partitions.push({ key: `${key}-${n}`, ...counts, due: null, objects: [] });
      }
      const state: State = { sync: 0 as SyncNumber, bits, partitions, floor: null, mapping, before: [] };
      await work.put(key, JSON.stringify(state));
      return key;
    },
    record: async () => readRecord(ValidationRecord, await table.get(pk, sk))?.value,
    validation: async () =>
      readStoredJson(Validation, work, readRecord(ValidationRecord, await table.get(pk, sk))!.value.key),
    /** The rows of these parts, in their order. */
    rows: async (parts: readonly RowsPart[]): Promise<ReadRow[]> => {
      const read: ReadRow[] = [];
      const all = parts.flatMap((part) => part.tables.map((table) => ({ ...part, table })));
      for (const { key, itemsKeys, table: at, file, rowsBefore } of all) {
        const [partition, start, length, itemsAt, itemsStart] = at;
        const table = readRowsTable((await work.readRange(key, start, length))!, key);
        const itemsKey = itemsAt === null ? null : itemsKeys[itemsAt]!;
        const items = itemsKey === null ? undefined : await work.read(itemsKey);
        for (let n = 0; n < table.size; n++) {
          const { item, ...content } = contentAt(
            table,
            n,
            itemsKey === null ? null : { key: itemsKey, start: itemsStart },
          );
          const bytes = item === null ? null : items!.subarray(item.start, item.start + item.length);
          read.push({
            partition,
            file,
            row: rowsBefore + table.rows[n]!,
            rejected: table.rejected[n] === 1,
            hash: keyOfHash(table.hashes[2 * n]!, table.hashes[2 * n + 1]!),
            ...content,
            item: bytes === null ? null : Buffer.from(bytes).toString(),
          });
        }
      }
      return read;
    },
    said: () => bus.said.map(({ name, detail }) => `${name} ${detail.syncId}`),
  };
};
