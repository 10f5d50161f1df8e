import { epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import { type SyncRef, syncFolder, syncId } from '@catalog-sync/shared/catalog/sync.ts';
import { hashOf } from '@catalog-sync/shared/hash.ts';
import { readStoredJson } from '@catalog-sync/shared/records/record.ts';
import * as t from 'io-ts';
import { entryLines } from './batches.ts';
import type { Batch } from './domain/batch.ts';
import { cut } from './domain/split.ts';
import type { Step } from './domain/step.ts';
import type { Needs } from './outside.ts';

const Body = t.type({ requests: t.array(t.UnknownRecord) }, 'body of a batch');

/**
 * The batches that take the place of one that is cut, their objects written: what is errored as one that is settled
 * already, so that each item has a leaf; what goes again with the parent's ambiguity.
 */
export const childrenOf = async (
  ref: SyncRef,
  parent: Batch,
  ids: readonly string[],
  { errored, into }: Extract<Step, { to: 'split' }>,
  needs: Needs,
): Promise<Batch[]> => {
  const { work } = needs;
  const { requests } = await readStoredJson(Body, work, parent.bodyKey);
  const lines = await entryLines(parent.entriesKey, work);
  const parts = cut(ids, new Set(errored.map(({ id }) => id)), into);

  const child = async (places: readonly number[], digit: number): Promise<Batch> => {
    const body = `{"allow_upsert":true,"requests":[${places.map((place) => JSON.stringify(requests[place])).join(',')}]}`;
    const batchId = `${syncId(ref)}-${hashOf([syncId(ref), body], 12)}`;
    const bodyKey = `${syncFolder(ref)}batches/${batchId}.json`;
    const entriesKey = `${syncFolder(ref)}batches/${batchId}.entries.ndjson`;
    await work.putOnce(bodyKey, body, { contentType: 'application/json' });
    await work.putOnce(entriesKey, places.map((place) => lines[place]).join('\n'));
    return {
      ...parent,
      batchId,
      rev: 0,
      place: `${parent.place}.${digit}`,
      state: 'prepared',
      attempt: 0,
      tries: 0,
      bodyKey,
      entriesKey,
      items: places.length,
      parent: parent.batchId,
      notBefore: epochMs(0),
      handle: null,
      submittedAt: null,
      errored: [],
    };
  };

  const again = await Promise.all(parts.again.map((places, digit) => child(places, digit)));
  if (parts.errored.length === 0) return again;
  const refused = await child(parts.errored, parts.again.length);
  return [...again, { ...refused, state: 'settled', handle: parent.handle, errored }];
};
