import type { EpochMs } from '@catalog-sync/shared/catalog/instant.ts';
import { follow, type Mark } from '@catalog-sync/shared/rows/shards.ts';
import type { DoneShard, Range, ShardRecord } from './record.ts';

/** The shards of a file. The last one goes to the file's end. */
export const rangesOf = (size: number, shardBytes: number): Range[] =>
  Array.from({ length: Math.max(1, Math.ceil(size / shardBytes)) }, (_, n) => ({
    from: n * shardBytes,
    until: (n + 1) * shardBytes < size ? (n + 1) * shardBytes : null,
  }));

export type Step =
  /** Read this shard: from a mark if all before it is read, else from where its first row seems to begin. */
  | { kind: 'read'; shard: number; from: number | Mark }
  /** Others read what is missing. */
  | { kind: 'wait' }
  /** All is read and each shard begins where the one before ends; or as far as one that makes the file unusable. */
  | { kind: 'whole'; shards: DoneShard[] };

/** Done, and as the shards are cut now: a version that cuts them otherwise may have come in between. */
const isDone = (record: ShardRecord | undefined, { from, until }: Range): record is DoneShard =>
  record?.state === 'done' && record.range.from === from && record.range.until === until;

/**
 * What a worker does next about a file, from what all of them have left in the table.
 * @param head where the first row may begin: behind the header
 * @param records of the shards, by their number
 */
export const nextStep = (
  head: Mark,
  ranges: readonly Range[],
  records: readonly (ShardRecord | undefined)[],
  now: EpochMs,
): Step => {
  /** Where the shards before are known to end; undefined while one of them is being read. */
  let end: Mark | undefined = head;
  const shards: DoneShard[] = [];
  let waits = false;
  for (const [shard, range] of ranges.entries()) {
    const record = records[shard];
    if (isDone(record, range)) {
      if (end === undefined) continue;
      const next = follow(end, record);
      if (next === undefined) return { kind: 'read', shard, from: end };
      shards.push(record);
      if (record.refused) return { kind: 'whole', shards };
      end = next;
    } else {
      if (record?.state !== 'open' || record.until <= now) return { kind: 'read', shard, from: end ?? range.from };
      waits = true;
      end = undefined;
    }
  }
  return waits ? { kind: 'wait' } : { kind: 'whole', shards };
};
