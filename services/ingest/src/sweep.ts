import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import { oneByOne } from '@catalog-sync/shared/edge/one-by-one.ts';
import { syncRef } from '@catalog-sync/shared/events/decode.ts';
import { noteLanded } from './note-landed.ts';
import type { Outside } from './outside.ts';
import { ARCHIVE_DUE, archive, workOn } from './work.ts';

const A_TICK = 50;

/** Each minute: finish archiving, note what landed, go on with every catalog where its tables say it stands. */
export const sweep = async (needs: Outside): Promise<void> => {
  const unarchived = await needs.table.due(ARCHIVE_DUE, needs.clock.now(), A_TICK);
  await oneByOne(
    [
      ...unarchived.map(
        ({ pk, sk }) =>
          () =>
            archiveLeft(pk.replace(/^sync#/, ''), Number(sk), needs),
      ),
      () => noteLanded(needs),
      ...(Object.keys(needs.settings) as CatalogName[]).map((name) => () => workOn(name, null, needs, { noted: true })),
    ],
    (step) => step(),
  );
};

const archiveLeft = async (catalog: string, sync: number, needs: Outside): Promise<void> => {
  const ref = syncRef(catalog, sync);
  if (ref !== undefined) await archive(ref, null, needs);
};
