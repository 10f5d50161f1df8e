import { type SyncRef, syncFolder } from '@catalog-sync/shared/catalog/sync.ts';
import { hashOf } from '@catalog-sync/shared/hash.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import type { Table, TableRecord, Write } from '@catalog-sync/shared/ports/table.ts';
import { batchesOf, batchKey, ItemError } from '@catalog-sync/shared/records/publish.ts';
import { readRecord, readStoredJson } from '@catalog-sync/shared/records/record.ts';
import { transition } from '@catalog-sync/shared/records/transition.ts';
import * as t from 'io-ts';
import { type Batch, StoredBatch } from './domain/batch.ts';

/** A record holds at most 400 KB (DynamoDB limits), and all of a sync's are read at once: a longer list lies in an object. */
const LONGEST_LIST = 20_000;

const batchOf = (record: TableRecord): Batch => {
  const read = readRecord(StoredBatch, record);
  return { ...read!.value, batchId: record.sk, rev: read!.rev };
};

/** All batches of a sync, split ones too, in the order of the plan. */
export const readBatches = async (ref: SyncRef, { table }: { table: Table }): Promise<Batch[]> => {
  const batches: Batch[] = [];
  for await (const record of table.query(batchesOf(ref))) batches.push(batchOf(record));
  return batches.sort((a, b) => (a.place < b.place ? -1 : 1));
};

export const readBatch = async (
  ref: SyncRef,
  batchId: string,
  { table }: { table: Table },
): Promise<Batch | undefined> => {
  const { pk, sk } = batchKey(ref, batchId);
  const record = await table.get(pk, sk);
  return record && batchOf(record);
};

/** The conditional write that puts a batch where it was read from (null: it is new). A long list of errors is stored first. */
export const putBatch = async (
  ref: SyncRef,
  from: Batch | null,
  { batchId, rev: _, ...stored }: Batch,
  { work }: { work: Objects },
): Promise<Write> => {
  const put = (more: Partial<StoredBatch> = {}): Write =>
    transition('batch', from === null ? undefined : { value: from, rev: from.rev }, {
      ...batchKey(ref, batchId),
      ...stored,
      ...more,
    });
  const list = JSON.stringify(stored.errored);
  if (list.length <= LONGEST_LIST) return put();
  const erroredKey = `${syncFolder(ref)}batches/${batchId}.errored-${hashOf([list], 16)}.json`;
  await work.putOnce(erroredKey, list, { contentType: 'application/json' });
  return put({ errored: [], erroredKey });
};

/** The items that Meta refused by its own word, wherever the list lies. */
export const erroredOf = async ({ errored, erroredKey }: StoredBatch, work: Objects): Promise<ItemError[]> =>
  erroredKey === null ? errored : readStoredJson(t.array(ItemError, 'list of errors'), work, erroredKey);

/** Retailer ids of a batch's items, in the order of its requests. */
export const idsOf = async ({ entriesKey }: Pick<StoredBatch, 'entriesKey'>, work: Objects): Promise<string[]> =>
  (await entryLines(entriesKey, work)).map((line) => (JSON.parse(line) as { id: string }).id);

/** One line an item, as transform wrote it. */
export const entryLines = async (entriesKey: string, work: Objects): Promise<string[]> => {
  const text = new TextDecoder().decode(await bodyOf(entriesKey, work));
  return text.split('\n').filter((line) => line !== '');
};

export const bodyOf = async (key: string, work: Objects): Promise<Uint8Array> => {
  const body = await work.read(key);
  if (body === undefined) throw new Error(`object ${key} is gone, though a batch names it`);
  return body;
};
