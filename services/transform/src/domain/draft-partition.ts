import type { Carried } from '@catalog-sync/shared/baseline/content.ts';
import type { HashKey } from '@catalog-sync/shared/baseline/id-hash.ts';
import type { Partition } from '@catalog-sync/shared/baseline/partition.ts';
import { NOT_RAISED, raiseOrders } from '@catalog-sync/shared/baseline/raise-orders.ts';
import { type EpochMs, epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { Candidate } from './fold.ts';
import type { FoldedPartition, PartitionInput } from './fold-partition.ts';
import { WAITED_LONG_ENOUGH } from './queue-up.ts';

type Waits = Pick<PartitionInput, 'before' | 'openedAt'>;

/**
 * Whether the partition stays the very one that it is when these candidates have no room: nothing else of it moves, and
 * they waited before, for so long that nothing more is counted. Of a first load of millions that is nearly all, sync after sync.
 */
export const isAtRest = (
  { before: { waiting }, openedAt }: Waits,
  { raised, embargoed }: Pick<FoldedPartition, 'raised' | 'embargoed'>,
  beyond: readonly Candidate[],
): boolean => {
  if (embargoed.length > 0 || beyond.length !== waiting.carried.size) return false;
  for (const candidate of beyond) {
    const was = waiting.carried.get(candidate.key);
    if (was === undefined || !isSame(was, carriedOn(candidate, epochMs(0)))) return false;
  }
  for (const until of waiting.embargoes.values()) if (until <= openedAt) return false;
  return raised.file.every((file) => file === NOT_RAISED);
};

/** The fold hands on what is carried as it is: its order is the very same object then, and so is all that the row says. */
const isSame = (one: Carried, other: Carried): boolean =>
  one.order === other.order &&
  one.notBefore === other.notBefore &&
  one.gated === other.gated &&
  one.asked === other.asked &&
  one.syncs === other.syncs;

/**
 * What the partition will hold when the sync settles, but for what becomes of the items that are sent: orders of unchanged
 * products raised, what waits, embargoes that are not over. The very partition before if nothing of it moves.
 * @param beyond candidates that have no room in this sync
 */
export const draftPartition = (
  { before, openedAt }: Waits,
  { raised, embargoed }: Pick<FoldedPartition, 'raised' | 'embargoed'>,
  beyond: readonly Candidate[],
): Partition => {
  if (isAtRest({ before, openedAt }, { raised, embargoed }, beyond)) return before;
  const carried = new Map<HashKey, Carried>();
  for (const { candidate, until } of embargoed) carried.set(candidate.key, carriedOn(candidate, until));
  for (const candidate of beyond) carried.set(candidate.key, carriedOn(candidate, epochMs(0)));
  const embargoes = new Map([...before.waiting.embargoes].filter(([, until]) => until > openedAt));

  const rises = raised.file.some((file) => file !== NOT_RAISED);
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
  syncs: Math.min(syncs + 1, WAITED_LONG_ENOUGH),
});
