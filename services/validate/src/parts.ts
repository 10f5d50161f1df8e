import { Buffer } from 'node:buffer';
import { partitionOf } from '@catalog-sync/shared/baseline/id-hash.ts';
import { hashOf } from '@catalog-sync/shared/hash.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import { openRowsTable, type RowsWriter } from '@catalog-sync/shared/records/rows-table.ts';
import type { RowsPart, TableAt } from '@catalog-sync/shared/records/validate.ts';
import { availabilities, currencyCodes, type ItemBlock } from '@catalog-sync/shared/rows/engine/index.ts';
import { brandIn, categoryIn } from './item-texts.ts';
import { openWritesAhead } from './writes-ahead.ts';

/** What a row takes in a `RowsTable`. */
const ROW_BYTES = 48;
/** A partition's first items; its buffer grows as it needs to. */
const FIRST_BYTES = 4096;

const words = { currencies: currencyCodes, availabilities };

/**
 * The rows of a file on their way into objects, sorted by partition, so that memory does not grow with the file. All
 * partitions share an object: it is read by ranges, and calls cost more than bytes.
 */
export interface Parts {
  /** Adds the valid row at this place of a block, with its item or without. */
  add(block: ItemBlock, place: number, withItem: boolean): void;
  /** Adds a rejected row whose id can be read: the file names its product. */
  addRejected(block: ItemBlock, place: number): void;
  /** Writes when there is enough for an object. Called between blocks: what a block adds is held whole. */
  flush(): Promise<void>;
  /** Writes the rest, and waits for all that is on its way. The parts, in an order that depends on the rows alone. */
  end(): Promise<Omit<RowsPart, 'rowsBefore'>[]>;
}

/** What is not written yet of one partition. */
interface Chunk {
  rows: RowsWriter;
  items: Buffer;
  /** Bytes of items. */
  length: number;
}

/** Rows whose items are written, and they not. */
interface Table {
  partition: number;
  bytes: Uint8Array;
  /** The object of its items; null when it has none. */
  items: number | null;
  itemsStart: number;
}

export interface PartsOptions {
  /** Of the objects' names, which end in the hash of what they hold: two workers write the same ones. */
  folder: string;
  /** The file's place in the sync. */
  file: number;
  /** There are 2^bits partitions. */
  bits: number;
  /** As of `Sizes`. */
  chunkBytes: number;
  tablesBytes: number;
}

export const openParts = (
  { folder, file, bits, chunkBytes, tablesBytes }: PartsOptions,
  work: Pick<Objects, 'putOnce'>,
): Parts => {
  const chunks: Chunk[] = Array.from({ length: 2 ** bits }, () => ({
    rows: openRowsTable(words),
    items: Buffer.alloc(0),
    length: 0,
  }));
  /** Bytes in the chunks, about. */
  let held = 0;
  let tables: Table[] = [];
  let itemsKeys: string[] = [];
  const parts: Omit<RowsPart, 'rowsBefore'>[] = [];
  const writes = openWritesAhead(chunkBytes / 2);

  const chunkOf = (block: ItemBlock, place: number): Chunk => chunks[partitionOf(block.idHashes[2 * place]!, bits)]!;

  const addItem = (chunk: Chunk, bytes: Buffer, from: number, to: number): void => {
    const { items, length } = chunk;
    const needed = length + to - from;
    if (needed > items.length) {
      chunk.items = Buffer.alloc(Math.ceil(Math.max(needed, FIRST_BYTES, 1.5 * items.length)));
      items.copy(chunk.items, 0, 0, length);
    }
    chunk.length += bytes.copy(chunk.items, length, from, to);
  };

  const put = async (kind: 'rows' | 'items', pieces: readonly Uint8Array[], into: (key: string) => void) => {
    const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    // Put together only when there is room for it: until then the pieces hold it.
    await writes.start(bytes, async () => {
      const body = Buffer.concat(pieces, bytes);
      const key = `${folder}${kind}-${hashOf([body], 16)}.${kind === 'rows' ? 'bin' : 'ndjson'}`;
      into(key);
      await work.putOnce(key, body);
    });
  };

  const writeItems = async (): Promise<void> => {
    const pieces: Uint8Array[] = [];
    let itemsStart = 0;
    for (const [partition, chunk] of chunks.entries()) {
      const { rows, items, length } = chunk;
      if (rows.size === 0) continue;
      tables.push({ partition, bytes: rows.done(), items: length === 0 ? null : itemsKeys.length, itemsStart });
      if (length > 0) pieces.push(items.subarray(0, length));
      itemsStart += length;
      chunk.rows = openRowsTable(words);
    }
    if (pieces.length > 0) await put('items', pieces, (key) => itemsKeys.push(key));
    // The buffers are for the next items: memory is asked for once.
    for (const chunk of chunks) chunk.length = 0;
    held = 0;
  };

  const writeRows = async (): Promise<void> => {
    // Sorting keeps the order of what is equal.
    tables.sort((a, b) => a.partition - b.partition);
    let start = 0;
    const at: TableAt[] = [];
    for (const { partition, bytes, items, itemsStart } of tables) {
      at.push([partition, start, bytes.length, items, itemsStart]);
      start += bytes.length;
    }
    const pieces = tables.map(({ bytes }) => bytes);
    const keys = itemsKeys;
    if (tables.length > 0) await put('rows', pieces, (key) => parts.push({ file, key, itemsKeys: keys, tables: at }));
    tables = [];
    itemsKeys = [];
  };
  const rowsHeld = (): number => tables.reduce((sum, { bytes }) => sum + bytes.length, 0);

  return {
    add: (block, place, withItem) => {
      const { bytes, idHashes, fingerprints, amounts, currencies, availabilities: words, starts, ends } = block;
      const chunk = chunkOf(block, place);
      const [from, to] = [starts[place]!, ends[place]!];
      chunk.rows.push({
        high: idHashes[2 * place]!,
        low: idHashes[2 * place + 1]!,
        printHigh: fingerprints[2 * place]!,
        printLow: fingerprints[2 * place + 1]!,
        row: block.firstRow + place,
        amount: amounts[place]!,
        currency: currencies[place]!,
        availability: words[place]!,
        start: withItem ? chunk.length : 0,
        length: withItem ? to - from : 0,
        brand: withItem ? brandIn(bytes, from, to) : null,
        category: withItem ? categoryIn(bytes, from, to) : null,
      });
      held += ROW_BYTES;
      if (!withItem) return;
      // With the line feed behind it.
      addItem(chunk, bytes, from, to + 1);
      held += to + 1 - from;
    },
    addRejected: (block, place) => {
      const { idHashes, firstRow } = block;
      chunkOf(block, place).rows.pushRejected(idHashes[2 * place]!, idHashes[2 * place + 1]!, firstRow + place);
      held += ROW_BYTES;
    },
    flush: async () => {
      if (held < chunkBytes / 2) return;
      await writeItems();
      if (rowsHeld() >= tablesBytes) await writeRows();
    },
    end: async () => {
      await writeItems();
      await writeRows();
      await writes.end();
      return parts;
    },
  };
};
