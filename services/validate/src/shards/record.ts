import { EpochMs } from '@catalog-sync/shared/catalog/instant.ts';
import { type SyncRef, syncId } from '@catalog-sync/shared/catalog/sync.ts';
import { orNull } from '@catalog-sync/shared/records/record.ts';
import * as t from 'io-ts';

/** Where a reader stands between two rows (`Mark` of shared/rows/shards.ts). */
export const StoredMark = t.strict({ at: t.number, lost: t.boolean, spent: t.number }, 'Mark');

/** The rows of a file that start there: `from` and behind, before `until` (null: to its end). Offsets in bytes. */
export const Range = t.strict({ from: t.number, until: orNull(t.number) }, 'Range');
export type Range = t.TypeOf<typeof Range>;

/** validate's record of one shard. */
export const ShardRecord = t.union(
  [
    t.strict({
      state: t.literal('open'),
      /** The worker that took it may be believed to read it until then. */
      until: EpochMs,
    }),
    t.strict({
      state: t.literal('done'),
      range: Range,
      /** Where its first row began, and its last one ended: beyond its range, as a rule. */
      begin: StoredMark,
      end: StoredMark,
      /** It makes the file one that cannot be used. */
      refused: t.boolean,
      /** Its `ShardResult` in the work bucket. */
      key: t.string,
    }),
  ],
  'ShardRecord',
);
export type ShardRecord = t.TypeOf<typeof ShardRecord>;
export type DoneShard = Extract<ShardRecord, { state: 'done' }>;

const padded = (n: number): string => String(n).padStart(6, '0');

/** All shards of a sync are under one pk, those of a file under one prefix of the sk. */
export const shardsPk = (ref: SyncRef): string => `shards#${syncId(ref)}`;
export const shardsOfFile = (place: number): string => `${padded(place)}#`;
export const shardKey = (ref: SyncRef, place: number, shard: number) => ({
  pk: shardsPk(ref),
  sk: `${shardsOfFile(place)}${padded(shard)}`,
});
