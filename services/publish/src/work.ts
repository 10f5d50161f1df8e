import { type EpochMs, epochMs, later } from '@catalog-sync/shared/catalog/instant.ts';
import type { SyncRef } from '@catalog-sync/shared/catalog/sync.ts';
import { type Said, say } from '@catalog-sync/shared/events/define.ts';
import { BatchesSettled, BatchSent } from '@catalog-sync/shared/events/index.ts';
import type { SendingRecord } from '@catalog-sync/shared/records/publish.ts';
import { type Read, readRecord } from '@catalog-sync/shared/records/record.ts';
import { Pointer, pointerKey } from '@catalog-sync/shared/records/transform.ts';
import { type Batch, isOver } from './domain/batch.ts';
import { HEARD_WITHIN_MS, SAY_AGAIN_MS } from './domain/times.ts';
import type { Needs } from './outside.ts';
import { regainAccess } from './regain-access.ts';
import { type Look, sendDue } from './send-due.ts';
import { closeSending, lookAgainAt, openSending, readSending } from './sending.ts';
import { settleSync } from './settle.ts';
import { readHandle, takeVerdicts } from './take-verdicts.ts';

/**
 * Takes the batches of sync n from wherever the tables say they stand to wherever they can go now. An event and the sweep
 * call this alike, any number of times; `cause` is only told on.
 */
export const workOn = async (ref: SyncRef, cause: string | null, needs: Needs): Promise<void> => {
  if (await isSettled(ref, needs)) return closeSending(ref, needs);
  const sending = await openSending(ref, needs);
  if (sending === undefined) return;
  if (sending.value.state === 'settled') return sayLastWord(ref, sending, cause, needs);
  await regainAccess(ref.catalog, needs);
  const look = await sendAndTakeIn(ref, cause, needs);
  if (!look.batches.every(isOver)) return lookAgainLater(ref, sending, look, cause, needs);
  const settled = await settle(ref, look.batches, sending, needs);
  if (settled !== undefined) await sayLastWord(ref, settled, cause, needs);
};

/** Sends what is due and takes in what has ended, which may be due again, until neither is to be had. */
const sendAndTakeIn = async (ref: SyncRef, cause: string | null, needs: Needs): Promise<Look> => {
  for (;;) {
    const look = await sendDue(ref, cause, needs);
    if ((await takeVerdicts(ref, look.batches, cause, needs)) === 0) return look;
  }
};

/** The pointer alone says that a sync is settled. */
const isSettled = async ({ catalog, sync }: SyncRef, { transform }: Needs): Promise<boolean> => {
  const { pk, sk } = pointerKey(catalog);
  return (readRecord(Pointer, await transform.get(pk, sk))?.value.sync ?? 0) >= sync;
};

/** Tries until it is settled: whoever keeps the sync in the index writes its record, too. */
const settle = async (
  ref: SyncRef,
  batches: readonly Batch[],
  read: Read<SendingRecord>,
  needs: Needs,
): Promise<Read<SendingRecord> | undefined> => {
  let sending: Read<SendingRecord> | undefined = read;
  while (sending?.value.state === 'sending') {
    await settleSync(ref, batches, sending, needs);
    sending = await readSending(ref, needs);
  }
  return sending;
};

const sayLastWord = async (
  ref: SyncRef,
  settled: Read<SendingRecord>,
  cause: string | null,
  needs: Needs,
): Promise<void> => {
  const { bus, clock } = needs;
  await lookAgainAt(ref, later(clock.now(), SAY_AGAIN_MS), settled, needs);
  await bus.say([say(BatchesSettled, ref, { key: settled.value.outcomesKey ?? '' }, { cause, at: clock.now() })]);
};

/** Something is still under way: it is looked at when that is worth it, and a handle that monitor never heard of is said again. */
const lookAgainLater = async (
  ref: SyncRef,
  sending: Read<SendingRecord>,
  { next, batches }: Look,
  cause: string | null,
  needs: Needs,
): Promise<void> => {
  const said = { cause, at: needs.clock.now() };
  const inAMinute = later(said.at, SAY_AGAIN_MS);
  const until = next.kind === 'wait' ? (next.until ?? inAMinute) : said.at;
  await lookAgainAt(ref, epochMs(Math.min(until, inAMinute)), sending, needs);
  const unheard = await Promise.all(batches.map((batch) => unheardOf(ref, batch, said, needs)));
  await needs.bus.say(unheard.flat());
};

/** A handle that monitor does not know although it has had the time: the event was lost, so it is said again. */
const unheardOf = async (
  ref: SyncRef,
  batch: Batch,
  said: { cause: string | null; at: EpochMs },
  needs: Needs,
): Promise<Said[]> => {
  const { batchId, handle, items, state, submittedAt } = batch;
  if (state !== 'submitted' || handle === null || (submittedAt ?? 0) + HEARD_WITHIN_MS > said.at) return [];
  if ((await readHandle(batch, needs)) !== undefined) return [];
  return [say(BatchSent, ref, { batchId, handle, items }, said)];
};
