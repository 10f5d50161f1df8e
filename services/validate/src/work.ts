import { later, MINUTE } from '@catalog-sync/shared/catalog/instant.ts';
import { type SyncRef, syncFolder } from '@catalog-sync/shared/catalog/sync.ts';
import { say } from '@catalog-sync/shared/events/define.ts';
import { BatchValidated, ValidationFailed } from '@catalog-sync/shared/events/index.ts';
import { hashOf } from '@catalog-sync/shared/hash.ts';
import { isAtWork, openAtWork } from '@catalog-sync/shared/records/at-work.ts';
import { FileList, type LandedFile, SyncRecord, syncKey } from '@catalog-sync/shared/records/ingest.ts';
import { type Read, readRecord, readStoredJson } from '@catalog-sync/shared/records/record.ts';
import { Pointer, pointerKey, State } from '@catalog-sync/shared/records/transform.ts';
import { transition } from '@catalog-sync/shared/records/transition.ts';
import { type FileValidation, type Validation, ValidationRecord } from '@catalog-sync/shared/records/validate.ts';
import { MAPPING_VERSION } from '@catalog-sync/shared/rows/engine/index.ts';
import type { CatalogSettings } from '@catalog-sync/shared/settings.ts';
import { partitionBits } from './domain/partitions.ts';
import { unreadNotes } from './domain/unread-notes.ts';
import { wholeFeedsOf } from './domain/whole-feeds.ts';
import type { Judging } from './judge-blocks.ts';
import { type Judged, judgeFile } from './judge-file.ts';
import { knownContents } from './known-contents.ts';
import type { Needs } from './outside.ts';
import { forgetShards, isForShards, judgeInShards } from './shards/judge-in-shards.ts';

/** The kind of work that the sweep looks for. */
export const VALIDATIONS_DUE = 'validation';

const SAY_AGAIN_MS = MINUTE;
/** About. */
const A_ROW_BYTES = 800;

/**
 * Takes sync n from wherever the tables say it stands: read and judge its files once, then say what came of it, again
 * each minute until the sync is settled. An event and the sweep call this alike.
 */
export const workOn = async (ref: SyncRef, cause: string | null, needs: Needs): Promise<void> => {
  const { table, ingest, transform } = needs;
  const { pk, sk } = syncKey(ref);
  const pointer = readRecord(Pointer, await transform.get(pointerKey(ref.catalog).pk, pointerKey(ref.catalog).sk));
  const record = readRecord(ValidationRecord, await table.get(pk, sk));
  if ((pointer?.value.sync ?? 0) >= ref.sync) return close(ref, record, needs);
  if (record !== undefined) return sayWord(ref, record, cause, needs);

  const sync = readRecord(SyncRecord, await ingest.get(pk, sk));
  if (sync === undefined) return;
  if (await isAtWork('judging', ref, needs)) return;
  const validated = await validate(ref, sync.value, pointer?.value, needs);
  if (validated === undefined) return;
  await table.write([transition('validation', undefined, { pk, sk, ...validated })]);
  await workOn(ref, cause, needs);
};

/**
 * Judges every file of the sync and writes its rows. `pointer`: where the syncs before have come to. Undefined while others
 * read shards of a large file: an event, or ingest's next reminder, goes on from there.
 */
const validate = async (
  ref: SyncRef,
  sync: SyncRecord,
  pointer: Pointer | undefined,
  needs: Needs,
): Promise<ValidationRecord | undefined> => {
  const { work, settings, sizes, log } = needs;
  const catalog = settings[ref.catalog];
  if (catalog === undefined) throw new Error(`the settings do not know the catalog ${ref.catalog}`);
  const files = sync.filesKey === null ? [] : (await readStoredJson(FileList, work, sync.filesKey)).files;
  const stateKey = pointer?.stateKey ?? null;
  const state = stateKey === null ? undefined : await readStoredJson(State, work, stateKey);
  const bits = partitionBits(files, sizes.partitionRows, state?.bits ?? 0);
  const judging = { folder: syncFolder(ref), bits, known: await knownContents(state, files, work) };
  const judged = await judgeFiles(ref, files, judging, catalog, needs);
  if (judged === undefined) return undefined;
  const refuseAll =
    catalog.onBadFile === 'refuse-sync' && judged.some(({ validation }) => validation.outcome === 'refused');
  const all = refuseAll ? judged.map(refusedWithTheOthers) : judged;
  const usable = all.filter(({ validation }) => validation.outcome === 'usable');
  const { feeds, notes } = wholeFeedsOf(all.map(({ whole }) => whole));

  const validation: Validation = {
    files: all.map((one) => one.validation),
    bits,
    mapping: MAPPING_VERSION,
    parts: usable.flatMap(({ parts }) => parts),
    wholeFeeds: feeds,
    notes: [...notes, ...unreadNotes(files)],
  };
  const body = JSON.stringify(validation);
  const key = `${syncFolder(ref)}validation-${hashOf([body], 16)}.json`;
  await work.putOnce(key, body);
  const sum = (count: (file: FileValidation) => number): number =>
    usable.reduce((total, { validation: file }) => total + count(file), 0);
  // Something besides files is to be sent.
  const waits = (pointer?.due ?? null) !== null || sync.asks.length > 0;
  const record: ValidationRecord = {
    state: files.length > 0 && usable.length === 0 && !waits ? 'failed' : 'validated',
    key,
    files: files.length,
    landed: sum(({ landed }) => landed),
    valid: sum(({ valid }) => valid),
    rejected: sum(({ rejected }) => rejected),
  };
  log.info('judged', { catalog: ref.catalog, sync: ref.sync, ...record });
  return record;
};

/** Large files first: while others help with these, the small ones would be judged by each of them. */
const judgeFiles = async (
  ref: SyncRef,
  files: readonly LandedFile[],
  judging: Judging,
  catalog: CatalogSettings,
  needs: Needs,
): Promise<Judged[] | undefined> => {
  const judged = new Map<LandedFile, Judged | undefined>();
  for (const [place, file] of files.entries()) {
    if (await isForShards(file, needs))
      judged.set(file, await judgeInShards({ ref, file, place, judging }, catalog, needs));
  }
  if ([...judged.values()].includes(undefined)) return undefined;
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const goesOn = await openAtWork('judging', ref, bytes / A_ROW_BYTES, needs);
  if (goesOn === undefined) return undefined;
  const all: Judged[] = [];
  for (const [place, file] of files.entries()) {
    all.push(judged.get(file) ?? (await judgeFile(file, place, judging, catalog, needs, goesOn)) ?? gone(file, place));
  }
  return all;
};

/** Somebody deleted the version by hand between its landing and now: there is nothing to use and nothing to archive. */
const gone = (file: LandedFile, place: number): Judged => ({
  validation: {
    key: file.key,
    versionId: file.versionId,
    order: file.order,
    outcome: 'refused',
    landed: 0,
    valid: 0,
    rejected: 0,
    reportKey: null,
    why: 'it was deleted before it could be read',
  },
  whole: { file, place, usable: false, rows: 0, cut: false, finalNewline: false, unreadableIds: 0 },
  parts: [],
});

const refusedWithTheOthers = (judged: Judged): Judged =>
  judged.validation.outcome === 'refused'
    ? judged
    : {
        ...judged,
        validation: {
          ...judged.validation,
          outcome: 'refused',
          why: 'another file of this sync was refused, and the settings say: refuse-sync',
        },
        whole: { ...judged.whole, usable: false },
        parts: [],
      };

const sayWord = async (
  ref: SyncRef,
  read: Read<ValidationRecord>,
  cause: string | null,
  needs: Needs,
): Promise<void> => {
  const { table, bus, clock } = needs;
  const again = { dueOf: VALIDATIONS_DUE, dueAt: later(clock.now(), SAY_AGAIN_MS) };
  await table.write([transition('validation', read, { ...syncKey(ref), ...read.value, ...again })]);
  const { state, key, files, landed, valid, rejected } = read.value;
  const said = { cause, at: clock.now() };
  await bus.say([
    state === 'failed'
      ? say(ValidationFailed, ref, { key, files }, said)
      : say(BatchValidated, ref, { key, landed, valid, rejected }, said),
  ]);
};

/** The sync is settled: nothing is to be said about it any more. */
const close = async (ref: SyncRef, read: Read<ValidationRecord> | undefined, needs: Needs): Promise<void> => {
  const { table } = needs;
  if (read === undefined) return;
  const { pk, sk } = syncKey(ref);
  if ((await table.get(pk, sk))?.dueOf === undefined) return;
  await forgetShards(ref, needs);
  await table.write([transition('validation', read, { pk, sk, ...read.value })]);
};
