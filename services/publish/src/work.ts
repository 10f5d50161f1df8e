import { epochMs, later } from '@catalog-sync/shared/catalog/instant.ts';
import type { SyncRef } from '@catalog-sync/shared/catalog/sync.ts';
import { type Said, say } from '@catalog-sync/shared/events/define.ts';
import { BatchesSettled, BatchSent } from '@catalog-sync/shared/events/index.ts';
import { readRecord } from '@catalog-sync/shared/records/record.ts';
import { Pointer, pointerKey } from '@catalog-sync/shared/records/transform.ts';
import { readBatches } from './batches.ts';
import { type Batch, isOver } from './domain/batch.ts';
import { HEARD_WITHIN_MS, SAY_AGAIN_MS } from './domain/times.ts';
import type { Needs } from './outside.ts';
import { regainAccess } from './regain-access.ts';
import { lookForNext, sendDue } from './send-due.ts';
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
  if (sending.value.state === 'sending') {
    await regainAccess(ref.catalog, needs);
    let moved = 1;
    while (moved > 0) moved = (await takeVerdicts(ref, cause, needs)) + (await sendDue(ref, cause, needs));
    await settleIfOver(ref, needs);
  }
  await sayLastWord(ref, cause, needs);
};

/** The pointer alone says that a sync is settled. */
const isSettled = async ({ catalog, sync }: SyncRef, { transform }: Needs): Promise<boolean> => {
  const { pk, sk } = pointerKey(catalog);
  return (readRecord(Pointer, await transform.get(pk, sk))?.value.sync ?? 0) >= sync;
};

/** Tries until it is settled: whoever keeps the sync in the index writes its record, too. */
const settleIfOver = async (ref: SyncRef, needs: Needs): Promise<void> => {
  const batches = await readBatches(ref, needs);
  if (!batches.every(isOver)) return;
  let sending = await readSending(ref, needs);
  while (sending?.value.state === 'sending' && !(await settleSync(ref, batches, sending, needs))) {
    sending = await readSending(ref, needs);
  }
};

const sayLastWord = async (ref: SyncRef, cause: string | null, needs: Needs): Promise<void> => {
  const { bus, clock } = needs;
  const sending = await readSending(ref, needs);
  const said = { cause, at: clock.now() };
  const inAMinute = later(clock.now(), SAY_AGAIN_MS);
  if (sending?.value.state === 'settled') {
    await lookAgainAt(ref, inAMinute, needs);
    return bus.say([say(BatchesSettled, ref, { key: sending.value.outcomesKey ?? '' }, said)]);
  }
  const { next } = await lookForNext(ref, said.at, needs);
  const until = next.kind === 'wait' ? (next.until ?? inAMinute) : said.at;
  await lookAgainAt(ref, epochMs(Math.min(until, inAMinute)), needs);
  const unheard = await Promise.all((await readBatches(ref, needs)).map((batch) => unheardOf(ref, batch, said, needs)));
  await bus.say(unheard.flat());
};

/** A handle that monitor does not know although it has had the time: the event was lost, so it is said again. */
const unheardOf = async (
  ref: SyncRef,
  batch: Batch,
  said: { cause: string | null; at: number },
  needs: Needs,
): Promise<Said[]> => {
  const { batchId, handle, items, state, submittedAt } = batch;
  if (state !== 'submitted' || handle === null || (submittedAt ?? 0) + HEARD_WITHIN_MS > said.at) return [];
  if ((await readHandle(batch, needs)) !== undefined) return [];
  return [say(BatchSent, ref, { batchId, handle, items }, { cause: said.cause, at: epochMs(said.at) })];
};
