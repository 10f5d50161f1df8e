import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import { ALERTS_DUE, tell } from './alerts.ts';
import { goOnAsking, HANDLES_DUE } from './follow-handle.ts';
import type { Outside } from './outside.ts';
import { watchCatalog } from './watch-catalog.ts';

const A_TICK = 100;

/** Each minute: ask about handles that are due, tell what was not told, look at every catalog; the heartbeat proves it. */
export const sweep = async (needs: Outside): Promise<void> => {
  const { table, clock, settings, metrics } = needs;
  for (const { pk, sk } of await table.due(HANDLES_DUE, clock.now(), A_TICK)) await goOnAsking({ pk, sk }, needs);
  for (const { pk } of await table.due(ALERTS_DUE, clock.now(), A_TICK)) await tell(pk.replace(/^alert#/, ''), needs);
  for (const catalog of Object.keys(settings) as CatalogName[]) await watchCatalog(catalog, null, needs);
  metrics.count('Heartbeat', 1);
};
