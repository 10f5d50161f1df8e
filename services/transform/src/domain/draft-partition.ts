import type { Carried } from '@catalog-sync/shared/baseline/content.ts';
import type { HashKey } from '@catalog-sync/shared/baseline/id-hash.ts';
import type { Partition } from '@catalog-sync/shared/baseline/partition.ts';
import { NOT_RAISED, raiseOrders } from '@catalog-sync/shared/baseline/raise-orders.ts';
import { type EpochMs, epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { Candidate } from './fold.ts';
import type { FoldedPartition, PartitionInput } from './fold-partition.ts';

/**
 * What the partition will hold when the sync settles, but for what becomes of the items that are sent: orders of unchanged
 * products raised, what waits, embargoes that are not over. The very partition before if nothing of it moves.
 * @param beyond candidates that have no room in this sync
 */
export const draftPartition = (
  { before, openedAt }: Pick<PartitionInput, 'before' | 'openedAt'>,
  { raised, embargoed }: Pick<FoldedPartition, 'raised' | 'embargoed'>,
  beyond: readonly Candidate[],
): Partition => {
  const carried = new Map<HashKey, Carried>();
  for (const { candidate, until } of embargoed) carried.set(candidate.key, carriedOn(candidate, until));
  for (const candidate of beyond) carried.set(candidate.key, carriedOn(candidate, epochMs(0)));
  const embargoes = new Map([...before.waiting.embargoes].filter(([, until]) => until > openedAt));

  const rises = raised.file.some((file) => file !== NOT_RAISED);
  const waits = carried.size + embargoes.size + before.waiting.carried.size + before.waiting.embargoes.size > 0;
  if (!rises && !waits) return before;
  return {
    entries: rises ? raiseOrders(before.entries, raised) : before.entries,
    waiting: { carried, embargoes },
  };
};

const carriedOn = ({ op, order, content, asked, syncs }: Candidate, notBefore: EpochMs): Carried => ({
  op,
  order,
  content,
  notBefore,
  gated: true,
  asked,
  syncs: syncs + 1,
});
