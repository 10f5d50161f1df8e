/**
 * What a sync of some files would do: the services themselves, with tables in memory and buckets on this disk. They read the
 * files and the catalog's state where these lie, and all that they write and say is thrown away; nothing of it can reach a
 * bucket, a table, the bus or Meta.
 */
import { workOn as openSync } from '@catalog-sync/ingest/src/work.ts';
import {
  fixedClock,
  memoryBus,
  memoryObjects,
  memoryTable,
  silentLog,
} from '@catalog-sync/shared/adapters/memory/index.ts';
import type { EpochMs } from '@catalog-sync/shared/catalog/instant.ts';
import { type CatalogName, nextSync, type SyncNumber } from '@catalog-sync/shared/catalog/sync.ts';
import type { Clock } from '@catalog-sync/shared/ports/clock.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import type { Draft, Table } from '@catalog-sync/shared/ports/table.ts';
import { catalogKey, syncKey } from '@catalog-sync/shared/records/ingest.ts';
import { readRecord, readStoredJson } from '@catalog-sync/shared/records/record.ts';
import { Plan, PlanRecord, type Pointer, planKey, pointerKey } from '@catalog-sync/shared/records/transform.ts';
import { Validation, ValidationRecord } from '@catalog-sync/shared/records/validate.ts';
import type { Settings } from '@catalog-sync/shared/settings.ts';
import { sizes } from '@catalog-sync/shared/sizes.ts';
import { workOn as planSync } from '@catalog-sync/transform/src/work.ts';
import { workOn as judgeSync } from '@catalog-sync/validate/src/work.ts';
import { landedFiles, type Upload } from './landed-files.ts';
import { withScratchOver } from './scratch.ts';

/** Where a catalog stands: what the next sync would be made from. */
export interface Baseline {
  /** Null: no sync was ever settled. */
  pointer: Pointer | null;
  /** What was asked for again. */
  asks: readonly string[];
  /** The work bucket; null: there is none yet. */
  work: Objects | null;
  now: EpochMs;
}

export interface Rehearsal {
  /** Null when none could be made: no file is usable. */
  plan: Plan | null;
  /** Null when no sync would open: nothing that landed is a product file. */
  validation: Validation | null;
}

export const rehearse = async (
  catalog: CatalogName,
  uploads: readonly Upload[],
  baseline: Baseline,
  settings: Settings,
): Promise<Rehearsal> => {
  const clock = fixedClock(baseline.now);
  const landing = await landedFiles(uploads, baseline.now);
  return withScratchOver(baseline.work, clock, (work) =>
    goThrough(catalog, baseline, { landing, work, clock, settings }),
  );
};

/** Ingest, validate and transform, one after the other. */
const goThrough = async (
  catalog: CatalogName,
  { pointer, asks }: Baseline,
  { landing, work, clock, settings }: { landing: Objects; work: Objects; clock: Clock; settings: Settings },
): Promise<Rehearsal> => {
  const [ingest, validate, transform] = [memoryTable(), memoryTable(), memoryTable()];
  const around = { work, clock, settings, sizes, bus: memoryBus(), log: silentLog, parking: { park: async () => {} } };

  const last = pointer?.sync ?? (0 as SyncNumber);
  await put(ingest, { ...catalogKey(catalog), active: 0, last, asks: [...asks] });
  if (pointer !== null) await put(transform, { ...pointerKey(catalog), ...pointer });

  const others = { monitor: memoryTable(), publish: memoryTable(), synced: memoryObjects(clock) };
  await openSync(catalog, null, { ...around, ...others, table: ingest, transform, landing });
  const ref = { catalog, sync: nextSync(last) };
  // Nobody helps with large files, so this one worker has all the time there is.
  const timeLeftMs = () => Number.POSITIVE_INFINITY;
  await judgeSync(ref, null, { ...around, table: validate, ingest, transform, landing, timeLeftMs });
  await planSync(ref, null, { ...around, ...others, table: transform, ingest, validate });

  const judged = readRecord(ValidationRecord, await validate.get(syncKey(ref).pk, syncKey(ref).sk))?.value;
  const planned = readRecord(PlanRecord, await transform.get(planKey(ref).pk, planKey(ref).sk))?.value;
  return {
    validation: judged === undefined ? null : await readStoredJson(Validation, work, judged.key),
    plan: planned?.key ? await readStoredJson(Plan, work, planned.key) : null,
  };
};

const put = async (table: Table, record: Draft): Promise<void> => {
  await table.write([{ kind: 'put', rev: 0, record }]);
};
