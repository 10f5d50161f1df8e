import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import { syncRef } from '@catalog-sync/shared/events/decode.ts';
import { CatalogRecord, catalogKey } from '@catalog-sync/shared/records/ingest.ts';
import { readRecord } from '@catalog-sync/shared/records/record.ts';
import type { Outside } from './outside.ts';
import { ARCHIVE_DUE, archive, open, workOn } from './work.ts';

const A_TICK = 50;

/** Each minute: go on with every catalog where its tables say it stands, finish archiving, open what may be opened. */
export const sweep = async (needs: Outside): Promise<void> => {
  for (const { pk, sk } of await needs.table.due(ARCHIVE_DUE, needs.clock.now(), A_TICK)) {
    const ref = syncRef(pk.replace(/^sync#/, ''), Number(sk));
    if (ref !== undefined) await archive(ref, null, needs);
  }
  for (const name of Object.keys(needs.settings) as CatalogName[]) {
    const { pk, sk } = catalogKey(name);
    const catalog = readRecord(CatalogRecord, await needs.table.get(pk, sk));
    if (catalog === undefined || catalog.value.active === 0) await open(name, null, needs, true);
    else await workOn(name, null, needs);
  }
};
