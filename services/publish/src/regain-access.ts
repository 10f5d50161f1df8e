import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import { putBreaker, readBreaker } from './breaker-record.ts';
import { afterNews, type News } from './domain/breaker.ts';
import { TIME_FOR_A_CALL_MS } from './domain/times.ts';
import type { Needs } from './outside.ts';
import { settingsOf } from './settings-of.ts';

/**
 * While Meta refuses access: looks at the catalog every few minutes, and at once when the stored secret has a new version.
 * Once it is let in, sending goes on by itself. When the look itself has no answer, the next batch finds out: it is
 * refused again, or not.
 */
export const regainAccess = async (catalog: CatalogName, needs: Needs): Promise<void> => {
  const { graph, secrets, clock, log } = needs;
  const { auth, probeAt } = (await readBreaker(catalog, needs)).value;
  if (auth === null || needs.timeLeftMs() < TIME_FOR_A_CALL_MS) return;
  const renewed = (await secrets.meta({ fresh: true })).version !== auth.secretVersion;
  if (!renewed && clock.now() < probeAt) return;
  const probe = await graph.probe(settingsOf(catalog, needs).metaCatalogId);
  log.info('probed', { catalog, answer: probe.kind });
  if (probe.kind === 'throttled') return;
  await tell(catalog, probe.kind === 'access' ? { kind: 'refused', by: probe } : { kind: 'regained' }, needs);
};

const tell = async (catalog: CatalogName, news: News, needs: Needs): Promise<void> => {
  for (;;) {
    const { value, rev } = await readBreaker(catalog, needs);
    // Somebody was let in meanwhile: a refusal seen before that is old.
    if (value.auth === null) return;
    if (await needs.table.write([putBreaker(catalog, afterNews(value, news, needs.clock.now()), rev)])) return;
  }
};
