import * as t from 'io-ts';
import { EpochMs } from '../catalog/instant.ts';
import { CatalogName, SyncNumber } from '../catalog/sync.ts';

/** A whole event's detail: what every one carries beside its data. Handlers act on `catalog` and `sync` alone; the rest is for people and logs. */
export const DetailOf = <C extends t.Mixed>(version: number, data: C) =>
  t.strict({
    /** Made from what the event is about: the same word said again has the same id. */
    id: t.string,
    version: t.literal(version),
    catalog: CatalogName,
    sync: SyncNumber,
    /** The correlation: `default-000042`. */
    syncId: t.string,
    /** Id of the event that led to this one, if an event did. */
    cause: t.union([t.string, t.null]),
    at: EpochMs,
    data,
  });
