import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import { oneByOne } from '@catalog-sync/shared/edge/one-by-one.ts';
import { syncRef } from '@catalog-sync/shared/events/decode.ts';
import type { Outside } from './outside.ts';
import { ARCHIVE_DUE, archive, workOn } from './work.ts';

const A_TICK = 50;

/** Each minute: go on with every catalog where its tables say it stands, finish archiving, open what may be opened. */
export const sweep = async (needs: Outside): Promise<void> => {
  const unarchived = await needs.table.due(ARCHIVE_DUE, needs.clock.now(), A_TICK);
  await oneByOne(
    [
      ...unarchived.map(
        ({ pk, sk }) =>
          () =>
            archiveLeft(pk.replace(/^sync#/, ''), Number(sk), needs),
      ),
      ...(Object.keys(needs.settings) as CatalogName[]).map((name) => () => workOn(name, null, needs)),
    ],
    (step) => step(),
  );
};

const archiveLeft = async (catalog: string, sync: number, needs: Outside): Promise<void> => {
  const ref = syncRef(catalog, sync);
  if (ref !== undefined) await archive(ref, null, needs);
};
