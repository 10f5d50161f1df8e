import type { RowsPart } from '@catalog-sync/shared/records/validate.ts';
import { type ItemBlock, REJECTED, VALID } from '@catalog-sync/shared/rows/engine/index.ts';
import { type Few, fewOf } from '@catalog-sync/shared/rows/few.ts';
import type { Fingerprints } from './fingerprints.ts';
import type { Outside } from './outside.ts';
import { openParts, type Parts } from './parts.ts';

/** A report names this many findings; the counts in it are of all. */
export const MOST_FINDINGS = 10_000;

/** What is the same for all files of a sync. */
export interface Judging {
  /** Where its objects lie. */
  folder: string;
  bits: number;
  known: Fingerprints;
}

export interface JudgedBlocks<Summary> {
  summary: Summary;
  /** Of the rows. */
  few: Few;
  parts: Omit<RowsPart, 'rowsBefore'>[];
}

/**
 * Which of a block's rows have a known content. Apart from all else, as each look is one at some far place of memory, and a
 * processor waits for many of them at once if nothing lies between.
 */
const markKnown = ({ count, fingerprints }: ItemBlock, known: Fingerprints, into: Uint8Array): Uint8Array => {
  const marks = into.length < count ? new Uint8Array(2 * count) : into;
  for (let n = 0; n < count; n++) marks[n] = known.has(fingerprints[2 * n]!, fingerprints[2 * n + 1]!) ? 1 : 0;
  return marks;
};

/** Rejected rows matter to a file that says it is whole: it names their products, which are not to be deleted. */
const addRows = (parts: Parts, block: ItemBlock, isKnown: Uint8Array, withRejected: boolean): void => {
  const { count, verdicts } = block;
  for (let place = 0; place < count; place++) {
    const verdict = verdicts[place];
    if (verdict === VALID) parts.add(block, place, isKnown[place] === 0);
    else if (verdict === REJECTED && withRejected) parts.addRejected(block, place);
  }
};

/** Writes what the engine reads, be it a file or a stretch of one; gives what the engine says in the end. */
export const judgeBlocks = async <Summary>(
  reading: AsyncGenerator<ItemBlock, Summary>,
  { place, whole }: { place: number; whole: boolean },
  { folder, bits, known }: Judging,
  { work, sizes }: Pick<Outside, 'work' | 'sizes'>,
): Promise<JudgedBlocks<Summary>> => {
  const parts = openParts({ folder, file: place, bits, ...sizes }, work);
  const few = fewOf(MOST_FINDINGS);
  let isKnown: Uint8Array = new Uint8Array();
  let next = await reading.next();
  while (!next.done) {
    const block = next.value;
    for (const { findings } of block.told) few.add(findings);
    isKnown = markKnown(block, known, isKnown);
    addRows(parts, block, isKnown, whole);
    await parts.flush();
    next = await reading.next();
  }
  return { summary: next.value, few, parts: await parts.end() };
};
