import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import { AccessRecord, accessKey } from '@catalog-sync/shared/records/access.ts';
import { readRecord } from '@catalog-sync/shared/records/record.ts';
import type { Needs } from './outside.ts';

/** Until when monitor, which asks about handles, was told to wait: with its own calls, and with all calls of the app. */
export const monitorsWord = async (
  catalog: CatalogName,
  { monitor }: Pick<Needs, 'monitor'>,
): Promise<{ readsUntil: number; appUntil: number }> => {
  const { pk, sk } = accessKey(catalog);
  const access = readRecord(AccessRecord, await monitor.get(pk, sk))?.value;
  return { readsUntil: access?.rateUntil ?? 0, appUntil: access?.appUntil ?? 0 };
};
