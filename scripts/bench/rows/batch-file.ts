import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';

/** Items of a batch: what a sync sends by default. */
export const ITEMS_A_BATCH = 3_000;

export const batchStart = '{"allow_upsert":true,"requests":[';
export const batchEnd = ']}\n';

/** A file that is there and written over, a batch at a time: one line each, the body of an `items_batch` call. */
export const openBatchFile = (path: string) => {
  const file = openSync(path, 'r+');
  let length = 0;
  return {
    write: (batch: Uint8Array): void => {
      for (let at = 0; at < batch.length; ) at += writeSync(file, batch, at);
      length += batch.length;
    },
    close: (): void => {
      ftruncateSync(file, length);
      closeSync(file);
    },
  };
};

/** Collects items as texts, and writes them whenever a batch is full. */
export const batchesOfTexts = (path: string) => {
  const file = openBatchFile(path);
  let items: string[] = [];
  const flush = (): void => {
    if (items.length > 0) file.write(Buffer.from(`${batchStart}${items.join(',')}${batchEnd}`));
    items = [];
  };
  return {
    add: (item: string): void => {
      items.push(item);
      if (items.length === ITEMS_A_BATCH) flush();
    },
    close: (): void => {
      flush();
      file.close();
    },
  };
};
