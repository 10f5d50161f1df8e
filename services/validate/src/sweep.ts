import { oneByOne } from '@catalog-sync/shared/edge/one-by-one.ts';
import { syncRef } from '@catalog-sync/shared/events/decode.ts';
import type { Needs } from './outside.ts';
import { VALIDATIONS_DUE, workOn } from './work.ts';

const A_TICK = 50;

/** Says again, each minute, the last word about each sync that is not settled. */
export const sweep = async (needs: Needs): Promise<void> => {
  await oneByOne(await needs.table.due(VALIDATIONS_DUE, needs.clock.now(), A_TICK), async ({ pk, sk }) => {
    const ref = syncRef(pk.replace(/^sync#/, ''), Number(sk));
    if (ref !== undefined) await workOn(ref, null, needs);
  });
};
