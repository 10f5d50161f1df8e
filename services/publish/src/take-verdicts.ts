import type { SyncRef } from '@catalog-sync/shared/catalog/sync.ts';
import { HandleRecord, HandleVerdict, handleKey } from '@catalog-sync/shared/records/handle.ts';
import { readRecord, readStoredJson } from '@catalog-sync/shared/records/record.ts';
import { erroredOf, idsOf } from './batches.ts';
import { carryOut } from './carry-out.ts';
import { type Batch, depthOf } from './domain/batch.ts';
import { judgeVerdict } from './domain/judge-verdict.ts';
import { TIME_FOR_A_CALL_MS } from './domain/times.ts';
import type { Needs } from './outside.ts';

/**
 * Takes in what monitor's table says about the handles of these batches of a sync. Returns how many it moved, and stops
 * when the time is short: what is left is taken in by the next look.
 */
export const takeVerdicts = async (
  ref: SyncRef,
  batches: readonly Batch[],
  cause: string | null,
  needs: Needs,
): Promise<number> => {
  const submitted = batches.filter(({ state }) => state === 'submitted');
  const ends = await Promise.all(submitted.map((batch) => readHandle(batch, needs)));
  let moved = 0;
  for (const [index, batch] of submitted.entries()) {
    if (needs.timeLeftMs() < TIME_FOR_A_CALL_MS) break;
    const verdict = await verdictOf(ends[index], needs);
    if (verdict !== undefined && (await takeVerdict(ref, batch, verdict, cause, needs))) moved += 1;
  }
  return moved;
};

/** monitor's record of a submitted batch's handle; undefined while monitor has not heard of it. */
export const readHandle = async (
  { batchId, handle }: Pick<Batch, 'batchId' | 'handle'>,
  { monitor }: Needs,
): Promise<HandleRecord | undefined> => {
  const { pk, sk } = handleKey(batchId, handle ?? '');
  return readRecord(HandleRecord, await monitor.get(pk, sk))?.value;
};

const verdictOf = async (record: HandleRecord | undefined, { work }: Needs): Promise<HandleVerdict | undefined> => {
  if (record === undefined || record.end === null) return undefined;
  if (record.end !== 'finished') return { kind: record.end };
  if (record.verdictKey === null) throw new Error(`monitor's record of ${record.batchId} ended without a verdict`);
  return readStoredJson(HandleVerdict, work, record.verdictKey);
};

const takeVerdict = async (
  ref: SyncRef,
  batch: Batch,
  verdict: HandleVerdict,
  cause: string | null,
  needs: Needs,
): Promise<boolean> => {
  const { work, clock, log } = needs;
  const ids = await idsOf(batch, work);
  const errored = await erroredOf(batch, work);
  const facts = { ids, tries: batch.tries, amb: batch.amb, depth: depthOf(batch), errored };
  const step = judgeVerdict(verdict, facts, clock.now());
  log.info('verdict', { batch: batch.batchId, end: verdict.kind, to: step.to });
  return carryOut(ref, batch, { step, news: null, ids }, cause, needs);
};
