import { Buffer } from 'node:buffer';
import { type SyncRef, syncFolder, syncId } from '@catalog-sync/shared/catalog/sync.ts';
import { hashOf } from '@catalog-sync/shared/hash.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import type { BatchEntry, PlannedBatch } from '@catalog-sync/shared/records/transform.ts';
import { BODY_HEAD, BODY_TAIL, type Cut } from './domain/cut-into-batches.ts';

/** A batch whose records come in any order, each with its place. */
interface Open {
  records: Buffer[];
  entries: string[];
  missing: number;
}

/** Writes the batches of a sync, whose records come partition by partition, while a batch may hold some of several. */
export interface BatchWriter {
  /** @param at the record's place among all that the sync sends */
  add(at: number, record: Uint8Array, entry: BatchEntry): Promise<void>;
  /** All batches, in the order in which they are sent. Throws if a record is missing. */
  done(): PlannedBatch[];
}

export const openBatchWriter = (ref: SyncRef, cuts: readonly Cut[], work: Objects): BatchWriter => {
  const firsts: number[] = [];
  let items = 0;
  for (const cut of cuts) {
    firsts.push(items);
    items += cut.items;
  }
  const open = new Map<number, Open>();
  const written: PlannedBatch[] = [];
  let missing = cuts.length;

  const write = async (batch: number, { records, entries }: Open): Promise<void> => {
    const parts: Buffer[] = [Buffer.from(BODY_HEAD)];
    for (const [place, record] of records.entries()) parts.push(...(place === 0 ? [record] : [COMMA, record]));
    parts.push(Buffer.from(BODY_TAIL));
    const body = Buffer.concat(parts);
    const batchId = `${syncId(ref)}-${hashOf([syncId(ref), body], 12)}`;
    const bodyKey = `${syncFolder(ref)}batches/${batchId}.json`;
    const entriesKey = `${syncFolder(ref)}batches/${batchId}.entries.ndjson`;
    await work.putOnce(bodyKey, body, { contentType: 'application/json' });
    await work.putOnce(entriesKey, entries.join('\n'));
    missing -= 1;
    written[batch] = { batchId, bodyKey, entriesKey, items: records.length, bytes: body.length };
  };
  return {
    add: async (at, record, entry) => {
      const batch = batchOf(firsts, at);
      let one = open.get(batch);
      if (one === undefined) {
        const { items: size } = cuts[batch]!;
        one = { records: new Array(size), entries: new Array(size), missing: size };
        open.set(batch, one);
      }
      const place = at - firsts[batch]!;
      // A copy: what was read around it need not stay for it.
      one.records[place] = Buffer.from(record);
      one.entries[place] = JSON.stringify(entry);
      one.missing -= 1;
      if (one.missing > 0) return;
      open.delete(batch);
      await write(batch, one);
    },
    done: () => {
      if (missing > 0) throw new Error(`${syncId(ref)}: of ${cuts.length} batches ${missing} lack records`);
      return written;
    },
  };
};

const COMMA = Buffer.from(',');

/** The batch that holds the record at this place: the last one that begins at it or before. */
const batchOf = (firsts: readonly number[], at: number): number => {
  let from = 0;
  let to = firsts.length;
  while (to - from > 1) {
    const middle = (from + to) >>> 1;
    if (firsts[middle]! <= at) from = middle;
    else to = middle;
  }
  return from;
};
