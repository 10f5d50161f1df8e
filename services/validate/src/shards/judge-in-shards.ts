import { later, MINUTE, SECOND } from '@catalog-sync/shared/catalog/instant.ts';
import { type SyncRef, syncFolder } from '@catalog-sync/shared/catalog/sync.ts';
import { type LandedFile, syncKey } from '@catalog-sync/shared/records/ingest.ts';
import { type Read, readRecord } from '@catalog-sync/shared/records/record.ts';
import { transition } from '@catalog-sync/shared/records/transition.ts';
import { isGzip } from '@catalog-sync/shared/rows/bytes.ts';
import type { CatalogSettings } from '@catalog-sync/shared/settings.ts';
import { concludeFile, type Judged } from '../judge-file.ts';
import type { Needs } from '../outside.ts';
import { join } from './join.ts';
import { nextStep, rangesOf } from './next-step.ts';
import { readHead, readShard, type Sharded } from './read-shard.ts';
import { type DoneShard, ShardRecord, shardKey, shardsOfFile, shardsPk } from './record.ts';

/** A shard takes a few seconds; whoever has had it for as long as this has died. */
const LEASE_MS = 2 * MINUTE;
/** With less left a worker begins none: it would be cut off, and the shard left alone for the rest of its lease. */
const TIME_FOR_A_SHARD_MS = 45 * SECOND;

/** Whether a file is read in shards: gzip cannot be, for nobody can begin in its middle. */
export const isForShards = async (
  { key, versionId, size }: LandedFile,
  { landing, sizes }: Pick<Needs, 'landing' | 'sizes'>,
): Promise<boolean> => {
  if (size <= sizes.shardAbove) return false;
  const first = await landing.readRange(key, 0, 2, versionId);
  return first !== undefined && !isGzip(first, key);
};

const recordsOf = async ({ ref, place }: Sharded, shards: number, { table }: Needs) => {
  const all: (Read<ShardRecord> | undefined)[] = Array.from({ length: shards });
  const prefix = shardsOfFile(place);
  for await (const record of table.query(shardsPk(ref), prefix)) {
    all[Number(record.sk.slice(prefix.length))] = readRecord(ShardRecord, record);
  }
  return all;
};

/**
 * Also where another has taken the shard over meanwhile: what is read first counts, or two slow workers could take it from each
 * other for ever. Whether it is in its place is seen later, whoever read it.
 */
const putDone = async (key: { pk: string; sk: string }, done: DoneShard, { table }: Needs): Promise<void> => {
  for (;;) {
    const read = readRecord(ShardRecord, await table.get(key.pk, key.sk));
    if (read?.value.state !== 'open') return;
    if (await table.write([transition('shard', read, { ...key, ...done })])) return;
  }
};

/**
 * Judges a large file shard by shard, one after the other, as long as others do not and time is left: any number of
 * workers help each other, and a crash or a time-out loses one shard. Whoever finds all of them done puts them together.
 * Undefined when others are at it, or the time is over: an event, or ingest's next reminder, goes on from there.
 */
export const judgeInShards = async (
  sharded: Sharded,
  settings: CatalogSettings,
  needs: Needs,
): Promise<Judged | undefined> => {
  const { ref, file, place } = sharded;
  const { table, clock, work, sizes } = needs;
  const head = await readHead(sharded, needs);
  const conclude = async (shards: readonly DoneShard[]): Promise<Judged> =>
    concludeFile(file, place, await join(head, shards, file.rows ?? undefined, needs), syncFolder(ref), settings, work);
  if (head.layout === undefined) return conclude([]);

  const ranges = rangesOf(file.size, sizes.shardBytes);
  for (;;) {
    const records = await recordsOf(sharded, ranges.length, needs);
    const step = nextStep(
      head.end,
      ranges,
      records.map((read) => read?.value),
      clock.now(),
    );
    if (step.kind === 'whole') return conclude(step.shards);
    if (step.kind === 'wait' || needs.timeLeftMs() < TIME_FOR_A_SHARD_MS) return undefined;
    // Another has put everything together, and the records of its shards may be gone.
    if ((await table.get(syncKey(ref).pk, syncKey(ref).sk)) !== undefined) return undefined;

    const { shard, from } = step;
    const key = shardKey(ref, place, shard);
    const taken: ShardRecord = { state: 'open', until: later(clock.now(), LEASE_MS) };
    if (!(await table.write([transition('shard', records[shard], { ...key, ...taken })]))) continue;
    await putDone(key, await readShard(sharded, ranges[shard]!, from, head.layout, needs), needs);
  }
};

/** Removes the records of a sync's shards. */
export const forgetShards = async (ref: SyncRef, { table }: Pick<Needs, 'table'>): Promise<void> => {
  for await (const { pk, sk, rev } of table.query(shardsPk(ref))) await table.write([{ kind: 'delete', pk, sk, rev }]);
};
