import { onQueue, type PartialAnswer, type QueueBatch } from '@catalog-sync/shared/edge/on-queue.ts';
import type { Needs, Outside } from './outside.ts';
import { sweep } from './sweep.ts';
import { workOn } from './work.ts';

/** validate's function, given what it needs from outside. */
export const functions = (outside: () => Outside) => ({
  /** A sync is open; each minute, what was forgotten. */
  work: (batch: QueueBatch, context: { getRemainingTimeInMillis(): number }): Promise<PartialAnswer> => {
    const needs = (): Needs => ({ ...outside(), timeLeftMs: () => context.getRemainingTimeInMillis() });
    return onQueue(batch, {
      onSync: (ref, { id }) => workOn(ref, id, needs()),
      onTick: () => sweep(needs()),
      park: needs().parking.park,
      log: needs().log,
    });
  },
});
