import { oneByOne } from '@catalog-sync/shared/edge/one-by-one.ts';
import { syncRef } from '@catalog-sync/shared/events/decode.ts';
import type { Needs } from './outside.ts';
import { SENDINGS_DUE } from './sending.ts';
import { workOn } from './work.ts';

/** How many syncs one tick takes up; the next tick goes on. */
const A_TICK = 50;

/** Takes up, each minute, every sync whose sending is not closed and has something due. */
export const sweep = async (needs: Needs): Promise<void> => {
  await oneByOne(await needs.table.due(SENDINGS_DUE, needs.clock.now(), A_TICK), async ({ pk, sk }) => {
    const ref = syncRef(pk.replace(/^sync#/, ''), Number(sk));
    if (ref !== undefined) await workOn(ref, null, needs);
  });
};
