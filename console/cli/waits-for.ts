import { epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import { utcText } from '@catalog-sync/shared/catalog/utc-text.ts';
import type { ActiveView, CatalogView } from '../sync-view.ts';
import { plural } from './say.ts';

export const refusal = ({ code, message }: NonNullable<CatalogView['auth']>): string =>
  `Meta does not let us in (code ${code}): ${message.replace(/\.$/, '')}`;

/** Why a catalog's sync has not come further, as far as its records tell. */
export const waitsFor = (
  { auth, paused, rateUntil }: Pick<CatalogView, 'auth' | 'paused' | 'rateUntil'>,
  active: Pick<ActiveView, 'batches'> | null,
  now: number,
): string[] => {
  const batches = active?.batches ?? [];
  const waiting = batches.filter(({ status }) => status === 'prepared').length;
  return [
    ...(auth === null ? [] : [refusal(auth)]),
    ...(paused ? ['it is paused'] : []),
    ...(rateUntil > now ? [`Meta takes no batch before ${utcText(epochMs(rateUntil))}`] : []),
    ...(waiting > 0
      ? [`${waiting} of ${plural(batches.length, 'batch', 'batches')} not sent yet: callsPerHour sets their pace`]
      : []),
  ];
};
