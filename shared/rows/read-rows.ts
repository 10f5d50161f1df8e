import type { ItemData } from '../catalog/item.ts';
import { cellsOf } from './cells.ts';
import { badEncoding } from './encoding.ts';
import type { FileSummary, RowResult } from './finding.ts';
import { nextRow } from './frame.ts';
import { judgeFramed } from './judge-framed.ts';
import { defaultLimits } from './limits.ts';
import {
  breaksOff,
  isRow,
  noRows,
  type Outcome,
  type ReadOptions,
  type Row,
  readStretches,
  type Stretch,
} from './read-file.ts';
import { seenAlready } from './seen-already.ts';

export type { ReadOptions } from './read-file.ts';

/** The record of an `items_batch` call that a valid row becomes. */
export const itemOf = (data: ItemData): { method: 'UPDATE'; data: ItemData } => ({ method: 'UPDATE', data });

/** Counts what becomes of the rows, and warns about ids that come again. */
const openTally = (watchedIds: number) => {
  const lineOf = new Map<string, number>();
  const tally = noRows();
  const count = (result: RowResult): RowResult => {
    tally[result.kind]++;
    const { id, line } = result;
    const before = id === null ? undefined : lineOf.get(id);
    if (id === null) tally.unreadableIds++;
    else if (before !== undefined) result.findings.push(seenAlready(result, id, before));
    else if (lineOf.size < watchedIds) lineOf.set(id, line);
    return result;
  };
  return { tally, count };
};

type Count = ReturnType<typeof openTally>;

function* rowsOf(stretch: Stretch, { tally, count }: Count): Generator<RowResult, Outcome> {
  const { window, layout, limits } = stretch;
  const { at: from, line: firstLine } = window;
  const framed: Row[] = [];
  let next = nextRow(window, limits.recordBytes, layout.width);
  while (isRow(next)) {
    framed.push(next);
    next = nextRow(window, limits.recordBytes, layout.width);
  }
  const encoding = badEncoding(window.bytes.subarray(from, window.at), firstLine);
  if (encoding !== undefined) return { refused: encoding };

  const records = framed.filter((row) => row.kind === 'record');
  const cells = cellsOf(records.map((row) => window.bytes.subarray(row.start, row.end)));
  let n = 0;
  let cut = false;
  for (const row of framed) {
    cut ||= breaksOff(stretch, row);
    yield count(judgeFramed(stretch, row, row.kind === 'record' ? cells[n++]! : [], ++tally.rows));
  }
  return { stop: next, cut };
}

/**
 * Reads, judges and maps the rows of one landed CSV, in constant memory but for the watched ids.
 *
 * A file that cannot be used (`usable: false`) gives no rows when its start shows that. What only shows later on (bytes
 * that are not UTF-8, a size over a limit) ends the reading: rows given before must then be dropped.
 * Never throws for what a file holds; what the source throws goes through.
 */
export async function* readRows(
  source: AsyncIterable<Uint8Array>,
  options: ReadOptions,
): AsyncGenerator<RowResult, FileSummary> {
  const limits = { ...defaultLimits, ...options.limits };
  const count = openTally(limits.watchedIds);
  const stretches = readStretches(source, options, limits, count.tally);
  try {
    let next = await stretches.next();
    while (next.done !== true) next = await stretches.next(yield* rowsOf(next.value, count));
    return next.value;
  } finally {
    await stretches.return(undefined as never);
  }
}
