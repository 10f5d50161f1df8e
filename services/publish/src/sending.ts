import { type EpochMs, epochMs, later } from '@catalog-sync/shared/catalog/instant.ts';
import type { SyncRef } from '@catalog-sync/shared/catalog/sync.ts';
import { syncKey } from '@catalog-sync/shared/records/ingest.ts';
import { SendingRecord } from '@catalog-sync/shared/records/publish.ts';
import { type Read, readRecord, readStoredJson } from '@catalog-sync/shared/records/record.ts';
import { Plan, type PlannedBatch, PlanRecord } from '@catalog-sync/shared/records/transform.ts';
import { transition } from '@catalog-sync/shared/records/transition.ts';
import { putBatch } from './batches.ts';
import { SAY_AGAIN_MS } from './domain/times.ts';
import type { Needs } from './outside.ts';

/** The kind of work that the sweep looks for. */
export const SENDINGS_DUE = 'sending';

/** Batches put at the same time. */
const AT_ONCE = 25;

export const readSending = async (ref: SyncRef, { table }: Needs): Promise<Read<SendingRecord> | undefined> => {
  const { pk, sk } = syncKey(ref);
  return readRecord(SendingRecord, await table.get(pk, sk));
};

/** The record of a sync's sending; made, after all its root batches, when the plan may go. Undefined while it may not. */
export const openSending = async (ref: SyncRef, needs: Needs): Promise<Read<SendingRecord> | undefined> => {
  const found = await readSending(ref, needs);
  if (found !== undefined) return found;
  const { table, transform, work, clock } = needs;
  const plan = readRecord(PlanRecord, await transform.get(`plan#${ref.catalog}`, syncKey(ref).sk))?.value;
  if (plan === undefined || plan.key === null || !(plan.state === 'planned' || plan.state === 'approved')) return;

  const { batches } = await readStoredJson(Plan, work, plan.key);
  const roots = batches.map((planned, index) => rootBatch(planned, index));
  for (let at = 0; at < roots.length; at += AT_ONCE) {
    const some = await Promise.all(roots.slice(at, at + AT_ONCE).map((batch) => putBatch(ref, null, batch, needs)));
    await Promise.all(some.map((write) => table.write([write])));
  }
  const sending: SendingRecord = { state: 'sending', outcomesKey: null };
  const due = dueAt(later(clock.now(), SAY_AGAIN_MS));
  await table.write([transition('sending', undefined, { ...syncKey(ref), ...sending, ...due })]);
  return readSending(ref, needs);
};

const rootBatch = ({ batchId, bodyKey, entriesKey, items }: PlannedBatch, index: number) => ({
  batchId,
  rev: 0,
  place: String(index).padStart(6, '0'),
  state: 'prepared' as const,
  attempt: 0,
  tries: 0,
  bodyKey,
  entriesKey,
  items,
  parent: null,
  amb: epochMs(0),
  until: null,
  notBefore: epochMs(0),
  handle: null,
  submittedAt: null,
  errored: [],
  erroredKey: null,
  why: null,
});

const dueAt = (at: EpochMs) => ({ dueOf: SENDINGS_DUE, dueAt: at });

/** Keeps the sync in the index of what is due; losing this write is fine, for the winner keeps it too. */
export const lookAgainAt = async (
  ref: SyncRef,
  at: EpochMs,
  sending: Read<SendingRecord>,
  { table }: Needs,
): Promise<void> => {
  await table.write([transition('sending', sending, { ...syncKey(ref), ...sending.value, ...dueAt(at) })]);
};

/** Freezes the outcomes. False when the record has moved on meanwhile. */
export const settleSending = async (
  ref: SyncRef,
  outcomesKey: string,
  sending: Read<SendingRecord>,
  { table, clock }: Needs,
): Promise<boolean> => {
  const settled: SendingRecord = { state: 'settled', outcomesKey };
  const due = dueAt(later(clock.now(), SAY_AGAIN_MS));
  return table.write([transition('sending', sending, { ...syncKey(ref), ...settled, ...due })]);
};

/** The sync is settled: nothing is to be done or said about it any more. */
export const closeSending = async (ref: SyncRef, { table }: Needs): Promise<void> => {
  const { pk, sk } = syncKey(ref);
  const record = await table.get(pk, sk);
  const sending = readRecord(SendingRecord, record);
  if (sending === undefined || record?.dueOf === undefined) return;
  await table.write([transition('sending', sending, { pk, sk, ...sending.value })]);
};
