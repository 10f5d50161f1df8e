import { onQueue, type PartialAnswer, type QueueBatch } from '@catalog-sync/shared/edge/on-queue.ts';
import { onLanding } from './on-landing.ts';
import type { Outside } from './outside.ts';
import { sweep } from './sweep.ts';
import { workOn } from './work.ts';

/** ingest's functions, given what they need from outside. */
export const functions = (needs: () => Outside) => ({
  /** An object was created in the landing zone. */
  note: (batch: QueueBatch): Promise<PartialAnswer> => onLanding(batch, needs()),

  /** A sync was asked for, or is settled; and the ticks of the schedules. */
  work: (batch: QueueBatch): Promise<PartialAnswer> =>
    onQueue(batch, {
      onSync: ({ catalog }, { id }) => workOn(catalog, id, needs()),
      onTick: () => sweep(needs()),
      asksFor: ({ catalog }) => catalog,
      park: needs().parking.park,
      log: needs().log,
    }),
});
