import type { SandboxClock } from '../../clock.ts';
import { tableOf } from './engine.ts';
import { itemWrite, lockOf, planWrite } from './item-write.ts';
import type { TransactionTokens } from './transaction-tokens.ts';
import type { Writer } from './writer.ts';

const EACH_MS = 60 * 1000;

/** Deletes expired items (and tokens) once a minute of the clock. Resolves `stop` when the sweep under way is over. */
export const startExpirySweeper = (
  { store, locks, timeToLive }: Writer,
  tokens: TransactionTokens,
  clock: SandboxClock,
): { stop(): Promise<void> } => {
  let stopped = false;
  let underWay = Promise.resolve();
  let callOff = (): void => {};

  const removeExpired = async (tableName: string, entry: string, key: Record<string, unknown>): Promise<void> => {
    const write = await itemWrite('Delete', { TableName: tableName, Key: key }, store);
    await locks.hold([lockOf(tableName, write.key!)], async () => {
      const plan = await planWrite(store, write);
      // Only what is still due; an entry its item has outlived goes alone.
      const operations = timeToLive.isEntryOf(write.table, plan.before, entry)
        ? [...plan.operations, ...timeToLive.operationsFor(plan)]
        : [{ type: 'del' as const, key: entry }];
      await store.db.batch(operations);
    });
  };

  const sweep = async (): Promise<void> => {
    if (stopped) return;
    for await (const { table, entry, key } of timeToLive.expired(clock.now())) {
      if (stopped) return;
      // A table can be deleted while the sweep runs; its entries go with it.
      if (await tableOf(store, table).catch(() => undefined)) await removeExpired(table, entry, key);
    }
    await tokens.sweep(clock.now());
  };

  const plan = (): void => {
    callOff = clock.at(clock.now() + EACH_MS, () => {
      plan();
      underWay = underWay.then(sweep).catch((error: unknown) => {
        process.emitWarning(`the sweep of expired items failed and is tried again in a minute: ${String(error)}`);
      });
    });
  };
  plan();
  return {
    stop: async () => {
      stopped = true;
      callOff();
      await underWay;
    },
  };
};
