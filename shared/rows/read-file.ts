import { type BytesEnd, openBytes } from './bytes.ts';
import { foreign, markLength, tornCharacter } from './encoding.ts';
import { type FileSummary, type Finding, finding } from './finding.ts';
import { append, type Framed, openWindow, type Window } from './frame.ts';
import type { Layout } from './header.ts';
import type { Limits } from './limits.ts';
import { longRow, readPrelude } from './prelude.ts';

export interface ReadOptions {
  /** The object's key; `.gz` at its end says gzip, as the first bytes of the file do. */
  key: string;
  /** Rows that the file's metadata declares. */
  declaredRows?: number;
  limits?: Partial<Limits>;
}

/** What became of a file's rows so far. */
export interface Tally {
  rows: number;
  valid: number;
  rejected: number;
  unreadableIds: number;
}

export const noRows = (): Tally => ({ rows: 0, valid: 0, rejected: 0, unreadableIds: 0 });

export type Row = Extract<Framed, { kind: 'record' | 'bad-quote' }>;

/** What is at hand of a file whose header is known: its rows are to be read from `window.at` on. */
export interface Stretch {
  window: Window;
  layout: Layout;
  limits: Limits;
  /** The last line is known to be cut. */
  torn: boolean;
}

/** What reading a stretch came to: why no further row is at hand, or why the file is refused. */
export type Outcome = { stop: Exclude<Framed, Row>; cut: boolean } | { refused: Finding };

export const isRow = (framed: Framed): framed is Row => framed.kind === 'record' || framed.kind === 'bad-quote';

/** Whether the file ends within this row or right behind it, without a line end. */
export const isUnended = ({ window }: Stretch, row: Row): boolean =>
  window.atEnd && row.next === window.bytes.length && (row.kind === 'record' ? row.next === row.end : row.open);

/** Whether the file is known to break off in this row. */
export const breaksOff = (stretch: Stretch, row: Row): boolean =>
  isUnended(stretch, row) && (row.kind === 'bad-quote' || row.cells < stretch.layout.width);

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

const hopeless = (line: number): Finding =>
  finding(
    { line },
    'unreadable',
    'The quotation marks of so many rows do not pair up that the file cannot be read.',
    'Put quotes around the whole cell and write each quote inside of it twice: "27"" tv".',
  );

/**
 * Everything about a file but its rows: bytes, encoding, header, end. Whoever reads the rows is given stretch after
 * stretch, says what each came to, and keeps the tally.
 */
export async function* readStretches(
  source: AsyncIterable<Uint8Array>,
  { key, declaredRows }: ReadOptions,
  limits: Limits,
  tally: Tally,
): AsyncGenerator<Stretch, FileSummary, Outcome> {
  const window = openWindow();
  const findings: Finding[] = [];
  let columns: string[] = [];
  let layout: Layout | undefined;
  let opened = false;
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

  const bytes = openBytes(source, key, limits);
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

      const outcome: Outcome = yield { window, layout, limits, torn };
      enough = enoughAfter(window);
      if ('refused' in outcome) return refused(outcome.refused);
      cut ||= outcome.cut;
      if (outcome.stop.kind === 'too-large') return refused(longRow(outcome.stop.line, limits));
      if (outcome.stop.kind === 'hopeless') return refused(hopeless(outcome.stop.line));
    }
  } finally {
    await bytes.return({ kind: 'whole' });
  }

  // Behind a final line break stands no line.
  const line = finalNewline ? window.line - 1 : window.line;
  const { rows } = tally;
  if (rows === 0)
    return refused(
      finding({ line }, 'header-only', 'The file has a header and no rows.', 'Upload a file with at least one row.'),
    );
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
    ...tally,
    cut: cut || (declaredRows !== undefined && rows < declaredRows),
    finalNewline,
    columns,
  };
}
