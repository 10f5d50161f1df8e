import { onQueue, type PartialAnswer, type QueueBatch } from '@catalog-sync/shared/edge/on-queue.ts';
import { FileIgnored } from '@catalog-sync/shared/events/index.ts';
import { openAlert } from './alerts.ts';
import { parkedAlert } from './domain/alert-texts.ts';
import { followHandle } from './follow-handle.ts';
import type { Outside } from './outside.ts';
import { sweep } from './sweep.ts';
import { watchCatalog } from './watch-catalog.ts';

/** monitor's functions, given what they need from outside. */
export const functions = (needs: () => Outside) => ({
  /** Batches were sent: their handles are asked about until they end, the first half minute in here. */
  ask: (batch: QueueBatch): Promise<PartialAnswer> =>
    onQueue(batch, {
      onSync: (ref, hint) => followHandle(ref, hint, needs()),
      park: needs().parking.park,
      log: needs().log,
      concurrent: true,
      asksFor: (_, { data }) => JSON.stringify(data),
    }),

  /** Every event, and the tick: alerts are opened and cleared by what the tables say. */
  watch: (batch: QueueBatch): Promise<PartialAnswer> =>
    onQueue(batch, {
      onSync: (ref, hint) => watchCatalog(ref.catalog, hint, needs()),
      onTick: () => sweep(needs()),
      asksFor: ({ catalog }, { name, data }) =>
        name === FileIgnored.name ? `${catalog} ${JSON.stringify(data)}` : catalog,
      park: async (message) => {
        await needs().parking.park(message);
        await openAlert(parkedAlert(message, needs().clock.now()), needs());
      },
      log: needs().log,
    }),
});
