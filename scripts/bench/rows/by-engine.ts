import { closeSync, openSync, readSync } from 'node:fs';
import { VALID } from '../../../shared/rows/engine/item-block.ts';
import { readItems } from '../../../shared/rows/engine/read-items.ts';
import { batchEnd, batchStart, ITEMS_A_BATCH, openBatchFile } from './batch-file.ts';
import type { Counts } from './peers.ts';

const COMMA = 44;

/** A file's bytes in one buffer that is filled again and again: the engine takes what it needs before it asks for more. */
async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.alloc(524_288);
  const file = openSync(path, 'r');
  try {
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) yield buffer.subarray(0, read);
  } finally {
    closeSync(file);
  }
}

/** A batch of items as bytes; its buffer grows to the largest one. */
const openBatch = () => {
  let bytes = Buffer.alloc(4 * 2 ** 20);
  let length = bytes.write(batchStart);
  let items = 0;
  return {
    items: (): number => items,
    add: (from: Uint8Array, count: number): void => {
      if (length + from.length + batchEnd.length > bytes.length)
        bytes = Buffer.concat([bytes], 2 * bytes.length + from.length);
      bytes.set(from, length);
      length += from.length;
      items += count;
    },
    take: (): Uint8Array => {
      // The comma behind the last item goes.
      length += bytes.write(batchEnd, length - 1) - 1;
      const whole = bytes.subarray(0, length);
      length = batchStart.length;
      items = 0;
      return whole;
    },
  };
};

/** A file in, batches out, by the engine. */
export const byEngine = async (source: string, target: string): Promise<Counts> => {
  const file = openBatchFile(target);
  const batch = openBatch();
  const reading = readItems(bytesOf(source), { key: source });
  let next = await reading.next();
  while (next.done !== true) {
    const { bytes, count, verdicts, starts, ends } = next.value;
    // Items lie behind each other, but for a few: what lies together is copied together.
    let first = 0;
    let last = 0;
    let items = 0;
    const copyThem = (): void => {
      if (items > 0) batch.add(bytes.subarray(first, last), items);
      items = 0;
    };
    for (let n = 0; n < count; n++) {
      if (verdicts[n] !== VALID) continue;
      if (starts[n] !== last) copyThem();
      if (items === 0) first = starts[n]!;
      last = ends[n]! + 1;
      bytes[last - 1] = COMMA;
      items++;
      if (batch.items() + items < ITEMS_A_BATCH) continue;
      copyThem();
      file.write(batch.take());
    }
    copyThem();
    next = await reading.next();
  }
  if (batch.items() > 0) file.write(batch.take());
  file.close();
  return { rows: next.value.rows, valid: next.value.valid };
};
