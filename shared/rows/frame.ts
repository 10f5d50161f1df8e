/**
 * Where rows begin and end. Line ends are LF, CRLF and CR; a quote opens a field only as its first character; inside,
 * two quotes stand for one; a closing quote is followed by a comma or a line end. `27" tv` without quotes around it is
 * plain text.
 *
 * A quote that is not closed would swallow the rows after it. So a faulty row, or one over several lines with the wrong
 * number of cells, ends at the first following line that reads as a whole row; without such a line, behind its fault.
 */

const lf = 10;
const cr = 13;
const quote = 34;
const comma = 44;

type Scan =
  /** `end`: behind its last byte; `next`: behind its line end. They are equal when the file ends without one. */
  | { kind: 'record'; end: number; next: number; cells: number; multiline: boolean }
  /** The quotes are wrong, first seen here; `open`: the file ended inside of a quoted field. */
  | { kind: 'fault'; at: number; open: boolean }
  /** More cells than asked for. */
  | { kind: 'wide'; at: number; multiline: boolean }
  | { kind: 'too-large' }
  /** The bytes at hand end before the record does. */
  | { kind: 'more' };

/** What is at hand of a file, and how far it was read. */
export interface Window {
  bytes: Buffer;
  at: number;
  /** Physical line at `at`, from 1. */
  line: number;
  /** Offset of `bytes` in the file. */
  base: number;
  atEnd: boolean;
  /** Bytes that were looked at again to find where rows go on after a fault. */
  spent: number;
}

export type Framed =
  | { kind: 'record'; line: number; start: number; end: number; next: number; cells: number; multiline: boolean }
  | { kind: 'bad-quote'; line: number; start: number; end: number; next: number; multiline: boolean; open: boolean }
  | { kind: 'too-large'; line: number }
  | { kind: 'more' }
  | { kind: 'end' };

export const openWindow = (): Window => ({
  bytes: Buffer.alloc(0),
  at: 0,
  line: 1,
  base: 0,
  atEnd: false,
  spent: 0,
});

/** Adds a block, and lets go of what was read. */
export const append = (window: Window, block: Buffer): void => {
  window.base += window.at;
  window.bytes = Buffer.concat([window.bytes.subarray(window.at), block]);
  window.at = 0;
};

const hasBreak = (bytes: Buffer, from: number, to: number): boolean => {
  for (let i = from; i < to; i++) if (bytes[i] === lf || bytes[i] === cr) return true;
  return false;
};

/** Line ends between two offsets; CRLF is one. */
const breaksIn = (bytes: Buffer, from: number, to: number): number => {
  let breaks = 0;
  for (let i = from; i < to; i++) if (bytes[i] === lf ? i === from || bytes[i - 1] !== cr : bytes[i] === cr) breaks++;
  return breaks;
};

const scan = (bytes: Buffer, start: number, atEnd: boolean, longest: number, widest: number): Scan => {
  const cap = start + longest;
  const length = bytes.length;
  let cells = 1;
  let multiline = false;
  let i = start;
  for (;;) {
    if (bytes[i] === quote) {
      const opened = i;
      let from = i + 1;
      for (;;) {
        const found = bytes.indexOf(quote, from);
        if (found > cap || (found === -1 && length > cap)) return { kind: 'fault', at: cap, open: false };
        if (found === -1) return atEnd ? { kind: 'fault', at: length, open: true } : { kind: 'more' };
        if (found + 1 === length && !atEnd) return { kind: 'more' };
        from = found + 2;
        i = found + 1;
        if (bytes[i] !== quote) break;
      }
      multiline ||= hasBreak(bytes, opened, i);
      const after = bytes[i];
      if (i < length && after !== comma && after !== lf && after !== cr) return { kind: 'fault', at: i, open: false };
    }
    while (i < length && bytes[i] !== comma && bytes[i] !== lf && bytes[i] !== cr) i++;
    if (i > cap) return { kind: 'too-large' };
    if (i === length) return atEnd ? { kind: 'record', end: i, next: i, cells, multiline } : { kind: 'more' };
    if (bytes[i] !== comma) break;
    cells++;
    if (cells > widest) return { kind: 'wide', at: i, multiline };
    i++;
  }
  if (bytes[i] === cr && i + 1 === length && !atEnd) return { kind: 'more' };
  const next = bytes[i] === cr && bytes[i + 1] === lf ? i + 2 : i + 1;
  return { kind: 'record', end: i, next, cells, multiline };
};

/** Start of the line after the one that holds `from`; undefined if it is not at hand. */
const nextLine = ({ bytes, atEnd }: Window, from: number): number | undefined => {
  for (let i = from; i < bytes.length; i++) {
    if (bytes[i] === lf) return i + 1;
    if (bytes[i] === cr) {
      if (i + 1 < bytes.length) return bytes[i + 1] === lf ? i + 2 : i + 1;
      return atEnd ? i + 1 : undefined;
    }
  }
  return atEnd ? bytes.length : undefined;
};

const isBlank = (bytes: Buffer, from: number, to: number): boolean => {
  for (let i = from; i < to; i++) if (bytes[i] !== 32 && bytes[i] !== 9) return false;
  return true;
};

// Looking for the next whole row may read the same bytes again. All in all it reads no more than this, plus twice the
// file, lest a hostile file makes the work grow with the square of its size.
const spare = 8 * 1024 * 1024;

/** The first line after `start` and before `until` that reads as a row of `width` cells; `none`, or `more` to look at. */
const wholeRowAfter = (
  window: Window,
  start: number,
  until: number,
  longest: number,
  width: number,
): { kind: 'found'; at: number; cost: number } | { kind: 'none'; cost: number } | { kind: 'more' } => {
  const { bytes, atEnd } = window;
  const affordable = spare + 2 * (window.base + start) - window.spent;
  let cost = 0;
  let line = nextLine(window, start);
  while (line !== undefined && line < until && cost < affordable) {
    const tried = scan(bytes, line, atEnd, longest, width);
    if (tried.kind === 'more') return tried;
    if (tried.kind === 'record' && tried.cells === width) return { kind: 'found', at: line, cost };
    cost += tried.kind === 'record' ? tried.next - line : tried.kind === 'too-large' ? longest : tried.at - line;
    line = nextLine(window, line);
  }
  return { kind: 'none', cost };
};

const take = (window: Window, next: number): void => {
  window.line += breaksIn(window.bytes, window.at, next);
  window.at = next;
};

/** A row that ends before its quotes do. */
const badQuote = (window: Window, next: number, reached: number, open: boolean): Framed => {
  const { bytes, at: start, line } = window;
  // What was read beyond `next` will be read again.
  window.spent += Math.max(0, reached - next);
  take(window, next);
  return {
    kind: 'bad-quote',
    line,
    start,
    end: next,
    next,
    multiline:
      window.line - line > 1 ||
      (window.line > line && next > start && bytes[next - 1] !== lf && bytes[next - 1] !== cr),
    open,
  };
};

/**
 * The next row that is not blank, and moves behind it.
 * @param longest bytes of a row at most
 * @param width cells of a whole row; undefined while the header is not known
 */
export const nextRow = (window: Window, longest: number, width: number | undefined): Framed => {
  for (;;) {
    const { bytes, at: start, line, atEnd } = window;
    if (start === bytes.length) return { kind: atEnd ? 'end' : 'more' };
    let row = scan(bytes, start, atEnd, longest, width ?? Number.POSITIVE_INFINITY);
    if (row.kind === 'wide' && !row.multiline) row = scan(bytes, start, atEnd, longest, Number.POSITIVE_INFINITY);
    if (row.kind === 'more') return row;
    if (row.kind === 'too-large') return { kind: 'too-large', line };

    const suspect = row.kind !== 'record' || (row.multiline && width !== undefined && row.cells !== width);
    if (suspect && width !== undefined) {
      const reached = row.kind === 'record' ? row.end : row.at;
      const after = wholeRowAfter(window, start, reached, longest, width);
      if (after.kind === 'more') return after;
      if (after.kind === 'found') {
        window.spent += after.cost;
        return badQuote(window, after.at, reached, false);
      }
      if (row.kind === 'wide') {
        row = scan(bytes, start, atEnd, longest, Number.POSITIVE_INFINITY);
        if (row.kind === 'more') return row;
        if (row.kind === 'too-large') return { kind: 'too-large', line };
      }
      if (row.kind === 'record') window.spent += after.cost;
    }
    if (row.kind !== 'record') {
      const next = nextLine(window, row.at);
      if (next === undefined) return bytes.length - row.at > longest ? { kind: 'too-large', line } : { kind: 'more' };
      return badQuote(window, next, row.at, row.kind === 'fault' && row.open);
    }
    take(window, row.next);
    if (row.cells === 1 && isBlank(bytes, start, row.end)) continue;
    return { kind: 'record', line, start, end: row.end, next: row.next, cells: row.cells, multiline: row.multiline };
  }
};

/** Moves behind the line at hand, whatever it holds; false if its end is not at hand. */
export const skipLine = (window: Window): boolean => {
  const next = nextLine(window, window.at);
  if (next === undefined) return false;
  take(window, next);
  return true;
};
