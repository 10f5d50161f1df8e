import { cellsOf } from './cells.ts';
import { badEncoding } from './encoding.ts';
import { type Finding, finding } from './finding.ts';
import { nextRow, skipBlankLines, skipLine, type Window } from './frame.ts';
import { type Header, readHeader } from './header.ts';
import type { Limits } from './limits.ts';

export type Prelude =
  | { kind: 'header'; header: Header }
  | { kind: 'refused'; finding: Finding }
  /** The bytes at hand do not reach behind the header. */
  | { kind: 'more' };

const refused = (reason: Finding): Prelude => ({ kind: 'refused', finding: reason });

export const longRow = (line: number, limits: Limits): Finding =>
  finding(
    { line },
    'too-large',
    `The row that starts here is longer than ${limits.recordBytes} bytes.`,
    'Ask whoever made the export what went wrong: a row of a product feed has a few thousand bytes.',
  );

/** Meta's template has a row of explanations before the header; its first cell begins with `#`. */
const commentAt = ({ bytes, at }: Window): 'plain' | 'quoted' | undefined =>
  bytes[at] === 0x23 ? 'plain' : bytes[at] === 0x22 && bytes[at + 1] === 0x23 ? 'quoted' : undefined;

/**
 * Moves behind the header: over blank lines and comments, whose quotes may be as they like.
 * @param broken the file's gzip stream broke off
 * @param torn the last line is known to be cut
 */
export const readPrelude = (
  window: Window,
  limits: Limits,
  { broken, torn }: { broken: boolean; torn: boolean },
): Prelude => {
  for (;;) {
    // First, or a comment behind them would be read as a row, and its quotes would count.
    if (!skipBlankLines(window, limits.recordBytes)) return { kind: 'more' };
    const { line, at } = window;
    if (window.bytes.length - at < 2 && !window.atEnd) return { kind: 'more' };
    const comment = commentAt(window);
    if (comment === 'plain') {
      const ended = skipLine(window);
      const length = (ended ? window.at : window.bytes.length) - at;
      // Also when all of it is at hand: how the file is cut into blocks must not matter.
      if (length > limits.recordBytes) return refused(longRow(line, limits));
      if (ended) continue;
      return { kind: 'more' };
    }

    const row = nextRow(window, limits.recordBytes, undefined);
    if (row.kind === 'more') return row;
    if (row.kind === 'too-large' || row.kind === 'hopeless') return refused(longRow(row.line, limits));
    if (row.kind === 'end')
      return refused(
        broken
          ? finding(
              { line: 1 },
              'unreadable',
              'The file is not a whole gzip file.',
              'Upload it again, packed with gzip or as plain CSV.',
            )
          : finding(
              { line: 1 },
              'empty-file',
              'The file is empty.',
              'Upload a file with a header and at least one row.',
            ),
      );
    const text = window.bytes.subarray(row.start, row.end);
    const encoding = badEncoding(text, row.line);
    if (encoding !== undefined) return refused(encoding);
    if (comment === 'quoted') continue;
    if (torn && row.next === row.end && window.at === window.bytes.length)
      return refused(
        finding(
          { line: row.line },
          'unreadable',
          'The file ends in the middle of its header.',
          'Upload the whole file again.',
        ),
      );
    if (row.kind === 'bad-quote')
      return refused(
        finding(
          { line: row.line },
          'unreadable',
          'The quotation marks of the header do not pair up.',
          'Write the column names without quotes, with commas between them.',
        ),
      );
    if (row.cells > limits.columns)
      return refused(
        finding(
          { line: row.line },
          'too-many-columns',
          `The header has ${row.cells} columns; at most ${limits.columns} are read.`,
          'Export only the columns that the catalog needs.',
        ),
      );
    return { kind: 'header', header: readHeader(cellsOf([text])[0]!, row.line) };
  }
};
