/**
 * Whoever has been at a sync for half a minute says so: millions of rows take minutes, and the word that starts it is said
 * again each minute. That others stay away saves work and nothing else: two at a time write the same objects, and one that
 * died is waited for until its lease ends.
 */
import * as t from 'io-ts';
import { EpochMs, later, MINUTE } from '../catalog/instant.ts';
import { SyncNumber, type SyncRef } from '../catalog/sync.ts';
import type { Clock } from '../ports/clock.ts';
import type { Table } from '../ports/table.ts';
import { type Read, readRecord } from './record.ts';

const LEASE_MS = 2 * MINUTE;
const SAID_AFTER_MS = MINUTE / 2;

/** What a service does that may take long. */
export type LongWork = 'judging' | 'planning';

interface Needs {
  table: Pick<Table, 'get' | 'write'>;
  clock: Pick<Clock, 'now'>;
}

/** One a catalog. */
const Lease = t.strict({ sync: SyncNumber, until: EpochMs }, 'Lease');
const leaseKey = (work: LongWork, { catalog }: SyncRef) => ({ pk: `${work}#${catalog}`, sk: 'lease' });

const readLease = async (work: LongWork, ref: SyncRef, { table }: Needs): Promise<Read<t.TypeOf<typeof Lease>>> => {
  const { pk, sk } = leaseKey(work, ref);
  return readRecord(Lease, await table.get(pk, sk)) ?? { value: { sync: ref.sync, until: 0 as EpochMs }, rev: 0 };
};

/** Whether another worker is known to be at this sync. */
export const isAtWork = async (work: LongWork, ref: SyncRef, needs: Needs): Promise<boolean> => {
  const { sync, until } = (await readLease(work, ref, needs)).value;
  return sync === ref.sync && until > needs.clock.now();
};

/** To be called now and then by whoever is at it. */
export const openAtWork = (work: LongWork, ref: SyncRef, needs: Needs): (() => Promise<void>) => {
  const { table, clock } = needs;
  let said = clock.now();
  return async () => {
    if (clock.now() < later(said, SAID_AFTER_MS)) return;
    said = clock.now();
    const { rev } = await readLease(work, ref, needs);
    const lease = { sync: ref.sync, until: later(said, LEASE_MS) };
    await table.write([{ kind: 'put', rev, record: { ...leaseKey(work, ref), ...lease } }]);
  };
};
