/**
 * Whoever has been planning for half a minute says so: a sync of millions of products takes minutes, and the word that starts
 * it is said again each minute. That others stay away saves work and nothing else: two at a time write the same objects,
 * and one that died is waited for until its lease ends.
 */
import { EpochMs, later, MINUTE } from '@catalog-sync/shared/catalog/instant.ts';
import { SyncNumber, type SyncRef } from '@catalog-sync/shared/catalog/sync.ts';
import { type Read, readRecord } from '@catalog-sync/shared/records/record.ts';
import * as t from 'io-ts';
import type { Outside } from './outside.ts';

const LEASE_MS = 2 * MINUTE;
const SAID_AFTER_MS = MINUTE / 2;

/** One a catalog. */
const Lease = t.strict({ sync: SyncNumber, until: EpochMs }, 'Lease');
const leaseKey = ({ catalog }: SyncRef) => ({ pk: `planning#${catalog}`, sk: 'lease' });

const readLease = async (ref: SyncRef, { table }: Pick<Outside, 'table'>): Promise<Read<t.TypeOf<typeof Lease>>> => {
  const { pk, sk } = leaseKey(ref);
  return readRecord(Lease, await table.get(pk, sk)) ?? { value: { sync: ref.sync, until: 0 as EpochMs }, rev: 0 };
};

/** Whether another worker is known to be planning this sync. */
export const isPlanned = async (ref: SyncRef, needs: Pick<Outside, 'table' | 'clock'>): Promise<boolean> => {
  const { sync, until } = (await readLease(ref, needs)).value;
  return sync === ref.sync && until > needs.clock.now();
};

/** To be called now and then by whoever plans. */
export const openAtWork = (ref: SyncRef, needs: Pick<Outside, 'table' | 'clock'>): (() => Promise<void>) => {
  const { table, clock } = needs;
  let said = clock.now();
  return async () => {
    if (clock.now() < later(said, SAID_AFTER_MS)) return;
    said = clock.now();
    const { rev } = await readLease(ref, needs);
    const lease = { sync: ref.sync, until: later(said, LEASE_MS) };
    await table.write([{ kind: 'put', rev, record: { ...leaseKey(ref), ...lease } }]);
  };
};
