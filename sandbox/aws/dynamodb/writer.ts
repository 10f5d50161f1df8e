import type { Store } from 'dynalite/db/index.js';
import type { BeforeWrite } from '../../server.ts';
import { type ItemWrite, itemWrite, lockOf, type PlannedWrite, planWrite } from './item-write.ts';
import type { KeyLocks } from './key-locks.ts';
import type { TimeToLive } from './time-to-live.ts';

/** What every write goes through: the locks of its keys, the plan, the fail switch, one batch on disk. */
export interface Writer {
  readonly store: Store;
  readonly locks: KeyLocks;
  readonly timeToLive: TimeToLive;
  /** Calls the fail switch, then writes all of `planned` and `more` or, when the process dies, none of it. */
  commit(planned: readonly PlannedWrite[], more?: Parameters<Store['db']['batch']>[0]): Promise<void>;
}

export const writerOf = (store: Store, locks: KeyLocks, timeToLive: TimeToLive, beforeWrite: BeforeWrite): Writer => ({
  store,
  locks,
  timeToLive,
  commit: async (planned, more = []) => {
    beforeWrite();
    const operations = planned.flatMap((plan) => [...plan.operations, ...timeToLive.operationsFor(plan)]);
    await store.db.batch([...operations, ...more]);
  },
});

/** Plans and applies writes of different items together; the first one that is refused refuses them all. */
export const applyWrites = (writer: Writer, writes: readonly ItemWrite[]): Promise<PlannedWrite[]> =>
  writer.locks.hold(
    writes.map((write) => lockOf(write.table.TableName, write.key ?? '')),
    async () => {
      const planned = await Promise.all(writes.map((write) => planWrite(writer.store, write)));
      await writer.commit(planned);
      return planned;
    },
  );

/** PutItem, UpdateItem, DeleteItem: the answer's body. */
export const writeOne = async (
  writer: Writer,
  kind: 'Put' | 'Update' | 'Delete',
  body: Record<string, unknown>,
): Promise<Record<string, unknown>> => {
  const write = await itemWrite(kind, body, writer.store);
  const [planned] = await applyWrites(writer, [write]);
  return planned!.result;
};
