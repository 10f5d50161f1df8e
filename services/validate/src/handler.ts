import { onQueue, type QueueBatch } from '@catalog-sync/shared/edge/on-queue.ts';
import { type Outside, outside } from './outside.ts';
import { sweep } from './sweep.ts';
import { workOn } from './work.ts';

let built: Outside | undefined;

export const work = (batch: QueueBatch) => {
  built ??= outside();
  const needs = built;
  return onQueue(batch, {
    onSync: (ref, { id }) => workOn(ref, id, needs),
    onTick: () => sweep(needs),
    park: needs.parking.park,
    log: needs.log,
  });
};
