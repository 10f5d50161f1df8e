import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import type { ProbeOutcome } from '@catalog-sync/shared/ports/graph.ts';
import { putBreaker, readBreaker } from './breaker-record.ts';
import { afterNews, type News } from './domain/breaker.ts';
import { TIME_FOR_A_CALL_MS } from './domain/times.ts';
import { monitorsWord } from './monitors-word.ts';
import type { Needs } from './outside.ts';
import { settingsOf } from './settings-of.ts';

/**
 * While Meta refuses access: looks at the catalog every few minutes, and at once when the stored secret has a new version.
 * Once it is let in, sending goes on by itself. When the look itself has no answer, the next batch finds out: it is
 * refused again, or not.
 */
export const regainAccess = async (catalog: CatalogName, needs: Needs): Promise<void> => {
  const { graph, secrets, clock, log } = needs;
  const { auth, probeAt, appUntil } = (await readBreaker(catalog, needs)).value;
  if (auth === null || needs.timeLeftMs() < TIME_FOR_A_CALL_MS) return;
  const renewed = (await secrets.meta({ fresh: true })).version !== auth.secretVersion;
  if (!renewed && clock.now() < probeAt) return;
  const word = await monitorsWord(catalog, needs);
  if (Math.max(appUntil, word.appUntil, word.readsUntil) > clock.now()) return;
  const probe = await graph.probe(settingsOf(catalog, needs).metaCatalogId);
  log.info('probed', { catalog, answer: probe.kind });
  await tell(catalog, newsOf(probe), needs);
};

const newsOf = (probe: ProbeOutcome): News => {
  if (probe.kind === 'access') return { kind: 'refused', by: probe };
  return probe.kind === 'throttled' ? { kind: 'probe-throttled', by: probe } : { kind: 'regained' };
};

const tell = async (catalog: CatalogName, news: News, needs: Needs): Promise<void> => {
  for (;;) {
    const { value, rev } = await readBreaker(catalog, needs);
    // Somebody was let in meanwhile: a refusal seen before that is old.
    if (value.auth === null) return;
    if (await needs.table.write([putBreaker(catalog, afterNews(value, news, needs.clock.now()), rev)])) return;
  }
};
