/**
 * Tables of numbers as objects: a head of JSON that says what there is, then columns as they lie in memory. A million rows
 * are read by making some views on the bytes, without an object for any of them.
 *
 * Bytes: `packed1\n`, length of the head (u32), 4 bytes nothing, head, columns; each begins at a multiple of 8. Numbers are
 * little-endian, as they are on every machine that Lambda and Node run on.
 */
import { Buffer } from 'node:buffer';

const MAGIC = Buffer.from('packed1\n');
const HEAD_AT = 16;
const ALIGNED = 8;

const types = { f64: Float64Array, u32: Uint32Array, u16: Uint16Array, u8: Uint8Array };
type Type = keyof typeof types;
export type Column = Float64Array | Uint32Array | Uint16Array | Uint8Array;
export type Columns = Readonly<Record<string, Column>>;

interface Head {
  /** What the columns' indices mean, and whatever else is not a column. */
  words: unknown;
  columns: [name: string, type: Type, length: number][];
}

const typeOf = (column: Column): Type =>
  column instanceof Float64Array
    ? 'f64'
    : column instanceof Uint32Array
      ? 'u32'
      : column instanceof Uint16Array
        ? 'u16'
        : 'u8';

const aligned = (n: number): number => Math.ceil(n / ALIGNED) * ALIGNED;

/** Equal words and columns are equal bytes. */
export const pack = (words: unknown, columns: Columns): Buffer => {
  const head: Head = {
    words,
    columns: Object.entries(columns).map(([name, column]) => [name, typeOf(column), column.length]),
  };
  const text = Buffer.from(JSON.stringify(head));
  let size = aligned(HEAD_AT + text.length);
  for (const column of Object.values(columns)) size += aligned(column.byteLength);
  const bytes = Buffer.alloc(size);
  MAGIC.copy(bytes);
  bytes.writeUInt32LE(text.length, MAGIC.length);
  text.copy(bytes, HEAD_AT);
  let at = aligned(HEAD_AT + text.length);
  for (const column of Object.values(columns)) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
    at += aligned(column.byteLength);
  }
  return bytes;
};

/**
 * Views on the bytes; these must not be changed any more.
 * @param where names the object in the error for bytes that are no such table: a defect, as only we write them
 */
export const unpack = (given: Uint8Array, where: string): { words: unknown; columns: Columns } => {
  // Views of eight bytes a number begin at multiples of eight, and what comes from a network begins anywhere.
  const bytes = given.byteOffset % ALIGNED === 0 ? given : new Uint8Array(given);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < HEAD_AT || !buffer.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new Error(`${where} is no packed table`);
  }
  const headLength = buffer.readUInt32LE(MAGIC.length);
  if (HEAD_AT + headLength > bytes.length) throw new Error(`${where} breaks off in its head`);
  const head = JSON.parse(buffer.toString('utf8', HEAD_AT, HEAD_AT + headLength)) as Head;
  const columns: Record<string, Column> = {};
  let at = aligned(HEAD_AT + headLength);
  for (const [name, type, length] of head.columns) {
    const make = types[type];
    const size = length * make.BYTES_PER_ELEMENT;
    if (at + size > bytes.length) throw new Error(`${where} breaks off in its column ${name}`);
    columns[name] = new make(bytes.buffer as ArrayBuffer, bytes.byteOffset + at, length);
    at += aligned(size);
  }
  return { words: head.words, columns };
};
