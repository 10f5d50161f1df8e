import type { Throttled, Usage } from '../ports/graph.ts';
import { type EpochMs, epochMs, MINUTE, SECOND } from './instant.ts';

/** What an answer without usage headers says: they come only once there is something to say. */
export const UNUSED: Usage = { percent: 0, regainMs: 0 };

const FIRST_MS = 30 * SECOND;
const LONGEST_MS = 30 * MINUTE;

/** Meta's own word on when to come back, but at least 30 s, 1 min, 2 min … half an hour. `setbacks`: how often running. */
export const throttledFor = (regainMs: number, setbacks: number): number =>
  Math.max(regainMs, Math.min(FIRST_MS * 2 ** setbacks, LONGEST_MS));

/**
 * Whether a throttle is about all calls of the app or of its user, and not about one bucket of the catalog: codes 4, 17,
 * 32, 341 and 613, and HTTP 429 without a code; 80000 to 80014 are buckets (Graph API rate limits).
 */
export const isAppWide = (code: number | null): boolean => code === null || code < 80_000;

/** At this share of an allowance we stop before Meta does; from 75 % on its own pages advise to slow down. */
export const ENOUGH_PERCENT = 95;
export const MUCH_PERCENT = 75;

/** How long to stay away after an answer that was given: 0, or, close to the end of the allowance, Meta's time to regain. */
export const restAfter = ({ percent, regainMs }: Usage): number =>
  percent >= ENOUGH_PERCENT ? Math.max(regainMs, MINUTE) : 0;

/** What a service knows of having to wait. */
export interface Waits {
  /** Throttled, or not answered, how often running. */
  setbacks: number;
  /** No call of its own before this moment, and none of anybody's. */
  rateUntil: EpochMs;
  appUntil: EpochMs;
}

/** After a throttle: no wait is cut short by a later one. */
export const afterThrottle = <W extends Waits>(before: W, { code, regainMs }: Throttled, now: EpochMs): W => {
  const until = now + throttledFor(regainMs, before.setbacks);
  const latest = (moment: EpochMs): EpochMs => epochMs(Math.max(moment, until));
  return {
    ...before,
    setbacks: before.setbacks + 1,
    rateUntil: latest(before.rateUntil),
    appUntil: isAppWide(code) ? latest(before.appUntil) : before.appUntil,
  };
};
