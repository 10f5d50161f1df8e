import { MINUTE } from '@catalog-sync/shared/catalog/instant.ts';
import type { ItemRequest } from '@catalog-sync/shared/catalog/item.ts';
import { type SyncRef, syncFolder, syncId } from '@catalog-sync/shared/catalog/sync.ts';
import { hashOf } from '@catalog-sync/shared/hash.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import type { SyncRecord } from '@catalog-sync/shared/records/ingest.ts';
import { Outcomes } from '@catalog-sync/shared/records/publish.ts';
import { readStoredJson } from '@catalog-sync/shared/records/record.ts';
import type { BatchEntry, Plan, Pointer, SyncReport } from '@catalog-sync/shared/records/transform.ts';
import { Validation } from '@catalog-sync/shared/records/validate.ts';
import type { CatalogSettings } from '@catalog-sync/shared/settings.ts';
import { dueOf } from './domain/known.ts';
import { emptyReport, reportOf } from './domain/report.ts';
import { type SettledBatch, settle } from './domain/settle.ts';
import { linesOf } from './make-plan.ts';
import { readState, writeState } from './states.ts';

const readBatches = async (work: Objects, outcomes: Outcomes): Promise<SettledBatch[]> => {
  const batches: SettledBatch[] = [];
  for (const leaf of outcomes.leaves) {
    const entries: BatchEntry[] = [];
    for await (const entry of linesOf<BatchEntry>(work, leaf.entriesKey)) entries.push(entry);
    const requests = leaf.status === 'unknown' ? await readRequests(work, leaf.bodyKey) : [];
    const data = (place: number) => {
      const request = requests[place];
      if (request === undefined) throw new Error(`object ${leaf.bodyKey} has no request ${place}`);
      return request.data;
    };
    batches.push({ leaf, entries, data });
  }
  return batches;
};

const readRequests = async (work: Objects, bodyKey: string): Promise<ItemRequest[]> => {
  const body = await work.read(bodyKey);
  if (body === undefined) throw new Error(`object ${bodyKey} is gone, though a batch names it`);
  return (JSON.parse(new TextDecoder().decode(body)) as { requests: ItemRequest[] }).requests;
};

const writeReport = async (work: Objects, ref: SyncRef, report: SyncReport): Promise<string> => {
  const body = JSON.stringify(report, null, 1);
  const key = `${syncFolder(ref)}report-${hashOf([body], 16)}.json`;
  await work.putOnce(key, body, { contentType: 'application/json' });
  return key;
};

/** A plan that was carried out: what publish froze becomes the next state. */
export const settlePlanned = async (
  ref: SyncRef,
  sync: SyncRecord,
  validationKey: string,
  plan: Plan,
  outcomesKey: string | null,
  settings: CatalogSettings,
  work: Objects,
): Promise<Pointer> => {
  const outcomes = outcomesKey === null ? { leaves: [] } : await readStoredJson(Outcomes, work, outcomesKey);
  const validation = await readStoredJson(Validation, work, validationKey);
  const before = await readState(work, plan.fromState);
  const settled = settle(before, plan, await readBatches(work, outcomes), settings.embargoMinutes * MINUTE);
  const planned = plan.batches.reduce((sum, { items }) => sum + items, 0);
  const judged = new Set(settled.items.map(({ entry }) => entry.id)).size;
  if (judged !== planned || settled.items.length !== planned) {
    // An item without an outcome would be in no state any more: missing in silence.
    throw new Error(
      `${syncId(ref)} sent ${planned} items, but ${outcomesKey} judges ${judged} (${settled.items.length} outcomes)`,
    );
  }
  const report = reportOf(
    { id: syncId(ref), catalog: ref.catalog, sync: ref.sync, openedAt: sync.openedAt },
    validation,
    plan,
    outcomes,
    settled.items,
  );
  return {
    sync: ref.sync,
    stateKey: await writeState(work, ref, settled.known),
    due: dueOf(settled.known),
    reportKey: await writeReport(work, ref, report),
  };
};

/** A failed or discarded sync: everything stays as it was, only the number moves. */
export const settleUnchanged = async (
  ref: SyncRef,
  sync: SyncRecord,
  validationKey: string,
  status: 'failed-validation' | 'discarded',
  pointer: Pointer,
  work: Objects,
  decidedBy: string | null,
): Promise<Pointer> => {
  const validation = await readStoredJson(Validation, work, validationKey);
  const head = { id: syncId(ref), catalog: ref.catalog, sync: ref.sync, openedAt: sync.openedAt };
  const reportKey = await writeReport(work, ref, emptyReport(head, validation, status, decidedBy));
  return { ...pointer, sync: ref.sync, reportKey };
};
