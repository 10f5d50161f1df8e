import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import type { ObjectInfo } from '@catalog-sync/shared/ports/objects.ts';
import type { LandedFile } from '@catalog-sync/shared/records/ingest.ts';
import { transition } from '@catalog-sync/shared/records/transition.ts';
import { archiveName, otherArchiveName } from './domain/archive-name.ts';
import { fileKey, readFile } from './files.ts';
import type { Outside } from './outside.ts';

const SOURCE_VERSION = 'source-version';

/** An ETag of parts says how it was uploaded, not what it holds: only two plain ones can be compared. */
const isPlain = (etag: string): boolean => !etag.includes('-');

const isCopyOf = (copy: ObjectInfo, source: ObjectInfo): boolean =>
  copy.metadata[SOURCE_VERSION] === source.versionId &&
  copy.size === source.size &&
  (copy.etag === source.etag || !isPlain(copy.etag) || !isPlain(source.etag));

/**
 * Moves one settled file out of the landing zone: copies the pinned version, looks at the copy, and only then deletes
 * that very version, so that a newer one stays. `report` is written beside it. Doing it again finishes what was begun.
 */
export const archiveFile = async (
  catalog: CatalogName,
  file: LandedFile,
  report: string | null,
  needs: Outside,
): Promise<void> => {
  const { landing, table } = needs;
  const read = await readFile(catalog, file, needs);
  if (read?.value.state !== 'settled' || read.value.to === null) return;
  const at = await copyAside(file, archiveName(read.value.to, file.key, file.landedAt), needs);
  const reportAt = report === null || at === null ? null : `${at}.report.json`;
  if (reportAt !== null && report !== null) {
    await landing.put(reportAt, report, { contentType: 'application/json' });
  }
  await landing.deleteVersion(file.key, file.versionId);
  await table.write([
    transition('file', read, { ...fileKey(catalog, file), ...read.value, state: 'archived', at, reportAt }),
  ]);
};

/**
 * Copies, and returns the name under which the copy was seen to be whole; null when the version was deleted by somebody
 * else before it was ever copied, so that nothing is left to keep.
 */
const copyAside = async (file: LandedFile, name: string, { landing }: Outside): Promise<string | null> => {
  const source = await landing.head(file.key, file.versionId);
  const names = [name, otherArchiveName(name, file.versionId)];
  for (const to of names) {
    const there = await landing.head(to);
    if (there === undefined && source !== undefined) {
      await landing.copyOnce({ ...file, lastModified: file.landedAt }, to, {
        ...source.metadata,
        [SOURCE_VERSION]: file.versionId,
      });
    }
    const copy = there ?? (await landing.head(to));
    if (copy === undefined || copy.metadata[SOURCE_VERSION] !== file.versionId) continue;
    if (source === undefined || isCopyOf(copy, source)) return to;
    throw new Error(`the copy ${to} differs from ${file.key} version ${file.versionId}: the original stays`);
  }
  if (source === undefined) return null;
  throw new Error(
    `neither ${names.join(' nor ')} holds a copy of ${file.key} version ${file.versionId}: the original stays`,
  );
};
