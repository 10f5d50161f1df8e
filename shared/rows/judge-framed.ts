import type { RowResult } from './finding.ts';
import { judgeRow } from './judge-row.ts';
import { rejectBadQuote, rejectRagged } from './ragged.ts';
import { isUnended, type Row, type Stretch } from './read-file.ts';

/** Of a row whose quotes are wrong this much is looked at, in bytes. */
const longestStart = 4_096;

/** What a row of a stretch is: the one judge of rows. `cells` are those of a record. */
export const judgeFramed = (stretch: Stretch, row: Row, cells: readonly string[], number: number): RowResult => {
  const { window, layout, torn } = stretch;
  const place = { line: row.line, row: number, multiline: row.multiline };
  if (row.kind === 'bad-quote') {
    const start = window.bytes.subarray(row.start, Math.min(row.end, row.start + longestStart));
    return rejectBadQuote(place, layout, start.toString());
  }
  return cells.length !== layout.width || (torn && isUnended(stretch, row))
    ? rejectRagged(place, layout, cells)
    : judgeRow(cells, layout, row.line, number);
};
