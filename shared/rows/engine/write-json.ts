import { DOUBLED, QUOTE } from './byte-kinds.ts';
import type { Cells } from './split-row.ts';

/** Bytes, and a view of the same bytes that reads and writes four at a time. */
export interface Bytes {
  readonly bytes: Buffer;
  readonly view: DataView;
}

export const bytesOf = (bytes: Buffer): Bytes => ({
  bytes,
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
});

// Below this many bytes a call costs more than a loop.
const nativeFrom = 64;

/** Copies bytes as they are; returns where the next byte goes. Up to three bytes behind it may be written, too. */
export const copy = (source: Bytes, from: number, to: number, target: Bytes, at: number): number => {
  const length = to - from;
  if (length >= nativeFrom || from + length + 3 > source.view.byteLength) source.bytes.copy(target.bytes, at, from, to);
  else for (let n = 0; n < length; n += 4) target.view.setInt32(at + n, source.view.getInt32(from + n, true), true);
  return at + length;
};

/** What JSON writes for each byte that it does not leave as it is: `\n`, `\"`, `\u0001`. Length first, then the bytes. */
const escapes: Uint8Array = (() => {
  const table = new Uint8Array(256 * 8);
  for (let byte = 0; byte < 128; byte++) {
    const text = Buffer.from(JSON.stringify(String.fromCharCode(byte)).slice(1, -1));
    table[byte * 8] = text.length;
    table.set(text, byte * 8 + 1);
  }
  return table;
})();

/** The longest that one byte becomes: `\u0001`. */
export const longestEscape = 6;

const writeEscape = (byte: number, out: Buffer, at: number): number => {
  const start = byte * 8;
  const length = escapes[start]!;
  for (let i = 1; i <= length; i++) out[at++] = escapes[start + i]!;
  return at;
};

/** Copies a cell's text into a JSON string as `JSON.stringify` would write it. */
export const copyEscaped = (source: Bytes, cells: Cells, cell: number, target: Bytes, start: number): number => {
  const { marks, marked } = cells;
  const from = cells.from[cell]!;
  const to = cells.to[cell]!;
  const quoteLength = (cells.holds[cell]! & DOUBLED) !== 0 ? 2 : 1;
  let at = start;
  let plain = from;
  for (let n = cell === 0 ? 0 : marked[cell - 1]!; n < marked[cell]!; n++) {
    const mark = marks[n]!;
    // It stood among the blanks around the text.
    if (mark < from || mark >= to) continue;
    const byte = source.bytes[mark]!;
    at = copy(source, plain, mark, target, at);
    at = writeEscape(byte, target.bytes, at);
    plain = mark + (byte === QUOTE ? quoteLength : 1);
  }
  return copy(source, plain, to, target, at);
};
