import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 100;
export const PATIENCE_MS = 40_000;

/** Looks again and again until there is something to see. Throws what was waited for when it does not come. */
export const waitFor = async <A>(
  what: string,
  look: () => A | undefined | Promise<A | undefined>,
  patienceMs = PATIENCE_MS,
): Promise<A> => {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > deadline) throw new Error(`waited ${patienceMs / 1000} s in vain for ${what}`);
    await sleep(LOOK_EVERY_MS);
  }
};
