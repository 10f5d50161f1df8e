import { onQueue, type PartialAnswer, type QueueBatch } from '@catalog-sync/shared/edge/on-queue.ts';
import type { Outside } from './outside.ts';
import { sweep } from './sweep.ts';
import { workOn } from './work.ts';

/** transform's function, given what it needs from outside. */
export const functions = (needs: () => Outside) => ({
  work: (batch: QueueBatch): Promise<PartialAnswer> =>
    onQueue(batch, {
      onSync: (ref, { id }) => workOn(ref, id, needs()),
      onTick: () => sweep(needs()),
      park: needs().parking.park,
      log: needs().log,
    }),
});
