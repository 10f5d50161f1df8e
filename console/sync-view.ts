/** The one view of a catalog's syncs that people are shown: made from the tables and objects, never from events. */
import { entryAt, idAt, outcomeAt, outcomeNames } from '@catalog-sync/shared/baseline/entries.ts';
import { unpackPartition } from '@catalog-sync/shared/baseline/partition.ts';
import type { EpochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { CatalogName, SyncNumber, SyncRef } from '@catalog-sync/shared/catalog/sync.ts';
import { syncId } from '@catalog-sync/shared/catalog/sync.ts';
import { AccessRecord, accessKey } from '@catalog-sync/shared/records/access.ts';
import { CatalogRecord, catalogKey, SyncRecord, syncKey } from '@catalog-sync/shared/records/ingest.ts';
import { BatchRecord, BreakerRecord, batchesOf, breakerKey } from '@catalog-sync/shared/records/publish.ts';
import { orZero, readRecord, readStoredJson } from '@catalog-sync/shared/records/record.ts';
import {
  CarriedCounts,
  Plan,
  PlanRecord,
  Pointer,
  planKey,
  pointerKey,
  RowCounts,
  State,
  SyncReport,
} from '@catalog-sync/shared/records/transform.ts';
import * as t from 'io-ts';
import type { Cloud } from './cloud.ts';

/** Where a catalog stands now. */
export interface CatalogView {
  /** The active sync; 0 when none is. */
  active: number;
  /** The last number given. */
  last: number;
  /** When the next carried row may go; null when none waits. */
  due: number | null;
  /** Why Meta does not let us in; null when it does. */
  auth: NonNullable<BreakerRecord['auth']> | null;
  /** Changes each time that Meta refuses us again. */
  authRev: number;
  paused: boolean;
  /** No batch is sent before this moment, for Meta had enough or was down; 0: it never was. */
  rateUntil: number;
  /** Up to which sync the monitor has raised its alerts. */
  examined: number;
}

const Examined = t.type({ examined: t.number });

export const viewCatalog = async (catalog: CatalogName, cloud: Cloud): Promise<CatalogView> => {
  const at = {
    catalog: catalogKey(catalog),
    pointer: pointerKey(catalog),
    breaker: breakerKey(catalog),
    access: accessKey(catalog),
  };
  const [record, pointer, breaker, access, watched] = await Promise.all([
    cloud.ingest.get(at.catalog.pk, at.catalog.sk),
    cloud.transform.get(at.pointer.pk, at.pointer.sk),
    cloud.publish.get(at.breaker.pk, at.breaker.sk),
    cloud.monitor.get(at.access.pk, at.access.sk),
    cloud.monitor.get(`watch#${catalog}`, 'watch'),
  ]);
  const state = readRecord(CatalogRecord, record)?.value;
  const facts = readRecord(BreakerRecord, breaker);
  // publish hears of a refusal when it sends, monitor when it asks.
  const heard = readRecord(AccessRecord, access)?.value;
  return {
    active: state?.active ?? 0,
    last: state?.last ?? 0,
    due: readRecord(Pointer, pointer)?.value.due ?? null,
    auth: facts?.value.auth ?? heard?.refused ?? null,
    authRev: (facts?.rev ?? 0) + (heard?.refusedAt ?? 0),
    paused: facts?.value.paused ?? false,
    rateUntil: Math.max(facts?.value.rateUntil ?? 0, facts?.value.appUntil ?? 0),
    examined: Examined.is(watched) ? watched.examined : 0,
  };
};

export interface BatchView {
  batchId: string;
  handle: string | null;
  items: number;
  status: string;
}

/** A sync on its way, for progress. */
export interface ActiveView {
  files: number;
  plan: { state: string; batches: number; items: number } | null;
  batches: BatchView[];
}

export const viewActive = async (ref: SyncRef, cloud: Cloud): Promise<ActiveView> => {
  const key = syncKey(ref);
  const sync = readRecord(SyncRecord, await cloud.ingest.get(key.pk, key.sk));
  const plan = await readPlanRecord(ref, cloud);
  const batches: BatchView[] = [];
  for await (const record of cloud.publish.query(batchesOf(ref))) {
    const batch = readRecord(BatchRecord, record)?.value;
    if (batch) batches.push({ batchId: record.sk, handle: batch.handle, items: batch.items, status: batch.state });
  }
  return { files: sync?.value.files ?? 0, plan: plan?.value ?? null, batches };
};

/**
 * Batches of the active sync that a call may be made for at this moment. One whose lease is over is not: a function does
 * not live that long, and while a pause lasts nobody takes it over.
 */
export const viewOnTheirWay = async (catalog: CatalogName, cloud: Cloud, now: EpochMs): Promise<string[]> => {
  const { active } = await viewCatalog(catalog, cloud);
  if (active === 0) return [];
  const ids: string[] = [];
  for await (const record of cloud.publish.query(batchesOf(refOf(catalog, active)))) {
    const batch = readRecord(BatchRecord, record)?.value;
    if (batch?.state === 'sending' && (batch.until ?? 0) >= now) ids.push(record.sk);
  }
  return ids;
};

/** A product that Meta refused, or of which three times nobody could say what Meta did: it does not go again by itself. */
export interface RefusedEntry {
  id: string;
  /** Where its content lies as it was last sent. */
  batchKey: string;
}

/** What the catalog's present state says of the products that are refused. Holds one of its partitions at a time. */
export const viewRefused = async (catalog: CatalogName, cloud: Cloud): Promise<RefusedEntry[]> => {
  const { pk, sk } = pointerKey(catalog);
  const stateKey = readRecord(Pointer, await cloud.transform.get(pk, sk))?.value.stateKey ?? null;
  if (stateKey === null) return [];
  const refused: RefusedEntry[] = [];
  for (const { key } of (await readStoredJson(State, cloud.work, stateKey)).partitions) {
    const body = key === null ? undefined : await cloud.work.read(key);
    if (body === undefined) continue;
    const { entries } = unpackPartition(body, `object ${key}`);
    for (let place = 0; place < entries.size; place++) {
      const outcome = outcomeNames[outcomeAt(entries, place)];
      if (outcome !== 'errored' && outcome !== 'parked') continue;
      refused.push({ id: idAt(entries, place), batchKey: entryAt(entries, place).where.batchKey });
    }
  }
  return refused.sort((a, b) => (a.id < b.id ? -1 : 1));
};

/** Items that a settled sync's report has errors of; none if the report is no longer kept. Undefined: no settled sync. */
export const viewErrored = async (ref: SyncRef, cloud: Cloud): Promise<string[] | undefined> => {
  const key = { sync: syncKey(ref), pointer: pointerKey(ref.catalog) };
  const sync = readRecord(SyncRecord, await cloud.ingest.get(key.sync.pk, key.sync.sk))?.value;
  const pointer = readRecord(Pointer, await cloud.transform.get(key.pointer.pk, key.pointer.sk))?.value;
  if (sync === undefined || (pointer?.sync ?? 0) < ref.sync) return undefined;
  // Between the pointer's move and the sync's end the pointer alone names the report.
  const reportKey = sync.reportKey ?? (pointer?.sync === ref.sync ? pointer.reportKey : null);
  if (reportKey === null || (await cloud.work.head(reportKey)) === undefined) return [];
  const { errors } = await readStoredJson(SyncReport, cloud.work, reportKey);
  return [...new Set(errors.map(({ id }) => id))];
};

/** The sync's `report.json` as ingest leaves it in the synced-products bucket: transform's, with where each file went. */
const Finished = t.type({
  id: t.string,
  catalog: t.string,
  status: t.string,
  files: t.array(
    t.type({
      key: t.string,
      outcome: t.string,
      at: t.union([t.string, t.null]),
      reportKey: t.union([t.string, t.null]),
      why: t.union([t.string, t.null]),
    }),
  ),
  rows: RowCounts,
  carriedRows: CarriedCounts,
  withheld: orZero(t.number),
  items: t.type({ sent: t.number, deleted: t.number }),
  batches: t.array(
    t.type({ batchId: t.string, handle: t.union([t.string, t.null]), items: t.number, status: t.string }),
  ),
  warnings: t.array(t.string),
});
export type FinishedSync = t.TypeOf<typeof Finished> & { day: string };

/** A sync that came to its end and whose files are put away; undefined before. */
export const viewFinished = async (ref: SyncRef, cloud: Cloud): Promise<FinishedSync | undefined> => {
  const key = syncKey(ref);
  const sync = readRecord(SyncRecord, await cloud.ingest.get(key.pk, key.sk));
  if (sync?.value.state !== 'archived') return undefined;
  const { day } = sync.value;
  return { ...(await readStoredJson(Finished, cloud.synced, `${day}/${syncId(ref)}/report.json`)), day };
};

const readPlanRecord = async (ref: SyncRef, { transform }: Pick<Cloud, 'transform'>) => {
  const { pk, sk } = planKey(ref);
  return readRecord(PlanRecord, await transform.get(pk, sk));
};

/** A sync's plan and what became of it. */
export interface PlanView {
  id: string;
  catalog: string;
  state: PlanRecord['state'];
  plan: Plan;
}

/** The stored plan of a sync; undefined when none was made, or none could be. */
export const viewPlan = async (
  ref: SyncRef,
  cloud: Pick<Cloud, 'transform' | 'work'>,
): Promise<PlanView | undefined> => {
  const record = (await readPlanRecord(ref, cloud))?.value;
  if (record === undefined || record.key === null) return undefined;
  const plan = await readStoredJson(Plan, cloud.work, record.key);
  return { id: syncId(ref), catalog: ref.catalog, state: record.state, plan };
};

/** The sync's plan if it is held. */
export const viewHeld = async (ref: SyncRef, cloud: Cloud): Promise<PlanView | undefined> => {
  // Looked at several times a second: the plan itself may be large.
  if ((await readPlanRecord(ref, cloud))?.value.state !== 'held') return undefined;
  return viewPlan(ref, cloud);
};

export const refOf = (catalog: CatalogName, sync: number): SyncRef => ({ catalog, sync: sync as SyncNumber });
