/** Where a run starts from: a seed, or the plain story with one misfortune. Small enough to be sent to a thread or named to a person. */
import type { CallFault, Plan } from './cloud/luck.ts';
import { makeWorld } from './shop/make-world.ts';
import type { World } from './shop/world.ts';
import { canonicalWorld } from './sweep.ts';

export type Start = { seed: number } | { call: number; fault: CallFault };

export const beginningOf = (start: Start): { world: World; plan: Plan } =>
  'seed' in start
    ? { world: makeWorld(start.seed), plan: { kind: 'chance' } }
    : { world: canonicalWorld(), plan: { kind: 'nth', call: start.call, fault: start.fault } };

/** `seed 7`, `call 12 delay`. */
export const nameOf = (start: Start): string =>
  'seed' in start ? `seed ${start.seed}` : `call ${start.call} ${start.fault}`;
