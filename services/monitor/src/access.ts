import type { EpochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import type { CheckOutcome } from '@catalog-sync/shared/ports/graph.ts';
import { AccessRecord, accessKey } from '@catalog-sync/shared/records/access.ts';
import { BreakerRecord, breakerKey } from '@catalog-sync/shared/records/publish.ts';
import { type Read, readRecord } from '@catalog-sync/shared/records/record.ts';
import { afterAnswer, LET_IN, quietUntil } from './domain/asking.ts';
import type { Outside } from './outside.ts';

const readAccess = async (catalog: CatalogName, { table }: Pick<Outside, 'table'>): Promise<Read<AccessRecord>> => {
  const { pk, sk } = accessKey(catalog);
  return readRecord(AccessRecord, await table.get(pk, sk)) ?? { value: LET_IN, rev: 0 };
};

/** Why Meta refused to answer monitor; null: it did not. */
export const refusedAccess = async (
  catalog: CatalogName,
  needs: Pick<Outside, 'table'>,
): Promise<AccessRecord['refused']> => (await readAccess(catalog, needs)).value.refused;

/** Before when nobody may ask: a call that is made while Meta blocks us makes the block longer (Graph API rate limits). */
export const askNotBefore = async (
  catalog: CatalogName,
  needs: Pick<Outside, 'table' | 'publish'>,
): Promise<EpochMs> => {
  const { pk, sk } = breakerKey(catalog);
  const breaker = readRecord(BreakerRecord, await needs.publish.get(pk, sk));
  return quietUntil((await readAccess(catalog, needs)).value, breaker?.value.appUntil ?? 0);
};

/**
 * Notes what an answer about a handle says of asking. publish notices a refusal only when it sends; when all its batches
 * wait for their verdicts, nobody but monitor hears that the token is dead.
 */
export const noteAccess = async (
  catalog: CatalogName,
  outcome: CheckOutcome,
  needs: Pick<Outside, 'table' | 'clock'>,
): Promise<void> => {
  for (;;) {
    const { value, rev } = await readAccess(catalog, needs);
    const next = afterAnswer(value, outcome, needs.clock.now());
    if (JSON.stringify(next) === JSON.stringify(value)) return;
    if (await needs.table.write([{ kind: 'put', rev, record: { ...accessKey(catalog), ...next } }])) return;
  }
};
