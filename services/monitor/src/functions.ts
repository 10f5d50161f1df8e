import { onQueue, type PartialAnswer, type QueueBatch } from '@catalog-sync/shared/edge/on-queue.ts';
import type { Hint } from '@catalog-sync/shared/events/decode.ts';
import {
  BatchSent,
  FileIgnored,
  HandleErrored,
  HandleFinished,
  PlanApproved,
  PlanDiscarded,
  PlanHeld,
  SyncSettled,
} from '@catalog-sync/shared/events/index.ts';
import { openAlert } from './alerts.ts';
import { parkedAlert } from './domain/alert-texts.ts';
import { followHandle } from './follow-handle.ts';
import type { Outside } from './outside.ts';
import { sweep } from './sweep.ts';
import { watchCatalog } from './watch-catalog.ts';

/** After these a catalog's alerts may be others: a plan waits, a sync has settled, Meta has let us in or not. */
const TELLING: ReadonlySet<string> = new Set(
  [BatchSent, HandleErrored, HandleFinished, PlanApproved, PlanDiscarded, PlanHeld, SyncSettled].map(
    ({ name }) => name,
  ),
);

/** What is to be looked at because of an event; after all others, nothing. */
const lookAfter = (catalog: string, { name, data }: Hint): string => {
  if (name === FileIgnored.name) return `${catalog} ${JSON.stringify(data)}`;
  return TELLING.has(name) ? catalog : NOTHING;
};
const NOTHING = '';

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

  /**
   * Every event, and the tick: alerts are opened and cleared by what the tables say. Most events change none; they come all
   * the same, so that people hear of one that nobody can read.
   */
  watch: (batch: QueueBatch): Promise<PartialAnswer> =>
    onQueue(batch, {
      onSync: async ({ catalog }, hint) => {
        if (lookAfter(catalog, hint) !== NOTHING) await watchCatalog(catalog, hint, needs());
      },
      onTick: () => sweep(needs()),
      asksFor: ({ catalog }, hint) => lookAfter(catalog, hint),
      park: async (message) => {
        await needs().parking.park(message);
        await openAlert(parkedAlert(message, needs().clock.now()), needs());
      },
      log: needs().log,
    }),
});
