import { dayFolder, type EpochMs, epochMs, later, MINUTE, SECOND } from '@catalog-sync/shared/catalog/instant.ts';
import {
  type CatalogName,
  nextSync,
  type SyncNumber,
  type SyncRef,
  syncFolder,
  syncId,
} from '@catalog-sync/shared/catalog/sync.ts';
import { oneByOne } from '@catalog-sync/shared/edge/one-by-one.ts';
import { say } from '@catalog-sync/shared/events/define.ts';
import { FilesArchived, FilesLanded } from '@catalog-sync/shared/events/index.ts';
import { hashOf } from '@catalog-sync/shared/hash.ts';
import {
  CatalogRecord,
  catalogKey,
  FileList,
  type LandedFile,
  SyncRecord,
  syncKey,
} from '@catalog-sync/shared/records/ingest.ts';
import { type Read, readRecord, readStoredJson } from '@catalog-sync/shared/records/record.ts';
import { Pointer, pointerKey, SyncReport } from '@catalog-sync/shared/records/transform.ts';
import { transition } from '@catalog-sync/shared/records/transition.ts';
import { archiveFile } from './archive-file.ts';
import { readFile, settleFile, takeFile, waitingFiles } from './files.ts';
import { noteLanded } from './note-landed.ts';
import type { Outside } from './outside.ts';

/** The kind of work that the sweep looks for. */
export const ARCHIVE_DUE = 'archive';

/** A file younger than this may be one of several that are just being uploaded. */
const STILL_LANDING_MS = 5 * SECOND;

const NEW_CATALOG: CatalogRecord = { active: 0 as SyncNumber, last: 0 as SyncNumber, asks: [] };

/**
 * Takes a catalog from wherever the tables say it stands to wherever it can go now: end the active sync once it is
 * settled, or say its word again; open the next one when none is active. Hints and the sweep call this alike; the sweep has
 * `noted` what landed.
 */
export const workOn = async (
  catalog: CatalogName,
  cause: string | null,
  needs: Outside,
  { noted = false } = {},
): Promise<void> => {
  const read = await readCatalog(catalog, needs);
  if (read.value.active === 0) return open(catalog, cause, needs, { patient: true, noted });
  const ref = { catalog, sync: read.value.active };
  const pointer = await readPointer(catalog, needs);
  if (pointer.sync >= ref.sync) return end(ref, pointer, cause, needs);
  await announce(ref, cause, needs);
};

/**
 * Opens the catalog's next sync over all waiting files, asks and carried rows that are due, if none is active: one
 * transaction gives the number. `patient` waits once while a file is so young that others may be landing with it; the
 * landing queue's own delay was that wait already. `noted`: what has landed is noted, just now.
 */
export const open = async (
  catalog: CatalogName,
  cause: string | null,
  needs: Outside,
  { patient, noted }: { patient: boolean; noted: boolean },
): Promise<void> => {
  const { table, clock, log } = needs;
  const read = await readCatalog(catalog, needs);
  if (read.value.active !== 0) return;
  if (!noted) await noteLanded(needs, catalog);
  let files = await waitingFiles(catalog, needs);
  const stillLanding = (newestLanding(files) ?? 0) + STILL_LANDING_MS - clock.now();
  if (patient && stillLanding > 0) {
    await clock.wait(Math.min(stillLanding, STILL_LANDING_MS));
    await noteLanded(needs, catalog);
    files = await waitingFiles(catalog, needs);
  }
  const pointer = await readPointer(catalog, needs);
  const now = clock.now();
  const carriedDue = pointer.due !== null && pointer.due <= now;
  if (files.length === 0 && read.value.asks.length === 0 && !carriedDue) return;

  const sync = nextSync(read.value.last);
  const ref = { catalog, sync };
  const filesKey = files.length === 0 ? null : await writeFileList(ref, files, needs);
  const record: SyncRecord = {
    state: 'active',
    filesKey,
    files: files.length,
    openedAt: now,
    day: dayFolder(newestLanding(files) ?? now),
    asks: read.value.asks,
    reportKey: null,
  };
  const opened = await table.write([
    { kind: 'put', rev: read.rev, record: { ...catalogKey(catalog), active: sync, last: sync, asks: [] } },
    transition('sync', undefined, { ...syncKey(ref), ...record }),
  ]);
  if (!opened) return;
  log.info('opened', { sync: syncId(ref), files: files.length });
  await announce(ref, cause, needs);
};

const newestLanding = (files: readonly LandedFile[]): EpochMs | undefined =>
  files.length === 0 ? undefined : epochMs(Math.max(...files.map(({ landedAt }) => landedAt)));

const writeFileList = async (ref: SyncRef, files: readonly LandedFile[], { work }: Outside): Promise<string> => {
  const body = JSON.stringify({ files });
  const key = `${syncFolder(ref)}files-${hashOf([body], 16)}.json`;
  await work.putOnce(key, body, { contentType: 'application/json' });
  return key;
};

/** Marks the listed files as taken, and says that the sync is open. */
const announce = async (ref: SyncRef, cause: string | null, needs: Outside): Promise<void> => {
  const sync = await readSync(ref, needs);
  if (sync?.value.state !== 'active') return;
  for (const file of await listed(sync.value, needs)) await takeFile(ref.catalog, file, ref.sync, needs);
  await needs.bus.say([say(FilesLanded, ref, { files: sync.value.files }, { cause, at: needs.clock.now() })]);
};

/** The pointer has passed this sync: mark its files, free the catalog, move the files away, and open the next. */
const end = async (ref: SyncRef, pointer: Pointer, cause: string | null, needs: Outside): Promise<void> => {
  const { table, work, clock, log } = needs;
  const sync = await readSync(ref, needs);
  if (sync === undefined || pointer.reportKey === null)
    throw new Error(`${syncId(ref)} is settled, but its records are missing`);
  const report = await readStoredJson(SyncReport, work, pointer.reportKey);
  for (const file of await listed(sync.value, needs)) {
    const said = report.files.find(({ key, versionId }) => key === file.key && versionId === file.versionId);
    await settleFile(ref.catalog, file, ref.sync, said?.outcome === 'refused' ? 'refused' : 'archive', needs);
  }
  const catalog = await readCatalog(ref.catalog, needs);
  if (catalog.value.active !== ref.sync) return;
  const asksAgain = report.status === 'settled' ? [] : sync.value.asks;
  const ended = await table.write([
    {
      kind: 'put',
      rev: catalog.rev,
      record: {
        ...catalogKey(ref.catalog),
        ...catalog.value,
        active: 0,
        asks: [...new Set([...catalog.value.asks, ...asksAgain])],
      },
    },
    transition('sync', sync, {
      ...syncKey(ref),
      ...sync.value,
      state: 'ended',
      reportKey: pointer.reportKey,
      dueOf: ARCHIVE_DUE,
      dueAt: later(clock.now(), MINUTE),
    }),
  ]);
  if (!ended) return;
  log.info('ended', { sync: syncId(ref), status: report.status });
  // A file that cannot be archived must not keep the next sync from opening.
  await oneByOne(
    [() => archive(ref, cause, needs), () => open(ref.catalog, cause, needs, { patient: true, noted: false })],
    (step) => step(),
  );
};

/**
 * Moves the files of an ended sync to archive/ or refused/, keeps the sync's report, and says so. Only then is it no
 * longer due: a crash before the last write says the same word again.
 */
export const archive = async (ref: SyncRef, cause: string | null, needs: Outside): Promise<void> => {
  const { table, work, synced, bus, clock } = needs;
  const sync = await readSync(ref, needs);
  if (sync?.value.state !== 'ended' || sync.value.reportKey === null) return;
  const report = await readStoredJson(SyncReport, work, sync.value.reportKey);
  const files: object[] = [];
  await oneByOne(await listed(sync.value, needs), async (file) => {
    const said = report.files.find(({ key, versionId }) => key === file.key && versionId === file.versionId);
    const findings = said?.reportKey ? await work.read(said.reportKey) : undefined;
    await archiveFile(ref.catalog, file, reportBeside(said, findings), needs);
    const record = await readFile(ref.catalog, file, needs);
    files.push({ ...said, at: record?.value.at ?? null, reportKey: record?.value.reportAt ?? null });
  });
  await synced.put(`${sync.value.day}/${syncId(ref)}/report.json`, JSON.stringify({ ...report, files }, null, 1), {
    contentType: 'application/json',
  });
  const refused = report.files.filter(({ outcome }) => outcome === 'refused').length;
  const data = { archived: report.files.length - refused, refused };
  await bus.say([say(FilesArchived, ref, data, { cause, at: clock.now() })]);
  await table.write([transition('sync', sync, { ...syncKey(ref), ...sync.value, state: 'archived' })]);
};

/** What lies beside a file: its findings, and of a refused one the reason; null when there is nothing to say. */
const reportBeside = (
  said: SyncReport['files'][number] | undefined,
  findings: Uint8Array | undefined,
): string | null => {
  const text = findings && new TextDecoder().decode(findings);
  if (said?.outcome !== 'refused') return text ?? null;
  const { key, versionId, why } = said;
  return JSON.stringify({ file: key, versionId, why, ...(text && JSON.parse(text)) }, null, 1);
};

const readCatalog = async (catalog: CatalogName, { table }: Outside): Promise<Read<CatalogRecord>> => {
  const { pk, sk } = catalogKey(catalog);
  return readRecord(CatalogRecord, await table.get(pk, sk)) ?? { value: NEW_CATALOG, rev: 0 };
};

const readSync = async (ref: SyncRef, { table }: Outside): Promise<Read<SyncRecord> | undefined> => {
  const { pk, sk } = syncKey(ref);
  return readRecord(SyncRecord, await table.get(pk, sk));
};

const readPointer = async (catalog: CatalogName, { transform }: Outside): Promise<Pointer> => {
  const { pk, sk } = pointerKey(catalog);
  const read = readRecord(Pointer, await transform.get(pk, sk));
  return read?.value ?? { sync: 0 as SyncNumber, stateKey: null, due: null, reportKey: null };
};

const listed = async ({ filesKey }: SyncRecord, { work }: Outside): Promise<readonly LandedFile[]> =>
  filesKey === null ? [] : (await readStoredJson(FileList, work, filesKey)).files;
