/** What ingest keeps, as far as others read it. */
import * as t from 'io-ts';
import { EpochMs } from '../catalog/instant.ts';
import { FileOrder } from '../catalog/order.ts';
import { type CatalogName, SyncNumber, type SyncRef } from '../catalog/sync.ts';
import { orNull } from './record.ts';
import { machines } from './states.ts';

/** The one item of a catalog: which sync is active (0: none), the last number given, what `retry` asked for. */
export const CatalogRecord = t.strict(
  { active: SyncNumber, last: SyncNumber, asks: t.array(t.string) },
  'CatalogRecord',
);
export type CatalogRecord = t.TypeOf<typeof CatalogRecord>;
export const catalogKey = (catalog: CatalogName) => ({ pk: `catalog#${catalog}`, sk: 'catalog' });

export const SyncRecord = t.strict(
  {
    state: t.keyof(machines.sync.states),
    /** Object with the list of files (`FileList`) in the work bucket; null when there are none. */
    filesKey: orNull(t.string),
    files: t.number,
    openedAt: EpochMs,
    /** `2026/11/23`: the landing day of the newest file, or the opening's: the folder of the sync's objects. */
    day: t.string,
    asks: t.array(t.string),
    /** Where transform left the report when it settled; set when the sync ends. */
    reportKey: orNull(t.string),
  },
  'SyncRecord',
);
export type SyncRecord = t.TypeOf<typeof SyncRecord>;
export const syncKey = ({ catalog, sync }: SyncRef) => ({ pk: `sync#${catalog}`, sk: String(sync).padStart(9, '0') });

/** What an object's metadata may say in words that nobody can read. */
const UnreadMetadata = t.keyof({ sequence: null, part: null, rows: null }, 'UnreadMetadata');
export type UnreadMetadata = t.TypeOf<typeof UnreadMetadata>;

/** One version of one landed object, as a sync takes it. */
export const LandedFile = t.exact(
  t.intersection([
    t.type({
      key: t.string,
      versionId: t.string,
      /** Bytes. */
      size: t.number,
      order: FileOrder,
      /** When it landed (LastModified): names its day in archive/. */
      landedAt: EpochMs,
      /** This feed is whole: what is not in it is gone. */
      whole: t.boolean,
      /** k of n parts of one whole feed. */
      part: orNull(t.strict({ k: t.number, n: t.number })),
      /** Row count by its metadata. */
      rows: orNull(t.number),
    }),
    t.partial({
      /** Not there when all can be read. */
      unread: t.array(UnreadMetadata),
    }),
  ]),
  'LandedFile',
);
export type LandedFile = t.TypeOf<typeof LandedFile>;

export const FileList = t.strict({ files: t.array(LandedFile) }, 'FileList');
export type FileList = t.TypeOf<typeof FileList>;

/** Marks an object of the landing zone that is no product file and was reported. */
export const ignoredKey = (catalog: CatalogName, key: string) => ({ pk: `ignored#${catalog}`, sk: key });
