/**
 * What a byte means to somebody who reads CSV, judges it and writes JSON. The kinds are bits: a cell holds the OR of the
 * kinds of its bytes, so that one look at each byte answers most questions about the cell.
 */

export const LF = 10;
export const CR = 13;
export const SPACE = 32;
export const QUOTE = 34;
export const COMMA = 44;
export const BACKSLASH = 92;

/** Ends a cell that is not quoted. */
export const ENDS_CELL = 1;
/** Is written otherwise in JSON. UTF-8 beyond ASCII is not: `JSON.stringify` leaves it as it is. */
export const ESCAPED = 2;
export const IS_QUOTE = 4;
/** `String.trim` takes it away; there are blanks beyond ASCII, too (`blanks.ts`). */
export const BLANK = 8;
/** Part of a character beyond ASCII. */
export const WIDE = 16;
/** a to z: a text with one is not written in capitals. */
export const SMALL = 32;
/** What a web address must not hold. */
export const CONTROL = 64;
export const BREAK = 128;
export const NUL = 256;
/** A capital letter, or the first byte of a character beyond ASCII that may be one: Arabic and Chinese have none. */
export const MAY_BE_CAPITAL = 1024;
/** Of a cell, not of a byte: it is quoted. */
export const QUOTED = 512;
/** Of a quoted cell: two quotes stand for one in it. */
export const DOUBLED = 2048;

/** A to Z; Latin, Greek, Cyrillic, Armenian; Georgian, Glagolitic, Coptic and others; what is wide; what is rare. */
const mayBeginCapital = (byte: number): boolean =>
  (byte >= 65 && byte <= 90) || (byte >= 0xc3 && byte <= 0xd5) || [0xe1, 0xe2, 0xea, 0xef, 0xf0].includes(byte);

const kindsOf = (byte: number): number => {
  let kinds = 0;
  if (byte === COMMA || byte === LF || byte === CR) kinds |= ENDS_CELL;
  if (byte < SPACE || byte === QUOTE || byte === BACKSLASH) kinds |= ESCAPED;
  if (byte === QUOTE) kinds |= IS_QUOTE;
  if (byte === SPACE || (byte >= 9 && byte <= 13)) kinds |= BLANK;
  if (byte >= 0x80) kinds |= WIDE;
  if (byte >= 97 && byte <= 122) kinds |= SMALL;
  if (byte < SPACE || byte === 0x7f) kinds |= CONTROL;
  if (byte === LF || byte === CR) kinds |= BREAK;
  if (byte === 0) kinds |= NUL;
  if (mayBeginCapital(byte)) kinds |= MAY_BE_CAPITAL;
  return kinds;
};

export const kinds: Uint16Array = Uint16Array.from({ length: 256 }, (_, byte) => kindsOf(byte));
