import { readStoredJson } from '@catalog-sync/shared/records/record.ts';
import type { RowsPart } from '@catalog-sync/shared/records/validate.ts';
import { fewOf } from '@catalog-sync/shared/rows/few.ts';
import { type FirstPiece, further, summaryOf } from '@catalog-sync/shared/rows/shards.ts';
import { MOST_FINDINGS } from '../judge-blocks.ts';
import type { ReadFile } from '../judge-file.ts';
import type { Needs } from '../outside.ts';
import type { DoneShard } from './record.ts';
import { ShardResult } from './result.ts';

/** Puts together what came of the shards, as if the file had been read in one go. One of them is held at a time. */
export const join = async (
  head: FirstPiece,
  shards: readonly DoneShard[],
  declaredRows: number | undefined,
  { work }: Pick<Needs, 'work'>,
): Promise<ReadFile> => {
  const few = fewOf(MOST_FINDINGS);
  const parts: RowsPart[] = [];
  const summaries: ShardResult['summary'][] = [];
  let { lines } = head;
  let rows = 0;
  for (const { key } of shards) {
    const { summary, findings, counts, parts: own } = await readStoredJson(ShardResult, work, key);
    few.addFew(
      findings.map((found) => further(found, lines, rows)),
      counts,
    );
    for (const part of own) parts.push({ ...part, rowsBefore: rows });
    summaries.push(summary);
    lines += summary.lines;
    rows += summary.rows;
  }
  return { summary: summaryOf([head, ...summaries], declaredRows), few, parts };
};
