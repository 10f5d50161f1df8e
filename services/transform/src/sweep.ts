import { oneByOne } from '@catalog-sync/shared/edge/one-by-one.ts';
import { syncRef } from '@catalog-sync/shared/events/decode.ts';
import type { Outside } from './outside.ts';
import { PLANS_DUE, workOn } from './work.ts';

/** How many syncs one tick takes up; the next tick goes on. */
const A_TICK = 50;

/** Says again, each minute, the last word about each sync that is not closed. */
export const sweep = async (needs: Outside): Promise<void> => {
  await oneByOne(await needs.table.due(PLANS_DUE, needs.clock.now(), A_TICK), async ({ pk, sk }) => {
    const ref = syncRef(pk.replace(/^plan#/, ''), Number(sk));
    if (ref !== undefined) await workOn(ref, null, needs);
  });
};
