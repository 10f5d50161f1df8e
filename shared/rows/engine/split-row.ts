import { BREAK, COMMA, DOUBLED, ENDS_CELL, ESCAPED, IS_QUOTE, kinds, LF, QUOTE, QUOTED, WIDE } from './byte-kinds.ts';

/** The cells of the row at hand: where each begins and ends, without its quotes, and what kinds of bytes it holds. */
export interface Cells {
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** To be relied on: QUOTED, DOUBLED, WIDE, the kinds of bytes that are ESCAPED; without quotes CONTROL as well. */
  readonly holds: Uint16Array;
  /** Where bytes stand that JSON escapes; of a doubled quote the first. Those of cell n end at `marked[n]`. */
  readonly marks: Int32Array;
  readonly marked: Int32Array;
  /** Line ends of the row, those in quotes included; CRLF is one. */
  lines: number;
}

/** More bytes to escape in one row are odd. */
const mostMarks = 4_096;

export const cellsFor = (width: number): Cells => ({
  from: new Int32Array(width),
  to: new Int32Array(width),
  holds: new Uint16Array(width),
  marks: new Int32Array(mostMarks),
  marked: new Int32Array(width),
  lines: 0,
});

/** The row is not as rows should be, or not all of it is at hand: `frame.ts` knows what it is. */
export const ODD = -1;

const HIGH_BITS = 0x80808080 | 0;

/**
 * 0 if none of four bytes is escaped in JSON: a quote, a backslash, or below a blank. Four at a time as one number; with
 * 2 flipped, the quote is the one byte that becomes 0x20.
 */
const escapesAmong = (four: number): number => {
  const flipped = four ^ 0x02020202;
  const slashes = four ^ 0x5c5c5c5c;
  return (((flipped - 0x21212121) & ~flipped) | ((slashes - 0x01010101) & ~slashes)) & HIGH_BITS;
};

/** The same, and none is a comma or a DEL: of four bytes of a cell without quotes nothing else is to be known. */
const endsAmong = (four: number): number => {
  const commas = four ^ 0x2c2c2c2c;
  const deletes = four ^ 0x7f7f7f7f;
  return escapesAmong(four) | ((((commas - 0x01010101) & ~commas) | ((deletes - 0x01010101) & ~deletes)) & HIGH_BITS);
};

/**
 * Cuts a row that has exactly as many cells as the header, right quotes, and its line end at hand. Of such a row
 * `frame.ts` says the same; of every other row this says nothing.
 * @param view the same bytes
 * @param longest bytes of a row at most
 * @returns where the next row starts, or ODD
 */
export const splitRow = (bytes: Uint8Array, view: DataView, start: number, longest: number, cells: Cells): number => {
  const { from, to, holds, marks, marked } = cells;
  // The row ends here at the latest, with a byte behind a CR to look at.
  const length = Math.min(bytes.length, start + longest + 2);
  const last = from.length - 1;
  let lines = 1;
  let mark = 0;
  let i = start;
  for (let cell = 0; i < length; cell++) {
    let held = 0;
    if (bytes[i] === QUOTE) {
      held = QUOTED;
      from[cell] = ++i;
      for (;;) {
        let wide = 0;
        for (; i + 4 <= length; i += 4) {
          const four = view.getInt32(i, true);
          if (escapesAmong(four) !== 0) break;
          wide |= four;
        }
        if ((wide & HIGH_BITS) !== 0) held |= WIDE;
        while (i < length && (kinds[bytes[i]!]! & ESCAPED) === 0) held |= kinds[bytes[i++]!]! & WIDE;
        // Only the byte behind a quote says what the quote is.
        if (i + 1 >= length) return ODD;
        const kind = kinds[bytes[i]!]!;
        const isQuote = (kind & IS_QUOTE) !== 0;
        if (isQuote && bytes[i + 1] !== QUOTE) break;
        if (mark === mostMarks) return ODD;
        marks[mark++] = i;
        held |= isQuote ? DOUBLED : kind;
        if ((kind & BREAK) !== 0 && (bytes[i] === LF || bytes[i + 1] !== LF)) lines++;
        i += isQuote ? 2 : 1;
      }
      to[cell] = i++;
      if ((kinds[bytes[i]!]! & ENDS_CELL) === 0) return ODD;
    } else {
      from[cell] = i;
      for (;;) {
        let wide = 0;
        for (; i + 4 <= length; i += 4) {
          const four = view.getInt32(i, true);
          if (endsAmong(four) !== 0) break;
          wide |= four;
        }
        if ((wide & HIGH_BITS) !== 0) held |= WIDE;
        let kind = 0;
        for (; i < length; i++) {
          kind = kinds[bytes[i]!]!;
          if ((kind & (ENDS_CELL | ESCAPED)) !== 0) break;
          held |= kind;
        }
        if (i === length) return ODD;
        if ((kind & ENDS_CELL) !== 0) break;
        held |= kind;
        if (mark === mostMarks) return ODD;
        marks[mark++] = i++;
      }
      to[cell] = i;
    }
    holds[cell] = held;
    marked[cell] = mark;
    if (bytes[i] === COMMA) {
      if (cell === last) return ODD;
      i++;
      continue;
    }
    if (cell !== last || i - start > longest) return ODD;
    cells.lines = lines;
    if (bytes[i] === LF) return i + 1;
    if (i + 1 === length) return ODD;
    return bytes[i + 1] === LF ? i + 2 : i + 1;
  }
  return ODD;
};

/** The cells of a row that was cut, as texts. */
export const textsOf = (bytes: Buffer, { from, to, holds }: Cells): string[] =>
  Array.from(from, (start, cell) => {
    const text = bytes.toString('utf8', start, to[cell]);
    return (holds[cell]! & DOUBLED) === 0 ? text : text.replaceAll('""', '"');
  });
