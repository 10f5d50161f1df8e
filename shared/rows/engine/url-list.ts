import { longestUrl } from '../contract.ts';
import { COMMA, QUOTE } from './byte-kinds.ts';
import { hostOf, isUrl } from './decide-value.ts';
import { CLOSE_LIST, DOUBT, OPEN_LIST } from './rules.ts';
import { type Bytes, copy } from './write-json.ts';

/** Bytes of addresses in a list that is cut here: no separator but the comma, and nothing that JSON escapes. */
const isPlain: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte > 0x20 && byte < 0x7f && !';|["\\'.includes(String.fromCharCode(byte)) ? 1 : 0,
);

const allPlain = (bytes: Uint8Array, from: number, to: number): boolean => {
  for (let i = from; i < to; i++) if (isPlain[bytes[i]!] === 0) return false;
  return true;
};

/** Where the next address begins, or behind the list. Addresses may hold commas: one begins only with its scheme. */
const nextAddress = (bytes: Uint8Array, from: number, to: number): number => {
  for (let i = from; i < to; i++) {
    if (bytes[i] !== COMMA) continue;
    const host = hostOf(bytes, i + 1);
    if (host >= 0 && host <= to) return i + 1;
  }
  return to;
};

/** Writes addresses with commas between them as a JSON list (`values.ts`); DOUBT of other notations. */
export const writeUrlList = (
  source: Bytes,
  from: number,
  to: number,
  most: number,
  target: Bytes,
  start: number,
): number => {
  const { bytes } = source;
  if (to - from > most * longestUrl || !allPlain(bytes, from, to)) return DOUBT;
  let at = start;
  let entries = 0;
  for (let i = from; i < to; ) {
    const next = nextAddress(bytes, i, to);
    let end = next;
    while (end > i && bytes[end - 1] === COMMA) end--;
    if (++entries > most || !isUrl(bytes, i, end, false)) return DOUBT;
    target.bytes[at++] = entries === 1 ? OPEN_LIST : COMMA;
    target.bytes[at++] = QUOTE;
    at = copy(source, i, end, target, at);
    target.bytes[at++] = QUOTE;
    i = next;
  }
  target.bytes[at++] = CLOSE_LIST;
  return at;
};
