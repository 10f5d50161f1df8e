/** Questions about texts, decided on UTF-8. Each may err on the side of doubt, never on that of yes. */

import { kinds, MAY_BE_CAPITAL, SMALL } from './byte-kinds.ts';
import type { Bytes } from './write-json.ts';

/** UTF-16 units of a text: what limits are written in, and `length` counts. */
export const utf16Length = (bytes: Uint8Array, from: number, to: number): number => {
  let units = 0;
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!;
    // Bytes that go on a character count nothing; a character of four bytes is two units.
    if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1;
  }
  return units;
};

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 48 && byte <= 57;

/** Whether an identifier could be what a spreadsheet makes of numbers and formulas: `8.8E+12`, `1,5E3`, `#REF!`. */
export const mayBeMangled = (bytes: Uint8Array, from: number, to: number): boolean => {
  if (bytes[from] === 0x23) return true;
  if (!isDigit(bytes[from])) return false;
  let i = from + 1;
  while (i < to && isDigit(bytes[i])) i++;
  if (i + 1 >= to) return false;
  const byte = bytes[i]!;
  if (byte === 0x2e || byte === 0x2c) return isDigit(bytes[i + 1]);
  return (byte | 0x20) === 0x65 && bytes[i + 1] === 0x2b;
};

/** How many letters in capitals make a text that is warned of (`judge-row.ts`). */
const fewestCapitals = 5;

/** Whether these two bytes are a small letter of Latin-1, Greek or Cyrillic: with one, a text is not in capitals. */
const isSmallLetter = (first: number, second: number): boolean => {
  switch (first) {
    case 0xc3:
      return second >= 0xa0 && second !== 0xb7;
    case 0xce:
      return second >= 0xb1;
    case 0xcf:
      return second >= 0x80 && second <= 0x89;
    case 0xd0:
      return second >= 0xb0;
    case 0xd1:
      return second >= 0x80 && second <= 0x9f;
    default:
      return false;
  }
};

/** Whether a character that begins so, with a byte that is MAY_BE_CAPITAL, may be a capital letter. */
const mayBeCapital = (first: number, second: number): boolean => {
  // Latin, Greek, Cyrillic, Armenian.
  if (first >= 0xc3 && first <= 0xd5) return true;
  switch (first) {
    case 0xe1:
      return true;
    case 0xe2:
      return (second >= 0x84 && second <= 0x86) || second >= 0xb0;
    case 0xea:
      return second >= 0x99 && second <= 0x9f;
    case 0xef:
      return second === 0xbc;
    case 0xf0:
      return second !== 0x9f && second < 0xa0;
    default:
      return false;
  }
};

/**
 * 0 if none of four bytes has to do with capitals: digits, signs, bytes that go on a character, and the first ones from
 * 0xd8 to 0xdf, those of Arabic. Of the bytes with the bit 0x40 these last have 0x80, 0x10 and 0x08, and not 0x20.
 */
const lettersAmong = (four: number): number =>
  four & ~((four >>> 1) & ~(four << 1) & (four << 2) & (four << 3)) & 0x40404040;

/** Whether a text may be written in capitals. The first small letter says no, so that few texts are read far. */
export const mayBeCapitals = ({ bytes, view }: Bytes, from: number, to: number): boolean => {
  let capitals = 0;
  for (let i = from; i < to; i++) {
    while (i + 4 <= to && lettersAmong(view.getInt32(i, true)) === 0) i += 4;
    if (i === to) break;
    const byte = bytes[i]!;
    const kind = kinds[byte]!;
    if ((kind & SMALL) !== 0) return false;
    if ((kind & MAY_BE_CAPITAL) === 0) {
      // Of Chinese and Japanese the other two bytes say nothing either.
      if (byte >= 0xe0) i += 2;
      continue;
    }
    if (byte < 0x80) capitals++;
    else if (isSmallLetter(byte, bytes[i + 1]!)) return false;
    else if (mayBeCapital(byte, bytes[i + 1]!)) capitals++;
  }
  return capitals >= fewestCapitals;
};
