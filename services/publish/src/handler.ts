import { onQueue, type PartialAnswer, type QueueBatch } from '@catalog-sync/shared/edge/on-queue.ts';
import { type Outside, outside } from './outside.ts';
import { sweep } from './sweep.ts';
import { workOn } from './work.ts';

let built: Outside | undefined;

/** A plan may go, or a handle has ended; each minute, what is due. */
export const work = (batch: QueueBatch, context: { getRemainingTimeInMillis(): number }): Promise<PartialAnswer> => {
  built ??= outside();
  const needs = { ...built, timeLeftMs: () => context.getRemainingTimeInMillis() };
  return onQueue(batch, {
    onSync: (ref, { id }) => workOn(ref, id, needs),
    onTick: () => sweep(needs),
    park: needs.parking.park,
    log: needs.log,
  });
};
