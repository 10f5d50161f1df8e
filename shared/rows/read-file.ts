import { approach } from './approach.ts';
import { type BytesEnd, openBytes } from './bytes.ts';
import { foreign, markLength, tornCharacter } from './encoding.ts';
import { type FileSummary, type Finding, finding } from './finding.ts';
import { append, type Framed, openWindow, type Window } from './frame.ts';
import type { Layout } from './header.ts';
import type { Limits } from './limits.ts';
import { longRow, readPrelude } from './prelude.ts';
import { type FirstPiece, type Mark, summaryOf } from './shards.ts';

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

const longWait = 65_536;
const enoughAfter = ({ bytes, at }: Window): number => (bytes.length - at > longWait ? 2 * (bytes.length - at) : 0);

const hopeless = (line: number): Finding =>
  finding(
    { line },
    'unreadable',
    'The quotation marks of so many rows do not pair up that the file cannot be read.',
    'Put quotes around the whole cell and write each quote inside of it twice: "27"" tv".',
  );

/** What is read of a file. Offsets are of the file. */
export type Piece =
  /** From its start on. */
  | { kind: 'first'; key: string | null; until: number }
  /** From the first row on that starts at `from` or behind. A place is a guess; a mark is where the piece before ended. */
  | { kind: 'later'; layout: Layout; base: number; from: number | Mark; until: number };

/**
 * Everything about a piece of a file but its rows: bytes, encoding, header, end. Whoever reads the rows is given stretch after
 * stretch, says what each came to, and keeps the tally.
 * @param source of the first piece, the file; of a later one, its bytes from `base` on, which is before `from`. It is
 *   read as far as the last row goes that starts before `until`
 */
export async function* readPiece(
  source: AsyncIterable<Uint8Array>,
  piece: Piece,
  limits: Limits,
  tally: Tally,
): AsyncGenerator<Stretch, FirstPiece, Outcome> {
  const window = openWindow(piece.kind === 'first' ? 0 : piece.base);
  const findings: Finding[] = [];
  let columns: string[] = [];
  let layout = piece.kind === 'first' ? undefined : piece.layout;
  let begin: Mark | undefined = piece.kind === 'first' ? { at: 0, lost: false, spent: 0 } : undefined;
  let opened = false;
  let cut = false;
  let end: BytesEnd | undefined;
  let finalNewline = false;
  /** Bytes at hand with which it is worth looking again: twice those of a long row, so that looking stays linear. */
  let enough = 0;

  const standing = (): Mark => ({ at: window.base + window.at, lost: window.lost, spent: window.spent });
  const summary = (refused: Finding | null = null, badHeader = false): FirstPiece => ({
    ...tally,
    findings,
    refused,
    badHeader,
    columns,
    layout,
    begin: begin ?? standing(),
    end: standing(),
    lines: window.line - 1,
    cut,
    finalNewline,
  });

  const bytes = openBytes(source, piece.kind === 'first' ? piece.key : null, limits);
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
        return summary(finding({ line: window.line }, 'too-large', end.message, 'Split it into several files.'));
      if (end === undefined && window.bytes.length - window.at < enough) continue;
      const broken = end?.kind === 'broken';

      if (!opened && piece.kind === 'first') {
        // UTF-16 without a mark shows in the first four bytes.
        if (window.bytes.length < 4 && !window.atEnd) continue;
        opened = true;
        const wrong = foreign(window.bytes);
        if (wrong !== undefined) return summary(wrong);
        window.at = markLength(window.bytes);
      }
      let torn = broken && !finalNewline;
      const tail = window.atEnd ? tornCharacter(window.bytes.subarray(window.at)) : 0;
      if (tail > 0) {
        window.bytes = window.bytes.subarray(0, window.bytes.length - tail);
        torn = true;
      }
      cut ||= broken || torn;

      if (piece.kind === 'later' && begin === undefined) {
        if (!arrive(window, piece, limits)) continue;
        begin = standing();
      }
      if (layout === undefined) {
        const prelude = readPrelude(window, limits, { broken, torn });
        enough = enoughAfter(window);
        if (prelude.kind === 'more') continue;
        if (prelude.kind === 'refused') return summary(prelude.finding);
        columns = prelude.header.columns;
        findings.push(...prelude.header.findings);
        if (prelude.header.layout === undefined) return summary(null, true);
        layout = prelude.header.layout;
      }

      // The header belongs to the first piece, however soon that ends.
      window.until = piece.until;
      const outcome: Outcome = yield { window, layout, limits, torn };
      enough = enoughAfter(window);
      if ('refused' in outcome) return summary(outcome.refused);
      cut ||= outcome.cut;
      if (outcome.stop.kind === 'too-large') return summary(longRow(outcome.stop.line, limits));
      if (outcome.stop.kind === 'hopeless') return summary(hopeless(outcome.stop.line));
      if (outcome.stop.kind === 'end') break;
    }
  } finally {
    await bytes.return({ kind: 'whole' });
  }
  return summary();
}

/** Moves to where a later piece begins; false if the bytes at hand do not tell. */
const arrive = (window: Window, { from, layout }: Extract<Piece, { kind: 'later' }>, limits: Limits): boolean => {
  if (typeof from === 'number') return approach(window, layout, limits, from);
  const at = from.at - window.base;
  if (at > window.bytes.length) return false;
  Object.assign(window, { at, lost: from.lost, spent: from.spent });
  return true;
};

/** A whole file in one piece. */
export async function* readStretches(
  source: AsyncIterable<Uint8Array>,
  { key, declaredRows }: ReadOptions,
  limits: Limits,
  tally: Tally,
): AsyncGenerator<Stretch, FileSummary, Outcome> {
  const piece = yield* readPiece(source, { kind: 'first', key, until: Number.POSITIVE_INFINITY }, limits, tally);
  return summaryOf([piece], declaredRows);
}
