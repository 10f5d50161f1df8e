import type { EpochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import type { AccessRefused, CheckOutcome } from '@catalog-sync/shared/ports/graph.ts';
import { BreakerRecord } from '@catalog-sync/shared/records/publish.ts';
import { readRecord } from '@catalog-sync/shared/records/record.ts';
import * as t from 'io-ts';
import type { Outside } from './outside.ts';

/** How the last answer about a handle left us: let in, or refused. The shape is that of publish's breaker. */
const AccessRecord = t.strict({ refused: BreakerRecord.type.props.auth }, 'AccessRecord');
export type Refused = t.TypeOf<typeof AccessRecord>['refused'];
const accessKey = (catalog: CatalogName) => ({ pk: `access#${catalog}`, sk: 'access' });

const readAccess = async (catalog: CatalogName, { table }: Pick<Outside, 'table'>) => {
  const { pk, sk } = accessKey(catalog);
  return readRecord(AccessRecord, await table.get(pk, sk));
};

/** Why Meta refused to answer monitor; null: it did not. */
export const refusedAccess = async (catalog: CatalogName, needs: Pick<Outside, 'table'>): Promise<Refused> =>
  (await readAccess(catalog, needs))?.value.refused ?? null;

/**
 * Notes what an answer about a handle says of our access. publish notices a refusal only when it sends; when all its
 * batches wait for their verdicts, nobody but monitor hears that the token is dead. An outage or a throttle says nothing.
 */
export const noteAccess = async (
  catalog: CatalogName,
  outcome: CheckOutcome,
  { table, clock }: Pick<Outside, 'table' | 'clock'>,
): Promise<void> => {
  if (outcome.kind === 'throttled' || outcome.kind === 'no-answer') return;
  const read = await readAccess(catalog, { table });
  const refused = outcome.kind === 'access' ? refusalOf(outcome, clock.now()) : null;
  if (((read?.value.refused ?? null) === null) === (refused === null)) return;
  await table.write([{ kind: 'put', rev: read?.rev ?? 0, record: { ...accessKey(catalog), refused } }]);
};

const refusalOf = ({ code, subcode, message, secretVersion }: AccessRefused, since: EpochMs): Refused => ({
  code,
  subcode,
  message,
  secretVersion,
  since,
});
