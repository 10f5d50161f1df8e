import { onQueue, type PartialAnswer, type QueueBatch } from '@catalog-sync/shared/edge/on-queue.ts';
import { onLanding } from './on-landing.ts';
import { type Outside, outside } from './outside.ts';
import { sweep } from './sweep.ts';
import { workOn } from './work.ts';

let built: Outside | undefined;
const needs = (): Outside => {
  built ??= outside();
  return built;
};

/** An object was created in the landing zone. */
export const note = (batch: QueueBatch): Promise<PartialAnswer> => onLanding(batch, needs());

/** A sync was asked for, or is settled; and the ticks of the schedules. */
export const work = (batch: QueueBatch): Promise<PartialAnswer> =>
  onQueue(batch, {
    onSync: ({ catalog }, { id }) => workOn(catalog, id, needs()),
    onTick: () => sweep(needs()),
    park: needs().parking.park,
    log: needs().log,
  });
