import { Buffer } from 'node:buffer';
import { partitionOf } from '@catalog-sync/shared/baseline/id-hash.ts';
import { hashOf } from '@catalog-sync/shared/hash.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import { openRowsTable, type RowsWriter } from '@catalog-sync/shared/records/rows-table.ts';
import type { RowsPart } from '@catalog-sync/shared/records/validate.ts';
import { availabilities, currencyCodes, type ItemBlock } from '@catalog-sync/shared/rows/engine/index.ts';
import { brandIn, categoryIn } from './item-texts.ts';
import { openWritesAhead } from './writes-ahead.ts';

/** What a row takes in a `RowsTable`. */
const ROW_BYTES = 48;
/** What a block of rows adds, as a rule, before there is a chance to write: half a megabyte of CSV is a little more of items. */
const BLOCK_BYTES = 1_000_000;
/** Objects that are smaller cost more in calls than they save in memory. */
const FEWEST_BYTES = 65_536;

const words = { currencies: currencyCodes, availabilities };

/** The rows of a file on their way into objects, partition by partition, so that memory does not grow with the file. */
export interface Parts {
  /** Adds the valid row at this place of a block, with its item or without. */
  add(block: ItemBlock, place: number, withItem: boolean): void;
  /** Adds a rejected row whose id can be read: the file names its product. */
  addRejected(block: ItemBlock, place: number): void;
  /** Writes what is enough for an object. Called between blocks: what a block adds is held whole. */
  flush(): Promise<void>;
  /** Writes the rest, and waits for all that is on its way. The parts, in an order that depends on the rows alone. */
  end(): Promise<Omit<RowsPart, 'rowsBefore'>[]>;
}

/** What is not written yet of one partition. */
interface Chunk {
  partition: number;
  rows: RowsWriter;
  items: Buffer;
  /** Bytes of items. */
  length: number;
}

export interface PartsOptions {
  /** Of the objects' names, which end in the hash of what they hold: two workers write the same ones. */
  folder: string;
  /** The file's place in the sync. */
  file: number;
  /** There are 2^bits partitions. */
  bits: number;
  /** Over all partitions, on their way into objects and out of here. */
  chunkBytes: number;
}

export const openParts = ({ folder, file, bits, chunkBytes }: PartsOptions, work: Pick<Objects, 'putOnce'>): Parts => {
  const enough = Math.max(chunkBytes / 2 ** bits / 2, Math.min(FEWEST_BYTES, chunkBytes));
  /** No buffer should have to be larger than this; one that must be grows as it needs to. */
  const roomy = enough + Math.max(FEWEST_BYTES, BLOCK_BYTES / 2 ** bits);
  const chunks: (Chunk | undefined)[] = Array.from({ length: 2 ** bits });
  const parts: Omit<RowsPart, 'rowsBefore'>[] = [];
  const writes = openWritesAhead(chunkBytes / 2);
  /** Buffers whose items are written, for the next ones: memory is asked for once. */
  const spare: Buffer[] = [];

  const chunkOf = (block: ItemBlock, place: number): Chunk => {
    const partition = partitionOf(block.idHashes[2 * place]!, bits);
    const begun = chunks[partition];
    if (begun !== undefined) return begun;
    const chunk = { partition, rows: openRowsTable(words), items: spare.pop() ?? Buffer.alloc(0), length: 0 };
    chunks[partition] = chunk;
    return chunk;
  };

  const addItem = (chunk: Chunk, bytes: Buffer, from: number, to: number): void => {
    const { items, length } = chunk;
    const needed = length + to - from;
    if (needed > items.length) {
      const larger = 1.5 * items.length;
      chunk.items = Buffer.alloc(Math.ceil(Math.max(needed, items.length < roomy ? Math.min(larger, roomy) : larger)));
      items.copy(chunk.items, 0, 0, length);
    }
    chunk.length += bytes.copy(chunk.items, length, from, to);
  };

  const bytesOf = ({ rows, length }: Chunk): number => ROW_BYTES * rows.size + length;

  const write = async (chunk: Chunk): Promise<void> => {
    const { partition, rows, items, length } = chunk;
    chunks[partition] = undefined;
    const kept = items.subarray(0, length);
    const itemsKey = length === 0 ? null : `${folder}items-${hashOf([kept], 16)}.ndjson`;
    const bytes = bytesOf(chunk);
    const table = rows.done();
    const key = `${folder}rows-${hashOf([table], 16)}.bin`;
    parts.push({ partition, file, key, itemsKey });
    await writes.start(bytes, async () => {
      if (itemsKey !== null) await work.putOnce(itemsKey, kept);
      spare.push(items);
      await work.putOnce(key, table);
    });
  };
  const writeIf = async (wanted: (chunk: Chunk) => boolean): Promise<void> => {
    for (const chunk of chunks) if (chunk !== undefined && wanted(chunk)) await write(chunk);
  };

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
      // With the line feed behind it.
      if (withItem) addItem(chunk, bytes, from, to + 1);
    },
    addRejected: (block, place) => {
      const { idHashes, firstRow } = block;
      chunkOf(block, place).rows.pushRejected(idHashes[2 * place]!, idHashes[2 * place + 1]!, firstRow + place);
    },
    flush: () => writeIf((chunk) => bytesOf(chunk) > enough),
    end: async () => {
      await writeIf(() => true);
      await writes.end();
      return parts;
    },
  };
};
