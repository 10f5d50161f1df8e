/**
 * A file in pieces that are read apart from each other, and put together to what reading it in one go would have come to.
 * Each row belongs to the piece in which it starts. Where a piece begins may have been guessed: only the chain of pieces,
 * each of which ends where the next one begins, says that all of them were right.
 *
 * One thing is not the same: an id that comes again is warned of within a piece alone.
 */
import { type FileSummary, type Finding, finding } from './finding.ts';
import { affordableAt } from './frame.ts';
import type { Layout } from './header.ts';
import type { Tally } from './read-file.ts';
import { seenFurther } from './seen-already.ts';

/** Where a reader stands between two rows, and what it remembers of those before. */
export interface Mark {
  /** Offset in the file. */
  at: number;
  /** What follows lies behind a fault and was not found to be a row. */
  lost: boolean;
  /** Bytes that were looked at again. */
  spent: number;
}

export interface PieceSummary extends Tally {
  /** What is about the header; empty of a piece without it. */
  findings: Finding[];
  /** Why the file cannot be used; null when this piece of it can. */
  refused: Finding | null;
  /** The header could not be used; `findings` say why. */
  badHeader: boolean;
  columns: string[];
  begin: Mark;
  end: Mark;
  /** Line ends from the one to the other. */
  lines: number;
  /** The file is known to break off at its end. */
  cut: boolean;
  /** The last byte that was read is a line end: of the last piece, that of the file. */
  finalNewline: boolean;
}

/** What the piece that holds the header knows for the others. */
export interface FirstPiece extends PieceSummary {
  layout: Layout | undefined;
}

/**
 * Where a piece ends, if it begins where the one before ended, and as that one would have gone on; else undefined: what was
 * read of it is worth nothing.
 */
export const follow = (before: Mark, { begin, end }: { begin: Mark; end: Mark }): Mark | undefined => {
  const spent = before.spent + end.spent - begin.spent;
  const same = begin.at === before.at && begin.lost === before.lost;
  // Who looks at too many bytes again gives up; a piece that begins with none looked at might have had to, but for this.
  const asIf = begin.spent === before.spent || spent <= affordableAt(begin.at);
  return same && asIf ? { ...end, spent } : undefined;
};

/** Findings of a piece as findings of the file, when so many lines and rows stand before it. */
export const further = (found: Finding, lines: number, rows: number): Finding => ({
  ...(found.code === 'duplicate-id' ? seenFurther(found, lines) : found),
  line: found.line + lines,
  row: found.row === null ? null : found.row + rows,
});

/** Why the end of a file may be missing. */
const missingEnd = (cut: boolean, rows: number, declared: number | undefined, finalNewline: boolean) => {
  if (cut) return 'The file breaks off.';
  if (declared !== undefined)
    return rows < declared ? `The file has ${rows} rows; ${declared} were declared.` : undefined;
  return finalNewline
    ? undefined
    : 'The file does not end with a line break, so that nobody can tell whether its end is missing.';
};

const sum = (pieces: readonly PieceSummary[], of: (piece: PieceSummary) => number): number =>
  pieces.reduce((total, piece) => total + of(piece), 0);

/** What is to be said of a file whose pieces, in their order and each where it belongs, came to this. */
export const summaryOf = (pieces: readonly PieceSummary[], declaredRows: number | undefined): FileSummary => {
  const columns = pieces[0]?.columns ?? [];
  const findings = pieces.flatMap((piece) => piece.findings);
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
  let before = 0;
  for (const piece of pieces) {
    if (piece.refused !== null) return refused(further(piece.refused, before, 0));
    if (piece.badHeader) return refused();
    before += piece.lines;
  }

  const rows = sum(pieces, (piece) => piece.rows);
  const cut = pieces.some((piece) => piece.cut);
  const finalNewline = pieces.at(-1)?.finalNewline ?? false;
  // Behind a final line break stands no line.
  const line = finalNewline ? before : before + 1;
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
    rows,
    valid: sum(pieces, (piece) => piece.valid),
    rejected: sum(pieces, (piece) => piece.rejected),
    unreadableIds: sum(pieces, (piece) => piece.unreadableIds),
    cut: cut || (declaredRows !== undefined && rows < declaredRows),
    finalNewline,
    columns,
  };
};
