import { type SyncRef, syncFolder } from '@catalog-sync/shared/catalog/sync.ts';
import { hashOf } from '@catalog-sync/shared/hash.ts';
import type { LeafOutcome, Outcomes, SendingRecord } from '@catalog-sync/shared/records/publish.ts';
import type { Read } from '@catalog-sync/shared/records/record.ts';
import { erroredOf } from './batches.ts';
import { type Batch, isLeaf } from './domain/batch.ts';
import { statusOf } from './domain/verdict.ts';
import type { Needs } from './outside.ts';
import { settleSending } from './sending.ts';
import { writeVerdict } from './verdict-file.ts';

/**
 * All batches of a sync are over: what became of them is frozen in an object, named by its content, and the sync's record
 * names it. A batch's verdict that a crash kept from being written is written first. False when the record has moved on.
 */
export const settleSync = async (
  ref: SyncRef,
  batches: readonly Batch[],
  sending: Read<SendingRecord>,
  needs: Needs,
): Promise<boolean> => {
  const { work, log } = needs;
  for (const batch of batches) await writeVerdict(ref, batch, needs);
  const leaves = await Promise.all(batches.filter(isLeaf).map((batch) => leafOf(batch, needs)));
  const outcomes: Outcomes = { leaves };
  const text = JSON.stringify(outcomes);
  const key = `${syncFolder(ref)}outcomes-${hashOf([text], 16)}.json`;
  await work.putOnce(key, text, { contentType: 'application/json' });
  const settled = await settleSending(ref, key, sending, needs);
  log.info('all batches are over', { catalog: ref.catalog, sync: ref.sync, leaves: leaves.length, settled });
  return settled;
};

const leafOf = async (batch: Batch, { work }: Needs): Promise<LeafOutcome> => {
  const { batchId, handle, bodyKey, entriesKey, items, amb } = batch;
  const errored = await erroredOf(batch, work);
  return { batchId, handle, status: statusOf(batch, errored.length), bodyKey, entriesKey, items, amb, errored };
};
