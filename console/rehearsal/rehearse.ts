/**
 * What a sync of some files would do: the services themselves, on ports in memory. They read the catalog's state where it
 * lies, and all that they write and say is thrown away; nothing of it can reach a bucket, a table, the bus or Meta.
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
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import type { Draft, Table } from '@catalog-sync/shared/ports/table.ts';
import { catalogKey, syncKey } from '@catalog-sync/shared/records/ingest.ts';
import { readRecord, readStoredJson } from '@catalog-sync/shared/records/record.ts';
import { Plan, PlanRecord, type Pointer, planKey, pointerKey } from '@catalog-sync/shared/records/transform.ts';
import { Validation, ValidationRecord } from '@catalog-sync/shared/records/validate.ts';
import type { Settings } from '@catalog-sync/shared/settings.ts';
import { workOn as planSync } from '@catalog-sync/transform/src/work.ts';
import { workOn as judgeSync } from '@catalog-sync/validate/src/work.ts';
import { scratchOver } from './scratch.ts';

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

/** A file as it would land. */
export interface Upload {
  key: string;
  body: Uint8Array;
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
  { pointer, asks, work: stored, now }: Baseline,
  settings: Settings,
): Promise<Rehearsal> => {
  const clock = fixedClock(now);
  const landing = memoryObjects(clock);
  const work = scratchOver(stored, clock);
  const [ingest, validate, transform] = [memoryTable(), memoryTable(), memoryTable()];
  const around = { work, clock, settings, bus: memoryBus(), log: silentLog, parking: { park: async () => {} } };

  for (const { key, body } of uploads) await landing.put(key, body);
  const last = pointer?.sync ?? (0 as SyncNumber);
  await put(ingest, { ...catalogKey(catalog), active: 0, last, asks: [...asks] });
  if (pointer !== null) await put(transform, { ...pointerKey(catalog), ...pointer });

  const others = { monitor: memoryTable(), publish: memoryTable(), synced: memoryObjects(clock) };
  await openSync(catalog, null, { ...around, ...others, table: ingest, transform, landing });
  const ref = { catalog, sync: nextSync(last) };
  await judgeSync(ref, null, { ...around, table: validate, ingest, transform, landing });
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
