import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import { say } from '@catalog-sync/shared/events/define.ts';
import { FileIgnored } from '@catalog-sync/shared/events/index.ts';
import { ignoredKey } from '@catalog-sync/shared/records/ingest.ts';
import { catalogOf } from '@catalog-sync/shared/settings.ts';
import { isFolderMarker, isProductFile, LANDING_ZONE, pathBelowData } from './domain/landing.ts';
import { noteFile } from './files.ts';
import type { Outside } from './outside.ts';

/** Notes one landed version, or reports, once, that it is no product file. Returns the catalog it belongs to. */
export const noteVersion = async (
  version: { key: string; versionId: string },
  needs: Outside,
): Promise<CatalogName> => {
  const catalog = catalogOf(pathBelowData(version.key), needs.settings);
  if (isProductFile(version.key)) await noteFile(catalog, version, needs);
  else if (!isFolderMarker(version.key)) await reportOnce(catalog, version.key, needs);
  return catalog;
};

const reportOnce = async (catalog: CatalogName, key: string, { table, bus, clock, log }: Outside): Promise<void> => {
  if (!(await table.write([{ kind: 'put', rev: 0, record: { ...ignoredKey(catalog, key) } }]))) return;
  log.warn('left alone: no product file', { key });
  await bus.say([say(FileIgnored, { catalog, sync: 0 as never }, { key }, { cause: null, at: clock.now() })]);
};

/**
 * Notes every version that lies in the landing zone and has no record yet. Events may be lost or late; files that were
 * uploaded together are all found by the first event of them.
 */
export const noteLanded = async (needs: Outside): Promise<void> => {
  for await (const version of needs.landing.versions(LANDING_ZONE)) await noteVersion(version, needs);
};
