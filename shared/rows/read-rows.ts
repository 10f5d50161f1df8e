import type { ItemData } from '../catalog/item.ts';
import { type BytesEnd, openBytes } from './bytes.ts';
import { cellsOf } from './cells.ts';
import { badEncoding, foreign, markLength, tornCharacter } from './encoding.ts';
import { type FileSummary, type Finding, finding, type RowResult } from './finding.ts';
import { append, type Framed, nextRow, openWindow, type Window } from './frame.ts';
import type { Layout } from './header.ts';
import { judgeRow } from './judge-row.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { longRow, readPrelude } from './prelude.ts';
import { rejectBadQuote, rejectRagged } from './ragged.ts';
import { shown } from './show.ts';

export interface ReadOptions {
  /** The object's key; `.gz` at its end says gzip, as the first bytes of the file do. */
  key: string;
  /** Rows that the file's metadata declares. */
  declaredRows?: number;
  limits?: Partial<Limits>;
}

/** The record of an `items_batch` call that a valid row becomes. */
export const itemOf = (data: ItemData): { method: 'UPDATE'; data: ItemData } => ({ method: 'UPDATE', data });

type Row = Extract<Framed, { kind: 'record' | 'bad-quote' }>;

/** Counts what becomes of the rows, and warns about ids that come again. */
const openTally = (watchedIds: number) => {
  const lineOf = new Map<string, number>();
  const tally = { valid: 0, rejected: 0, unreadableIds: 0 };
  const count = (result: RowResult): RowResult => {
    if (result.kind === 'valid') tally.valid++;
    else tally.rejected++;
    const { id, line, row } = result;
    const before = id === null ? undefined : lineOf.get(id);
    if (id === null) tally.unreadableIds++;
    else if (before !== undefined)
      result.findings.push(
        finding(
          { line, row, column: 'id', retailerId: id },
          'duplicate-id',
          `The id ${shown(id)} is in line ${before} already.`,
          'Leave one row for each product; of several, the last valid one counts.',
        ),
      );
    else if (lineOf.size < watchedIds) lineOf.set(id, line);
    return result;
  };
  return { tally, count };
};

/** Why the end of a file may be missing. */
const missingEnd = (cut: boolean, rows: number, declared: number | undefined, finalNewline: boolean) => {
  if (cut) return 'The file breaks off.';
  if (declared !== undefined)
    return rows < declared ? `The file has ${rows} rows; ${declared} were declared.` : undefined;
  return finalNewline
    ? undefined
    : 'The file does not end with a line break, so that nobody can tell whether its end is missing.';
};

const longWait = 65_536;
const enoughAfter = ({ bytes, at }: Window): number => (bytes.length - at > longWait ? 2 * (bytes.length - at) : 0);

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
  const window = openWindow();
  const findings: Finding[] = [];
  const { tally, count } = openTally(limits.watchedIds);
  let columns: string[] = [];
  let layout: Layout | undefined;
  let opened = false;
  let rows = 0;
  let cut = false;
  let end: BytesEnd | undefined;
  let finalNewline = false;
  /** Bytes at hand with which it is worth looking again: twice those of a long row, so that looking stays linear. */
  let enough = 0;

  const refused = (...reasons: Finding[]): FileSummary => ({
    usable: false,
    findings: [...findings, ...reasons],
    rows: 0,
    valid: 0,
    rejected: 0,
    cut: false,
    finalNewline: false,
    unreadableIds: 0,
    columns,
  });
  const judged = (row: Row, cells: readonly string[], width: Layout, isCut: boolean): RowResult => {
    const place = { line: row.line, row: ++rows, multiline: row.multiline };
    if (row.kind === 'bad-quote') {
      const start = window.bytes.subarray(row.start, Math.min(row.end, row.start + 4_096));
      return rejectBadQuote(place, width, start.toString());
    }
    return cells.length !== width.width || isCut
      ? rejectRagged(place, width, cells)
      : judgeRow(cells, width, place.line, place.row);
  };

  const bytes = openBytes(source, options.key, limits);
  try {
    while (end === undefined) {
      const read = await bytes.next();
      if (read.done === true) {
        end = read.value;
        window.atEnd = true;
      } else {
        append(window, read.value);
        finalNewline = read.value.at(-1) === 10 || read.value.at(-1) === 13;
      }
      if (end?.kind === 'too-large')
        return refused(finding({ line: window.line }, 'too-large', end.message, 'Split it into several files.'));
      if (end === undefined && window.bytes.length - window.at < enough) continue;
      const broken = end?.kind === 'broken';

      if (!opened) {
        // UTF-16 without a mark shows in the first four bytes.
        if (window.bytes.length < 4 && !window.atEnd) continue;
        opened = true;
        const wrong = foreign(window.bytes);
        if (wrong !== undefined) return refused(wrong);
        window.at = markLength(window.bytes);
      }
      let torn = broken && !finalNewline;
      const tail = window.atEnd ? tornCharacter(window.bytes.subarray(window.at)) : 0;
      if (tail > 0) {
        window.bytes = window.bytes.subarray(0, window.bytes.length - tail);
        torn = true;
      }
      cut ||= broken || torn;

      if (layout === undefined) {
        const prelude = readPrelude(window, limits, { broken, torn });
        enough = enoughAfter(window);
        if (prelude.kind === 'more') continue;
        if (prelude.kind === 'refused') return refused(prelude.finding);
        columns = prelude.header.columns;
        findings.push(...prelude.header.findings);
        if (prelude.header.layout === undefined) return refused();
        layout = prelude.header.layout;
      }

      const { at: from, line: firstLine } = window;
      const framed: Row[] = [];
      let next = nextRow(window, limits.recordBytes, layout.width);
      while (next.kind === 'record' || next.kind === 'bad-quote') {
        framed.push(next);
        next = nextRow(window, limits.recordBytes, layout.width);
      }
      enough = enoughAfter(window);
      const encoding = badEncoding(window.bytes.subarray(from, window.at), firstLine);
      if (encoding !== undefined) return refused(encoding);

      const records = framed.filter((row) => row.kind === 'record');
      const cells = cellsOf(records.map((row) => window.bytes.subarray(row.start, row.end)));
      let n = 0;
      for (const row of framed) {
        const atEnd = window.atEnd && row.next === window.bytes.length;
        const unended = atEnd && (row.kind === 'record' ? row.next === row.end : row.open);
        if (unended && (row.kind === 'bad-quote' || row.cells < layout.width)) cut = true;
        yield count(judged(row, row.kind === 'record' ? cells[n++]! : [], layout, torn && unended));
      }
      if (next.kind === 'too-large') return refused(longRow(next.line, limits));
      if (next.kind === 'hopeless')
        return refused(
          finding(
            { line: next.line },
            'unreadable',
            'The quotation marks of so many rows do not pair up that the file cannot be read.',
            'Put quotes around the whole cell and write each quote inside of it twice: "27"" tv".',
          ),
        );
    }
  } finally {
    await bytes.return({ kind: 'whole' });
  }

  // Behind a final line break stands no line.
  const line = finalNewline ? window.line - 1 : window.line;
  if (rows === 0)
    return refused(
      finding({ line }, 'header-only', 'The file has a header and no rows.', 'Upload a file with at least one row.'),
    );
  const { declaredRows } = options;
  const missing = missingEnd(cut, rows, declaredRows, finalNewline);
  if (missing !== undefined)
    findings.push(
      finding(
        { line },
        'cut-at-end',
        missing,
        'Check that the export was finished; end the last row with a line break. No product is deleted because of this file.',
      ),
    );
  return {
    usable: true,
    findings,
    rows,
    ...tally,
    cut: cut || (declaredRows !== undefined && rows < declaredRows),
    finalNewline,
    columns,
  };
}
