import { setTimeout as sleep } from 'node:timers/promises';

/** What AWS knows in one place it knows everywhere within a minute or two. */
const PATIENCE_MS = 180_000;
/** Looked at again soon at first, for the sandbox's sake, then ever less often. */
const PAUSES_MS = { first: 20, longest: 2000 };

/** Looks again until `look` no longer rejects, for three minutes or as long as is said; then rejects as it did. */
export const eventually = async <A>(look: () => Promise<A>, patienceMs = PATIENCE_MS): Promise<A> => {
  const until = Date.now() + patienceMs;
  for (let pause = PAUSES_MS.first; ; pause = Math.min(pause * 2, PAUSES_MS.longest)) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() >= until) throw error;
      await sleep(pause);
    }
  }
};
