/**
 * What monitor remembers of a catalog: up to which sync it has looked, and which troubles stand. Whatever it makes of a sync
 * is written together with this one record, so that of two that look at the same time one wins, and a replay finds it done.
 */
import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import type { Write } from '@catalog-sync/shared/ports/table.ts';
import { type Read, readRecord } from '@catalog-sync/shared/records/record.ts';
import * as t from 'io-ts';
import { Standing } from './domain/standing.ts';
import type { Outside } from './outside.ts';

const WatchRecord = t.exact(
  t.intersection([
    t.type({
      /** How far this catalog's settled syncs have been looked at. */
      examined: t.number,
    }),
    t.partial({
      /** Not there in records of an earlier version. */
      standing: Standing,
    }),
  ]),
  'WatchRecord',
);

export interface Watched {
  examined: number;
  standing: Standing;
}

const watchKey = (catalog: CatalogName) => ({ pk: `watch#${catalog}`, sk: 'watch' });

/** Where nothing is yet: revision 0. */
export const readWatched = async (catalog: CatalogName, { table }: Pick<Outside, 'table'>): Promise<Read<Watched>> => {
  const { pk, sk } = watchKey(catalog);
  const read = readRecord(WatchRecord, await table.get(pk, sk));
  return { rev: read?.rev ?? 0, value: { examined: 0, standing: {}, ...read?.value } };
};

export const putWatched = (catalog: CatalogName, { rev }: Read<Watched>, watched: Watched): Write => {
  const own = watchKey(catalog);
  return { kind: 'put', rev, record: { ...own, ...watched } };
};

/** Insists that nobody has examined a sync since. */
export const sameWatched = (catalog: CatalogName, { rev }: Read<Watched>): Write => ({
  kind: 'check',
  rev,
  ...watchKey(catalog),
});
