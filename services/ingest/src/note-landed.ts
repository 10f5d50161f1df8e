import type { CatalogName, SyncNumber } from '@catalog-sync/shared/catalog/sync.ts';
import { describeError } from '@catalog-sync/shared/edge/on-queue.ts';
import { say } from '@catalog-sync/shared/events/define.ts';
import { FileIgnored } from '@catalog-sync/shared/events/index.ts';
import { alertKey, ignoredId } from '@catalog-sync/shared/records/alert.ts';
import { ignoredKey } from '@catalog-sync/shared/records/ingest.ts';
import { catalogOf, DEFAULT_CATALOG } from '@catalog-sync/shared/settings.ts';
import { isFolderMarker, isLanded, isProductFile, LANDING_ZONE, pathBelowData } from './domain/landing.ts';
import { noteFile } from './files.ts';
import type { Outside } from './outside.ts';

/** Notes one landed version, or reports, once, that it is no product file. Returns the catalog it belongs to. */
export const noteVersion = async (
  version: { key: string; versionId: string },
  needs: Outside,
): Promise<CatalogName> => {
  const catalog = catalogOf(pathBelowData(version.key), needs.settings);
  if (isProductFile(version.key) && Object.hasOwn(needs.settings, catalog)) await noteFile(catalog, version, needs);
  else if (isLanded(version.key) && !isFolderMarker(version.key)) await reportOnce(catalog, version, needs);
  return catalog;
};

/**
 * Marks the object, and says so again until monitor's table shows that people were told: an event may be lost. Then the mark
 * says that, and there is an end.
 */
const reportOnce = async (
  catalog: CatalogName,
  version: { key: string; versionId: string },
  { table, monitor, landing, bus, clock, log }: Outside,
): Promise<void> => {
  const mark = ignoredKey(catalog, version.key);
  const marked = await table.get(mark.pk, mark.sk);
  if (marked?.said === true) return;
  const { key, versionId } = version;
  if (marked === undefined) {
    // An event may be forged: only what lies there is worth a word.
    if ((await landing.head(key, versionId)) === undefined) return;
    if (!(await table.write([{ kind: 'put', rev: 0, record: { ...mark, said: false } }]))) return;
  }
  const alert = alertKey(ignoredId(catalog, key));
  if ((await monitor.get(alert.pk, alert.sk)) !== undefined) {
    await table.write([{ kind: 'put', rev: marked?.rev ?? 1, record: { ...mark, said: true } }]);
    return;
  }
  log.warn('left alone: no product file of a catalog', { key });
  await bus.say([say(FileIgnored, { catalog, sync: 0 as SyncNumber }, { key }, { cause: null, at: clock.now() })]);
};

/**
 * Notes every version that lies in the landing zone, or in a catalog's part of it, and has no record yet. Events may be lost
 * or late; files that were uploaded together are all found by the first event of them. One that cannot be noted (its key of
 * encryption is not ours, say) keeps back no other; its own event is tried again and raises the alarm.
 */
export const noteLanded = async (needs: Outside, catalog?: CatalogName): Promise<void> => {
  const { landing, settings } = needs;
  for await (const version of landing.versions(catalog === undefined ? LANDING_ZONE : folderOf(catalog))) {
    if (catalog !== undefined && catalogOf(pathBelowData(version.key), settings) !== catalog) continue;
    try {
      await noteVersion(version, needs);
    } catch (error) {
      needs.log.error('not noted', { key: version.key, version: version.versionId, error: describeError(error) });
    }
  }
};

/** Where a catalog's files lie; those of the default catalog lie beside the others' folders, too. */
const folderOf = (catalog: CatalogName): string =>
  catalog === DEFAULT_CATALOG ? LANDING_ZONE : `${LANDING_ZONE}${catalog}/`;
