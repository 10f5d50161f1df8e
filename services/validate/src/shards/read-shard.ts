import type { SyncRef } from '@catalog-sync/shared/catalog/sync.ts';
import { hashOf } from '@catalog-sync/shared/hash.ts';
import type { LandedFile } from '@catalog-sync/shared/records/ingest.ts';
import { LOOK_BACK } from '@catalog-sync/shared/rows/approach.ts';
import { tooLarge } from '@catalog-sync/shared/rows/bytes.ts';
import { MAPPING_VERSION, readItemsOfPiece } from '@catalog-sync/shared/rows/engine/index.ts';
import { finding } from '@catalog-sync/shared/rows/finding.ts';
import type { Layout } from '@catalog-sync/shared/rows/header.ts';
import { defaultLimits } from '@catalog-sync/shared/rows/limits.ts';
import type { FirstPiece, Mark } from '@catalog-sync/shared/rows/shards.ts';
import { type Judging, judgeBlocks } from '../judge-blocks.ts';
import type { Needs } from '../outside.ts';
import { rangedSource } from './ranged-source.ts';
import type { DoneShard, Range } from './record.ts';
import type { ShardResult } from './result.ts';

/** One file of a sync, and what its workers share. */
export interface Sharded {
  ref: SyncRef;
  file: LandedFile;
  place: number;
  judging: Judging;
}

const sourceOf = ({ file }: Sharded, from: number, until: number, { landing }: Needs): AsyncIterable<Uint8Array> =>
  rangedSource((start, length) => landing.readRange(file.key, start, length, file.versionId), {
    from,
    until,
    size: file.size,
  });

/** The header, and where the rows begin. Each worker reads it for itself: it is a few bytes. */
export const readHead = async (sharded: Sharded, needs: Needs): Promise<FirstPiece> => {
  const first = { kind: 'first', key: null, until: 0 } as const;
  const reading = readItemsOfPiece(sourceOf(sharded, 0, 0, needs), first, { limits: { blockBytes: LOOK_BACK } });
  let next = await reading.next();
  while (next.done !== true) next = await reading.next();
  const { size } = sharded.file;
  if (next.value.refused !== null || size <= defaultLimits.fileBytes) return next.value;
  const refused = finding({ line: 1 }, 'too-large', tooLarge(defaultLimits), 'Split it into several files.');
  return { ...next.value, layout: undefined, refused };
};

/** Reads one shard and leaves what came of it in the work bucket. */
export const readShard = async (
  sharded: Sharded,
  range: Range,
  from: number | Mark,
  layout: Layout,
  needs: Needs,
): Promise<DoneShard> => {
  const { file, place, judging } = sharded;
  const base = Math.max(0, typeof from === 'number' ? from - LOOK_BACK : from.at - 1);
  const until = range.until ?? file.size;
  const piece = { kind: 'later', layout, base, from, until: range.until ?? Number.POSITIVE_INFINITY } as const;
  const reading = readItemsOfPiece(sourceOf(sharded, base, until, needs), piece, { mappingVersion: MAPPING_VERSION });
  const { summary, few, parts } = await judgeBlocks(reading, { place, whole: file.whole }, judging, needs);
  const { layout: _, ...piecesSummary } = summary;
  const result: ShardResult = { summary: piecesSummary, findings: few.kept(), counts: few.counts(), parts };
  const body = JSON.stringify(result);
  const key = `${judging.folder}shard-${hashOf([body], 16)}.json`;
  await needs.work.putOnce(key, body);
  const { begin, end, refused } = summary;
  return { state: 'done', range, begin, end, refused: refused !== null, key };
};
