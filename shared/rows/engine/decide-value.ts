/** Whether a cell's bytes are what its rule wants: prices, numbers, web addresses, one of a few words. */

import { longestUrl } from '../contract.ts';
import { currencies } from '../currencies.ts';
import { CONTROL, kinds, SPACE } from './byte-kinds.ts';

const ZERO = 48;
const POINT = 46;

/** Digits that a double holds exactly; of a longer number the reference decides. */
const mostDigits = 15;
const mostDecimals = 6;
const powers = Float64Array.from({ length: mostDecimals + 1 }, (_, n) => 10 ** n);

/** An amount such as `12.34`, or -1. Up to 15 digits it is the very number that `Number` reads. */
const amountIn = (bytes: Uint8Array, from: number, to: number): number => {
  let digits = 0;
  let point = -1;
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!;
    if (byte === POINT && point === -1) point = i;
    else if (byte >= ZERO && byte <= ZERO + 9) digits = digits * 10 + (byte - ZERO);
    else return -1;
  }
  if (point === -1) return to - from > mostDigits || to === from ? -1 : digits;
  const decimals = to - point - 1;
  if (point === from || decimals === 0 || decimals > mostDecimals || to - from - 1 > mostDigits) return -1;
  // Both are exact, so that the quotient is the double next to the true value, as that of `Number` is.
  return digits / powers[decimals]!;
};

const A = 65;
const placeOf = (first: number, second: number, third: number): number => (first * 26 + second) * 26 + third;

/** Currencies by number, from 1; 0 is none. The numbers hold within one run and are not for keeping. */
export const currencyCodes: readonly string[] = ['', ...currencies];
const currencyAt = (() => {
  const numbers = new Uint8Array(26 ** 3);
  for (const [number, code] of currencyCodes.entries())
    if (number > 0) numbers[placeOf(code.charCodeAt(0) - A, code.charCodeAt(1) - A, code.charCodeAt(2) - A)] = number;
  return numbers;
})();

const letterAt = (bytes: Uint8Array, at: number): number => {
  const letter = bytes[at]! - A;
  return letter >= 0 && letter < 26 ? letter : -1;
};

/** The currency of a price such as `12.34 USD`, or 0. */
export const currencyOfPrice = (bytes: Uint8Array, from: number, to: number): number => {
  if (to - from < 5 || bytes[to - 4] !== SPACE) return 0;
  const first = letterAt(bytes, to - 3);
  const second = letterAt(bytes, to - 2);
  const third = letterAt(bytes, to - 1);
  return first < 0 || second < 0 || third < 0 ? 0 : currencyAt[placeOf(first, second, third)]!;
};

/** The amount of a price whose currency is known, or -1. */
export const amountOfPrice = (bytes: Uint8Array, from: number, to: number): number => amountIn(bytes, from, to - 4);

const isDigits = (bytes: Uint8Array, from: number, to: number): boolean => {
  for (let i = from; i < to; i++) if (bytes[i]! < ZERO || bytes[i]! > ZERO + 9) return false;
  return true;
};

export const isGtin = (bytes: Uint8Array, from: number, to: number): boolean => {
  const length = to - from;
  return (length === 8 || (length >= 12 && length <= 14)) && isDigits(bytes, from, to);
};

export const isWholeNumber = (bytes: Uint8Array, from: number, to: number, highest: number): boolean => {
  if (!isDigits(bytes, from, to) || to === from || to - from > mostDigits) return false;
  return amountIn(bytes, from, to) <= highest;
};

/** Whether the bytes at `at` are `://` or another text of ASCII. */
const isAt = (bytes: Uint8Array, at: number, text: Uint8Array): boolean => {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text[i]) return false;
  return true;
};

const behindScheme = Uint8Array.from([58, 47, 47]);
const SMALL_LETTER = 0x20;
const isLetter = (byte: number | undefined, small: number): boolean =>
  byte !== undefined && (byte | SMALL_LETTER) === small;

/** Where the host of an address begins, or -1: behind `http://` or `https://`, in any case of letters. */
export const hostOf = (bytes: Uint8Array, from: number): number => {
  const isHttp =
    isLetter(bytes[from], 104) &&
    isLetter(bytes[from + 1], 116) &&
    isLetter(bytes[from + 2], 116) &&
    isLetter(bytes[from + 3], 112);
  if (!isHttp) return -1;
  const at = isLetter(bytes[from + 4], 115) ? from + 5 : from + 4;
  return isAt(bytes, at, behindScheme) ? at + 3 : -1;
};

/** ASCII that a host may hold (`values.ts`); of others the reference decides. */
const inHost: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte > SPACE && byte < 0x7f && !'/?#@:[]<>"\\^`{}|'.includes(String.fromCharCode(byte)) ? 1 : 0,
);
const COLON = 58;
const mostPortDigits = 5;

/**
 * Whether a text is a web address.
 * @param unseen nobody has looked for control characters in it
 */
export const isUrl = (bytes: Uint8Array, from: number, to: number, unseen: boolean): boolean => {
  if (to - from > longestUrl) return false;
  const host = hostOf(bytes, from);
  if (host < 0) return false;
  let i = host;
  while (i < to && inHost[bytes[i]!] === 1) i++;
  if (i === host || i > to) return false;
  if (i < to && bytes[i] === COLON) {
    const port = ++i;
    while (i < to && bytes[i]! >= ZERO && bytes[i]! <= ZERO + 9) i++;
    if (i === port || i - port > mostPortDigits) return false;
  }
  if (unseen) for (let n = i; n < to; n++) if ((kinds[bytes[n]!]! & CONTROL) !== 0) return false;
  // `/`, `?` or `#` begin what may be anything else.
  return i === to || bytes[i] === 47 || bytes[i] === 63 || bytes[i] === 35;
};

/** A few words as bytes, one after the other; word n ends at `ends[n]`. */
export interface Words {
  readonly bytes: Uint8Array;
  readonly ends: Int32Array;
}

/** Which of the words this is, or -1. */
export const wordOf = (bytes: Uint8Array, from: number, to: number, words: Words): number => {
  const { ends, bytes: all } = words;
  const length = to - from;
  let start = 0;
  for (let n = 0; n < ends.length; n++) {
    const end = ends[n]!;
    if (end - start === length) {
      let i = 0;
      while (i < length && bytes[from + i] === all[start + i]) i++;
      if (i === length) return n;
    }
    start = end;
  }
  return -1;
};
