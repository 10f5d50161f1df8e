/**
 * Whoever is at a sync of many rows, or has been at it for half a minute, says so: millions of rows take minutes, and the
 * word that starts it is said again each minute. That others stay away saves work and nothing else: two at a time write the
 * same objects, and one that died is waited for until its lease ends.
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
export type LongWork = 'judging' | 'planning' | 'settling';

/** Of so many rows it takes seconds, and another may come meanwhile. */
const MANY_ROWS = 50_000;

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

/**
 * Begins work on about so many `rows`. Undefined where another is at it, or was a moment earlier; else to be called now and
 * then, so that others know that it goes on.
 */
export const openAtWork = async (
  work: LongWork,
  ref: SyncRef,
  rows: number,
  needs: Needs,
): Promise<(() => Promise<void>) | undefined> => {
  const { table, clock } = needs;
  const { value, rev } = await readLease(work, ref, needs);
  const begun = clock.now();
  if (value.sync === ref.sync && value.until > begun) return undefined;
  const sayAt = (now: EpochMs, on: number): Promise<boolean> => {
    const lease = { sync: ref.sync, until: later(now, LEASE_MS) };
    return table.write([{ kind: 'put', rev: on, record: { ...leaseKey(work, ref), ...lease } }]);
  };
  if (rows >= MANY_ROWS && !(await sayAt(begun, rev))) return undefined;
  let next = later(begun, SAID_AFTER_MS);
  return async () => {
    const now = clock.now();
    if (now < next) return;
    next = later(now, SAID_AFTER_MS);
    await sayAt(now, (await readLease(work, ref, needs)).rev);
  };
};
