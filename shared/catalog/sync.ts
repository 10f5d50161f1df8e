import * as t from 'io-ts';

/** The name of a catalog in the settings: what may stand in keys of objects and tables without quoting. */
interface CatalogNameBrand {
  readonly CatalogName: unique symbol;
}
export const CatalogName = t.brand(
  t.string,
  (s): s is t.Branded<string, CatalogNameBrand> => /^[a-z0-9][a-z0-9-]{0,39}$/.test(s),
  'CatalogName',
);
export type CatalogName = t.TypeOf<typeof CatalogName>;

/** 1, 2, 3 … per catalog; 0 stands for "none yet". */
interface SyncNumberBrand {
  readonly SyncNumber: unique symbol;
}
export const SyncNumber = t.brand(
  t.number,
  (n): n is t.Branded<number, SyncNumberBrand> => Number.isSafeInteger(n) && n >= 0,
  'SyncNumber',
);
export type SyncNumber = t.TypeOf<typeof SyncNumber>;

/** Which sync of which catalog: all that a handler takes from an event. */
export interface SyncRef {
  catalog: CatalogName;
  sync: SyncNumber;
}

/** Six digits sort as text; a shop that syncs each minute needs two years to outgrow them, and then only the sorting. */
const padded = (sync: SyncNumber): string => String(sync).padStart(6, '0');

/** `default-000042`: the id of a sync, for people, folders and logs. */
export const syncId = ({ catalog, sync }: SyncRef): string => `${catalog}-${padded(sync)}`;

/** Where the bulky objects of one sync lie in the work bucket: `syncs/default/000042/`. */
export const syncFolder = ({ catalog, sync }: SyncRef): string => `syncs/${catalog}/${padded(sync)}/`;

/** Where the states that the syncs of a catalog end in lie, one folder a sync. */
export const stateFolder = ({ catalog, sync }: SyncRef): string => `states/${catalog}/${padded(sync)}/`;

export const nextSync = (sync: SyncNumber): SyncNumber => (sync + 1) as SyncNumber;
export const previousSync = (sync: SyncNumber): SyncNumber => (sync - 1) as SyncNumber;
