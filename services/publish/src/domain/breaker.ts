import { EpochMs, epochMs, HOUR, MINUTE, SECOND } from '@catalog-sync/shared/catalog/instant.ts';
import type { AccessRefused, Usage } from '@catalog-sync/shared/ports/graph.ts';
import { BreakerRecord } from '@catalog-sync/shared/records/publish.ts';
import * as t from 'io-ts';
import { latest, waitAfter } from './step.ts';

/** The three facts that others read, and how often running each kind of refusal came: waits grow with it. */
export const Breaker = t.strict(
  {
    ...BreakerRecord.type.props,
    /** Throttles and outages since the last call that Meta took. */
    setbacks: t.number,
    /** How often access was refused since then, after it had been granted. */
    refusals: t.number,
    /** While access is refused: when to look at the catalog again. */
    probeAt: EpochMs,
  },
  'Breaker',
);
export type Breaker = t.TypeOf<typeof Breaker>;

const ZERO = epochMs(0);
export const CLOSED: Breaker = {
  paused: false,
  rateUntil: ZERO,
  auth: null,
  setbacks: 0,
  refusals: 0,
  probeAt: ZERO,
};

/** What a call to Meta taught about calling Meta. */
export type News =
  | { kind: 'taken'; usage: Usage }
  | { kind: 'throttled'; regainMs: number }
  | { kind: 'outage' }
  | { kind: 'refused'; by: AccessRefused }
  | { kind: 'regained' };

const FIRST_THROTTLE_MS = 30 * SECOND;
const LONGEST_THROTTLE_MS = 30 * MINUTE;
/** Longer each time that a look at the catalog succeeded and the next batch was refused all the same. */
const FIRST_PROBE_MS = 5 * MINUTE;
const LONGEST_PROBE_MS = HOUR;
/** At this share of the allowance we stop before Meta does; staying below it is what its own pages advise. */
const ENOUGH_PERCENT = 95;

/** Meta's own word on when to come back, but at least 30 s, 1 min, 2 min … half an hour. */
export const throttledFor = (regainMs: number, setbacks: number): number =>
  Math.max(regainMs, Math.min(FIRST_THROTTLE_MS * 2 ** setbacks, LONGEST_THROTTLE_MS));

/** The breaker after the news. Facts are independent: a late throttle answer ends no pause and clears no refusal. */
export const afterNews = (breaker: Breaker, news: News, now: EpochMs): Breaker => {
  switch (news.kind) {
    case 'taken': {
      const wait = news.usage.percent >= ENOUGH_PERCENT ? Math.max(news.usage.regainMs, MINUTE) : 0;
      return {
        ...breaker,
        setbacks: 0,
        refusals: 0,
        rateUntil: wait === 0 ? breaker.rateUntil : latest(breaker.rateUntil, now + wait),
      };
    }
    case 'throttled':
      return {
        ...breaker,
        setbacks: breaker.setbacks + 1,
        rateUntil: latest(breaker.rateUntil, now + throttledFor(news.regainMs, breaker.setbacks)),
      };
    case 'outage':
      return {
        ...breaker,
        setbacks: breaker.setbacks + 1,
        rateUntil: latest(breaker.rateUntil, now + waitAfter(breaker.setbacks)),
      };
    case 'refused': {
      const { code, subcode, message, secretVersion } = news.by;
      // Once let in and refused again counts; being refused by another call, or by the probe itself, is the same refusal.
      const refusals = breaker.auth === null ? breaker.refusals + 1 : Math.max(breaker.refusals, 1);
      return {
        ...breaker,
        auth: { code, subcode, since: breaker.auth?.since ?? now, secretVersion, message },
        refusals,
        probeAt: epochMs(now + Math.min(FIRST_PROBE_MS * 2 ** (refusals - 1), LONGEST_PROBE_MS)),
      };
    }
    case 'regained':
      return { ...breaker, auth: null, probeAt: ZERO };
  }
};
