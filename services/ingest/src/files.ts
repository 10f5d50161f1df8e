/** ingest's record of each landed file, from `seen` to `archived`. */
import type { CatalogName, SyncNumber } from '@catalog-sync/shared/catalog/sync.ts';
import type { ObjectInfo, ObjectVersion } from '@catalog-sync/shared/ports/objects.ts';
import { LandedFile } from '@catalog-sync/shared/records/ingest.ts';
import { orNull, type Read, readRecord } from '@catalog-sync/shared/records/record.ts';
import { machines } from '@catalog-sync/shared/records/states.ts';
import { transition } from '@catalog-sync/shared/records/transition.ts';
import * as t from 'io-ts';
import type { Destination } from './domain/archive-name.ts';
import { declaredRows, explicitInstant, isWhole, partOf, unreadMetadata } from './domain/landing.ts';
import type { Outside } from './outside.ts';

export const FileRecord = t.strict(
  {
    state: t.keyof(machines.file.states),
    sync: t.number,
    to: orNull(t.keyof({ archive: null, refused: null })),
    /** Where it lies once archived, and its report if it has one. */
    at: orNull(t.string),
    reportAt: orNull(t.string),
    file: LandedFile,
  },
  'FileRecord',
);
export type FileRecord = t.TypeOf<typeof FileRecord>;

const nameOf = ({ key, versionId }: { key: string; versionId: string }): string => `${key}#${versionId}`;
export const fileKey = (catalog: CatalogName, version: { key: string; versionId: string }) => ({
  pk: `file#${catalog}`,
  sk: nameOf(version),
});
const waitingKey = (catalog: CatalogName, version: { key: string; versionId: string }) => ({
  pk: `waiting#${catalog}`,
  sk: nameOf(version),
});

export const readFile = async (
  catalog: CatalogName,
  version: { key: string; versionId: string },
  { table }: Outside,
) => {
  const { pk, sk } = fileKey(catalog, version);
  return readRecord(FileRecord, await table.get(pk, sk));
};

/**
 * Notes one landed version, once. Its order comes from the stored object alone, so an event, a replay and a sweep read
 * the same. A version that is gone is nothing to note.
 */
export const noteFile = async (
  catalog: CatalogName,
  version: { key: string; versionId: string },
  needs: Outside,
): Promise<void> => {
  const { landing, table, log } = needs;
  if ((await readFile(catalog, version, needs)) !== undefined) return;
  const info = await landing.head(version.key, version.versionId);
  if (info === undefined) return;
  const record: FileRecord = {
    state: 'seen',
    sync: 0,
    to: null,
    at: null,
    reportAt: null,
    file: await landedFile(catalog, info, needs),
  };
  const noted = await table.write([
    transition('file', undefined, { ...fileKey(catalog, version), ...record }),
    { kind: 'put', rev: 0, record: { ...waitingKey(catalog, version) } },
  ]);
  if (noted) log.info('noted', { catalog, key: info.key, version: info.versionId, bytes: info.size });
};

const landedFile = async (catalog: CatalogName, info: ObjectInfo, needs: Outside): Promise<LandedFile> => {
  const unread = unreadMetadata(info.metadata);
  const instant = explicitInstant(info.metadata) ?? info.lastModified;
  return {
    key: info.key,
    versionId: info.versionId,
    size: info.size,
    order: { instant, key: info.key, age: await ageOf(catalog, info, instant, needs) },
    landedAt: info.lastModified,
    whole: isWhole(info.key, info.metadata),
    part: partOf(info.metadata),
    rows: declaredRows(info.metadata),
    ...(unread.length === 0 ? {} : { unread }),
  };
};

/**
 * Its place, oldest first, among this key's versions with the same instant: version ids are random, seconds are whole.
 * A version of the same second that was archived before this one was noted counts as older, or both would have one order
 * and the newer content would pass for the old. An explicit order is the shop's own word and is taken as it is.
 */
const ageOf = async (catalog: CatalogName, info: ObjectInfo, instant: number, needs: Outside): Promise<number> => {
  const { landing } = needs;
  const explicit = explicitInstant(info.metadata) !== null;
  const listed = new Set<string>();
  const same: ObjectVersion[] = [];
  for await (const version of landing.versions(info.key)) {
    if (version.key !== info.key) continue;
    listed.add(version.versionId);
    if (version.versionId === info.versionId) same.push(version);
    else if (explicit) {
      const other = await landing.head(version.key, version.versionId);
      if (other && (explicitInstant(other.metadata) ?? other.lastModified) === instant) same.push(version);
    } else if (version.lastModified === instant) same.push(version);
  }
  const place = same.reverse().findIndex(({ versionId }) => versionId === info.versionId);
  return explicit ? place : freeAge(place, await putAway(catalog, info.key, instant, listed, needs));
};

/** The n-th age that is not taken: one that was archived as the second of two has left the first place to the other. */
const freeAge = (n: number, taken: ReadonlySet<number>): number => {
  let age = 0;
  for (let left = n; taken.has(age) || left > 0; age += 1) if (!taken.has(age)) left -= 1;
  return age;
};

/** The ages of noted versions of the key that landed at that instant and are not in the landing zone any more. */
const putAway = async (
  catalog: CatalogName,
  key: string,
  instant: number,
  listed: ReadonlySet<string>,
  { table }: Outside,
): Promise<ReadonlySet<number>> => {
  const ages = new Set<number>();
  for await (const record of table.query(`file#${catalog}`, `${key}#`)) {
    const file = readRecord(FileRecord, record)?.value.file;
    if (
      file?.key === key &&
      file.landedAt === instant &&
      file.order.instant === instant &&
      !listed.has(file.versionId)
    ) {
      ages.add(file.order.age);
    }
  }
  return ages;
};

/** The files of a catalog that no sync has taken yet. */
export const waitingFiles = async (catalog: CatalogName, needs: Outside): Promise<LandedFile[]> => {
  const files: LandedFile[] = [];
  for await (const { sk } of needs.table.query(`waiting#${catalog}`)) {
    const record = readRecord(FileRecord, await needs.table.get(`file#${catalog}`, sk));
    if (record?.value.state === 'seen') files.push(record.value.file);
  }
  return files;
};

/** `seen` → `in(n)`; anything else stays. Gives the record as it is then. */
export const takeFile = async (
  catalog: CatalogName,
  file: LandedFile,
  sync: SyncNumber,
  needs: Outside,
): Promise<Read<FileRecord> | undefined> => {
  const read = await readFile(catalog, file, needs);
  if (read?.value.state !== 'seen') return read;
  const marker = waitingKey(catalog, file);
  const waiting = await needs.table.get(marker.pk, marker.sk);
  await needs.table.write([
    transition('file', read, { ...fileKey(catalog, file), ...read.value, state: 'in', sync }),
    ...(waiting === undefined ? [] : [{ kind: 'delete' as const, ...marker, rev: waiting.rev }]),
  ]);
  return readFile(catalog, file, needs);
};

/** `seen | in(n)` → `settled(n, where to)`; anything else stays. */
export const settleFile = async (
  catalog: CatalogName,
  file: LandedFile,
  sync: SyncNumber,
  to: Destination,
  needs: Outside,
): Promise<void> => {
  const read = await takeFile(catalog, file, sync, needs);
  if (read?.value.state !== 'in' || read.value.sync !== sync) return;
  await needs.table.write([
    transition('file', read, { ...fileKey(catalog, file), ...read.value, state: 'settled', to }),
  ]);
};
