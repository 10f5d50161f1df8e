/**
 * Where rows begin and end. Line ends are LF, CRLF and CR; a quote opens a field only as its first character; inside,
 * two quotes stand for one; a closing quote is followed by a comma or a line end. `27" tv` without quotes around it is
 * plain text.
 *
 * A quote that is not closed would swallow the rows after it, and what follows a wrong one may be the rest of a text
 * that only looks like a row. So a row whose quotes are wrong ends at the first line behind it that reads as a whole
 * row and cannot be the end of a quoted text. Within a row over several lines with the wrong number of cells, such a
 * line ends it too.
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
  /** Where `bytes` lie, with room for more. */
  store: Buffer;
  at: number;
  /** Physical line at `at`, from 1. */
  line: number;
  /** Offset of `bytes` in the file. */
  base: number;
  atEnd: boolean;
  /** Bytes that were looked at again to find where rows go on after a fault. */
  spent: number;
  /** What is at `at` lies behind a fault and was not found to be a row. */
  lost: boolean;
  /** Offset in the file: what starts there or behind is not read. */
  until: number;
}

export type Framed =
  | { kind: 'record'; line: number; start: number; end: number; next: number; cells: number; multiline: boolean }
  | { kind: 'bad-quote'; line: number; start: number; end: number; next: number; multiline: boolean; open: boolean }
  | { kind: 'too-large'; line: number }
  /** So many faults that looking for whole rows behind them would take too long. */
  | { kind: 'hopeless'; line: number }
  | { kind: 'more' }
  /** Of the file, or of what is to be read of it. */
  | { kind: 'end' };

/** @param base offset in the file of the first byte that will be appended */
export const openWindow = (base = 0): Window => ({
  bytes: Buffer.alloc(0),
  store: Buffer.alloc(0),
  at: 0,
  line: 1,
  base,
  atEnd: false,
  spent: 0,
  lost: false,
  until: Number.POSITIVE_INFINITY,
});

/** Adds a block, and lets go of what was read. The bytes at hand move: what was taken of them before must be done with. */
export const append = (window: Window, block: Buffer): void => {
  const rest = window.bytes.subarray(window.at);
  const length = rest.length + block.length;
  // With twice the room, a row that comes in many blocks is not copied for each of them.
  const store = length > window.store.length ? Buffer.alloc(2 * length) : window.store;
  store.set(rest);
  store.set(block, rest.length);
  window.base += window.at;
  window.store = store;
  window.bytes = store.subarray(0, length);
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
    // Before a look at the cell: of what begins behind the longest row nothing may depend on whether it is at hand.
    if (i > cap) return { kind: 'too-large' };
    if (bytes[i] === quote) {
      const opened = i;
      let from = i + 1;
      for (;;) {
        const found = bytes.indexOf(quote, from);
        if (found > cap || (found === -1 && length > cap)) return { kind: 'fault', at: cap, open: false };
        if (found === -1) return atEnd ? { kind: 'fault', at: length, open: true } : { kind: 'more' };
        from = found + 2;
        i = found + 1;
        if (bytes[i] !== quote) break;
      }
      multiline ||= hasBreak(bytes, opened, i);
      // What follows the quote says whether it is right; before that nothing is known, not even that the row is too long.
      if (i === length && !atEnd) return { kind: 'more' };
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
export const nextLine = ({ bytes, atEnd }: Pick<Window, 'bytes' | 'atEnd'>, from: number): number | undefined => {
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

/**
 * Bytes that may be looked at again up to here. Looking for whole rows behind faults reads the same bytes again: honest files
 * stay below once their size; a hostile one could make the work grow with the square of it.
 */
export const affordableAt = (offset: number): number => 16 * 1024 * 1024 + 4 * offset;
const affordable = (window: Window): number => affordableAt(window.base + window.at);

/** Whether what is at hand stands behind no fault and may be read on: a row of the header's width is then what it seems. */
export const runsClear = (window: Window): boolean => !window.lost && window.spent <= affordable(window);

/** Whether these bytes could go on a quoted text and close it rightly. */
const mayCloseQuotes = (bytes: Buffer, from: number, to: number): boolean => {
  let i = bytes.indexOf(quote, from);
  while (i !== -1 && i < to && bytes[i + 1] === quote) i = bytes.indexOf(quote, i + 2);
  if (i === -1 || i >= to) return false;
  const after = bytes[i + 1];
  if (i + 1 === to || after === lf || after === cr) return true;
  if (after !== comma) return false;
  const rest = scan(bytes.subarray(0, to), i + 2, true, to, Number.POSITIVE_INFINITY);
  return rest.kind === 'record' || (rest.kind === 'fault' && rest.open);
};

/** Whether a row of `width` cells begins here; and the bytes read to know it. */
const isWholeRow = (
  { bytes, atEnd }: Window,
  at: number,
  longest: number,
  width: number,
): { is: boolean; cost: number } | 'more' => {
  const tried = scan(bytes, at, atEnd, longest, width);
  if (tried.kind === 'more') return 'more';
  if (tried.kind === 'too-large') return { is: false, cost: longest };
  if (tried.kind !== 'record') return { is: false, cost: tried.at - at };
  const is = tried.cells === width && !mayCloseQuotes(bytes, at, tried.end);
  return { is, cost: 2 * (tried.next - at) };
};

/** The row of `width` cells that seems to begin here: where it ends, and where the next one begins. */
export const rowSeemsAt = (
  { bytes, atEnd }: Window,
  at: number,
  longest: number,
  width: number,
): { end: number; next: number } | 'more' | undefined => {
  const tried = scan(bytes, at, atEnd, longest, width);
  if (tried.kind === 'more') return 'more';
  const is = tried.kind === 'record' && tried.cells === width && !mayCloseQuotes(bytes, at, tried.end);
  return is ? tried : undefined;
};

type Search =
  | { kind: 'found' | 'none'; at: number; cost: number }
  | { kind: 'more' }
  /** A line that goes on and on. */
  | { kind: 'too-large' };

/** The first line behind `start` and before `until` at which a whole row begins; otherwise the first line not looked at. */
const wholeRowAfter = (window: Window, start: number, until: number, longest: number, width: number): Search => {
  const most = affordable(window) - window.spent;
  let cost = 0;
  let before = start;
  for (;;) {
    const line = nextLine(window, before);
    if ((line ?? window.bytes.length) - before > 2 * longest) return { kind: 'too-large' };
    if (line === undefined) return { kind: 'more' };
    before = line;
    if (line >= until || cost > most) return { kind: 'none', at: line, cost };
    if (line === window.bytes.length) return window.atEnd ? { kind: 'none', at: line, cost } : { kind: 'more' };
    const tried = isWholeRow(window, line, longest, width);
    if (tried === 'more') return { kind: 'more' };
    cost += tried.cost;
    if (tried.is) return { kind: 'found', at: line, cost };
  }
};

const take = (window: Window, next: number): void => {
  window.line += breaksIn(window.bytes, window.at, next);
  window.at = next;
};

/** The bytes from here to `next` as one row whose quotes are wrong. */
const badQuote = (window: Window, next: number, open: boolean): Framed => {
  const { at: start, line } = window;
  const multiline = nextLine(window, start) !== next;
  take(window, next);
  return { kind: 'bad-quote', line, start, end: next, next, multiline, open };
};

/**
 * The next row that is not blank, and moves behind it.
 * @param longest bytes of a row at most
 * @param width cells of a whole row; undefined while the header is not known
 */
export const nextRow = (window: Window, longest: number, width: number | undefined): Framed => {
  for (;;) {
    const { bytes, at: start, line, atEnd } = window;
    if (window.base + start >= window.until) return { kind: 'end' };
    if (start === bytes.length) return { kind: atEnd ? 'end' : 'more' };
    if (window.spent > affordable(window)) return { kind: 'hopeless', line };

    const anyWidth = Number.POSITIVE_INFINITY;
    let row = scan(bytes, start, atEnd, longest, width ?? anyWidth);
    if (row.kind === 'wide' && !row.multiline) row = scan(bytes, start, atEnd, longest, anyWidth);

    if (width === undefined) {
      if (row.kind === 'fault') {
        const next = nextLine(window, row.at);
        if ((next ?? bytes.length) - start > 2 * longest) return { kind: 'too-large', line };
        return next === undefined ? { kind: 'more' } : badQuote(window, next, row.open);
      }
    } else {
      if (window.lost) {
        const here = isWholeRow(window, start, longest, width);
        if (here === 'more') return { kind: 'more' };
        window.lost = !here.is;
      }
      while (row.kind === 'record' || row.kind === 'fault' || row.kind === 'wide') {
        const faulty = window.lost || row.kind === 'fault';
        if (!faulty && row.kind === 'record' && (!row.multiline || row.cells === width)) break;
        const reached = row.kind === 'record' ? row.end : row.at;
        const after = wholeRowAfter(window, start, faulty ? start + 2 * longest : reached, longest, width);
        if (after.kind === 'more') return { kind: 'more' };
        if (after.kind === 'too-large') return { kind: 'too-large', line };
        if (after.kind === 'found' || faulty) {
          window.spent += after.cost + Math.max(0, reached - after.at);
          window.lost = after.kind === 'none';
          return badQuote(window, after.at, row.kind === 'fault' && row.open && after.kind === 'none');
        }
        if (row.kind === 'record') {
          window.spent += after.cost;
          break;
        }
        row = scan(bytes, start, atEnd, longest, anyWidth);
      }
    }
    if (row.kind === 'more') return row;
    if (row.kind !== 'record') return { kind: 'too-large', line };
    take(window, row.next);
    if (row.cells === 1 && isBlank(bytes, start, row.end)) continue;
    return { kind: 'record', line, start, end: row.end, next: row.next, cells: row.cells, multiline: row.multiline };
  }
};

/** Moves behind blank lines, none longer than a row may be; false if the bytes at hand end within one. */
export const skipBlankLines = (window: Window, longest: number): boolean => {
  const { bytes } = window;
  for (;;) {
    let i = window.at;
    while (bytes[i] === 32 || bytes[i] === 9) i++;
    if (i - window.at > longest) return true;
    if (i === bytes.length) return window.atEnd;
    if (bytes[i] !== lf && bytes[i] !== cr) return true;
    const next = nextLine(window, i);
    if (next === undefined) return false;
    take(window, next);
  }
};

/** Moves behind the line at hand, whatever it holds; false if its end is not at hand. */
export const skipLine = (window: Window): boolean => {
  const next = nextLine(window, window.at);
  if (next === undefined) return false;
  take(window, next);
  return true;
};
