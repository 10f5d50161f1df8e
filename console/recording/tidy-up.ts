import { setTimeout as sleep } from 'node:timers/promises';
import type { Graph } from '@catalog-sync/shared/ports/graph.ts';

const LOOK_EVERY_MS = 2000;
/** Meta promises no time; minutes were seen for thousands of items. */
const LONGEST_MS = 180_000;

/** Deletes items by a call of our own. Answers null when Meta has finished it, else what stands in the way. */
export const tidyUp = async (graph: Graph, catalogId: string, ids: readonly string[]): Promise<string | null> => {
  const requests = ids.map((id) => ({ method: 'DELETE', data: { id } }));
  const sent = await graph.sendBatch(catalogId, JSON.stringify({ allow_upsert: true, requests }));
  if (sent.kind !== 'accepted') return `Meta did not take the deletion (${sent.kind})`;
  const deadline = Date.now() + LONGEST_MS;
  for (;;) {
    const checked = await graph.checkHandle(catalogId, sent.handle);
    if (checked.kind === 'finished')
      return checked.errorsTotal === 0 ? null : `Meta refused to delete ${checked.errorsTotal} of ${ids.length}`;
    if (checked.kind === 'error' || checked.kind === 'canceled' || checked.kind === 'lost' || Date.now() > deadline)
      return `nobody knows what became of the deletion (${checked.kind})`;
    await sleep(LOOK_EVERY_MS);
  }
};
