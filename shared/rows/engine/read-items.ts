import { cellsOf } from '../cells.ts';
import { badEncoding } from '../encoding.ts';
import type { FileSummary, Finding, RowResult } from '../finding.ts';
import { type Framed, nextRow, runsClear, type Window } from '../frame.ts';
import { judgeFramed } from '../judge-framed.ts';
import { judgeRow } from '../judge-row.ts';
import { defaultLimits, type Limits } from '../limits.ts';
import {
  breaksOff,
  isRow,
  noRows,
  type Outcome,
  type Piece,
  type ReadOptions,
  type Row,
  readPiece,
  readStretches,
  type Stretch,
  type Tally,
} from '../read-file.ts';
import { seenAlready } from '../seen-already.ts';
import type { FirstPiece } from '../shards.ts';
import { addResult } from './add-result.ts';
import {
  clear,
  type ItemBlock,
  isFull,
  makeRoom,
  openBlock,
  PENDING,
  REJECTED_WITHOUT_ID,
  VALID,
} from './item-block.ts';
import { type Kernel, openKernel } from './kernel.ts';
import { MAPPING_VERSION } from './mapping.ts';
import { rulesFor } from './rules.ts';
import { openSeen, type Seen } from './seen.ts';
import { type Cells, cellsFor, splitRow, textsOf } from './split-row.ts';
import { bytesOf } from './write-json.ts';

export interface ItemOptions extends ReadOptions {
  /** Grows when the mapping from rows to items changes: every fingerprint is then another. */
  mappingVersion?: number;
}

/** Larger blocks than the reader of rows has: what is done once a block should weigh nothing. */
const blockBytes = 524_288;

interface Reading {
  kernel: Kernel;
  block: ItemBlock;
  /** Rows of the block, by their place, that were not framed as rows should be. */
  odd: Map<number, Row>;
  /** To cut a row once more. */
  cells: Cells;
  seen: Seen;
  tally: Tally;
  /** Of the fingerprints. */
  seed: number;
}

/** Says of what was read since it was asked last whether it is UTF-8: of a whole stretch at once that costs next to nothing. */
const encodingOf = (window: Window): (() => Finding | undefined) => {
  let { at, line } = window;
  return () => {
    const wrong = badEncoding(window.bytes.subarray(at, window.at), line);
    ({ at, line } = window);
    return wrong;
  };
};

/** The next row by the reference; it is judged with the block's others. What ends the stretch when there is none. */
const frameOddRow = ({ window, layout, limits }: Stretch, { block, odd }: Reading): Framed => {
  const row = nextRow(window, limits.recordBytes, layout.width);
  if (!isRow(row)) return row;
  odd.set(block.count, row);
  block.verdicts[block.count++] = PENDING;
  return row;
};

/** What the reference says of a row that the kernel has cut: it has the header's width, and its line end. */
const judgeCut = ({ window, layout, limits }: Stretch, { block, cells }: Reading, place: number): RowResult => {
  const { bytes, view } = bytesOf(window.bytes);
  splitRow(bytes, view, block.starts[place]!, limits.recordBytes, cells);
  return judgeRow(textsOf(bytes, cells), layout, block.lines[place]!, block.firstRow + place);
};

/** Has the reference judge the block's pending rows. */
const settle = (stretch: Stretch, reading: Reading): RowResult[] => {
  const { block, odd, seed } = reading;
  const { bytes } = stretch.window;
  const results: RowResult[] = [];
  for (let place = 0; place < block.count; place++) {
    if (block.verdicts[place] !== PENDING) continue;
    const row = odd.get(place);
    const cells = row?.kind === 'record' ? cellsOf([bytes.subarray(row.start, row.end)])[0]! : [];
    const result =
      row === undefined ? judgeCut(stretch, reading, place) : judgeFramed(stretch, row, cells, block.firstRow + place);
    addResult(block, place, result, seed);
    results.push(result);
  }
  return results;
};

/** A row that is valid and comes again, in the words of the reference. */
const validAt = (block: ItemBlock, place: number): RowResult => {
  const { data } = JSON.parse(block.bytes.toString('utf8', block.starts[place], block.ends[place]));
  const [line, row] = [block.lines[place]!, block.firstRow + place];
  return { kind: 'valid', line, row, id: data.id, data, findings: [] };
};

/** Counts what became of the block's rows, and collects those with something to say, be it that their id came before. */
const note = (results: readonly RowResult[], { block, seen, tally }: Reading): void => {
  const { idHashes, lines, verdicts, firstRow } = block;
  let next = 0;
  for (let place = 0; place < block.count; place++) {
    const verdict = verdicts[place];
    tally.rows++;
    if (verdict === VALID) tally.valid++;
    else tally.rejected++;
    if (verdict === REJECTED_WITHOUT_ID) tally.unreadableIds++;
    const before =
      verdict === REJECTED_WITHOUT_ID
        ? 0
        : seen.lineBefore(idHashes[2 * place]!, idHashes[2 * place + 1]!, lines[place]!);
    const judged = results[next]?.row === firstRow + place ? results[next++] : undefined;
    if (judged === undefined && before === 0) continue;
    const result = judged ?? validAt(block, place);
    if (before !== 0) result.findings.push(seenAlready(result, result.id!, before));
    if (result.kind === 'rejected' || result.findings.length > 0) block.told.push(result);
  }
};

function* blocksOf(stretch: Stretch, reading: Reading): Generator<ItemBlock, Outcome> {
  const { kernel, block, odd, tally } = reading;
  const { window } = stretch;
  const wrongEncoding = encodingOf(window);
  let cut = false;
  for (;;) {
    const stop = isFull(block) ? 'full' : runsClear(window) ? kernel(window, block) : 'odd';
    // Room for a row that is longer than any before.
    if (stop === 'full' && block.count === 0) {
      makeRoom(block, block.bytes.length + 1);
      continue;
    }
    const end = stop === 'odd' ? frameOddRow(stretch, reading) : undefined;
    if (end !== undefined && isRow(end)) {
      cut ||= breaksOff(stretch, end);
      continue;
    }
    const refused = wrongEncoding();
    if (refused !== undefined) return { refused };
    note(settle(stretch, reading), reading);
    if (block.count > 0) yield block;
    clear(block, tally.rows + 1);
    odd.clear();
    if (end !== undefined) return { stop: end, cut };
  }
}

const readingOf = ({ layout, limits, window }: Stretch, tally: Tally, seed: number): Reading => ({
  kernel: openKernel(rulesFor(layout), limits.recordBytes, seed),
  // The first stretch is as long as any, or the file is short.
  block: openBlock(Math.min(limits.blockBytes, window.bytes.length)),
  odd: new Map(),
  cells: cellsFor(layout.width),
  seen: openSeen(limits.watchedIds),
  tally,
  seed,
});

async function* itemsOf<Summary>(
  stretches: AsyncGenerator<Stretch, Summary, Outcome>,
  tally: Tally,
  mappingVersion: number,
): AsyncGenerator<ItemBlock, Summary> {
  let reading: Reading | undefined;
  try {
    let next = await stretches.next();
    while (next.done !== true) {
      reading ??= readingOf(next.value, tally, mappingVersion);
      next = await stretches.next(yield* blocksOf(next.value, reading));
    }
    return next.value;
  } finally {
    await stretches.return(undefined as never);
  }
}

const limitsOf = (given: Partial<Limits> | undefined): Limits => ({ ...defaultLimits, blockBytes, ...given });

/**
 * Reads, judges and maps the rows of one landed CSV into items as bytes, block by block; says of a file and its rows
 * what `readRows` says, many times faster. A block is overwritten when the next one is asked for.
 *
 * As with `readRows`, a file may turn out not to be usable after blocks were given; these must then be dropped.
 */
export const readItems = (
  source: AsyncIterable<Uint8Array>,
  { mappingVersion = MAPPING_VERSION, ...options }: ItemOptions,
): AsyncGenerator<ItemBlock, FileSummary> => {
  const tally = noRows();
  return itemsOf(readStretches(source, options, limitsOf(options.limits), tally), tally, mappingVersion);
};

/** The same of a piece of a file that is not packed: lines and rows count from where it begins (`../shards.ts`). */
export const readItemsOfPiece = (
  source: AsyncIterable<Uint8Array>,
  piece: Piece,
  { mappingVersion = MAPPING_VERSION, limits }: Pick<ItemOptions, 'mappingVersion' | 'limits'> = {},
): AsyncGenerator<ItemBlock, FirstPiece> => {
  const tally = noRows();
  return itemsOf(readPiece(source, piece, limitsOf(limits), tally), tally, mappingVersion);
};
