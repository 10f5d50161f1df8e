import { type SyncRef, syncId } from '@catalog-sync/shared/catalog/sync.ts';
import { SyncRecord, syncKey } from '@catalog-sync/shared/records/ingest.ts';
import { readRecord } from '@catalog-sync/shared/records/record.ts';
import { erroredOf, idsOf } from './batches.ts';
import type { Batch } from './domain/batch.ts';
import { verdictOf } from './domain/verdict.ts';
import type { Needs } from './outside.ts';

/** Where people find what a sync sent: `2026/11/23/default-000042/`. */
const folderOf = async (ref: SyncRef, { ingest }: Needs): Promise<string> => {
  const { pk, sk } = syncKey(ref);
  const sync = readRecord(SyncRecord, await ingest.get(pk, sk));
  if (sync === undefined) throw new Error(`ingest does not know the sync ${syncId(ref)}, though it has a plan`);
  return `${sync.value.day}/${syncId(ref)}/`;
};

/** The exact JSON that was sent. */
export const sentKey = async (ref: SyncRef, batchId: string, needs: Needs): Promise<string> =>
  `${await folderOf(ref, needs)}${batchId}.json`;

/** Writes beside the JSON what became of each item, once that is final. Writing it again changes nothing. */
export const writeVerdict = async (ref: SyncRef, batch: Batch, needs: Needs): Promise<void> => {
  const { work, synced } = needs;
  const key = `${await folderOf(ref, needs)}${batch.batchId}.verdict.json`;
  if ((await synced.head(key)) !== undefined) return;
  const verdict = verdictOf(batch, await idsOf(batch, work), await erroredOf(batch, work));
  await synced.putOnce(key, JSON.stringify(verdict, null, 1), { contentType: 'application/json' });
};
