import { EpochMs, epochMs, HOUR, MINUTE } from '@catalog-sync/shared/catalog/instant.ts';
import { afterThrottle, MUCH_PERCENT, restAfter } from '@catalog-sync/shared/catalog/throttle.ts';
import type { AccessRefused, Throttled, Usage } from '@catalog-sync/shared/ports/graph.ts';
import { BreakerRecord } from '@catalog-sync/shared/records/publish.ts';
import { orZero } from '@catalog-sync/shared/records/record.ts';
import * as t from 'io-ts';
import { latest, waitAfter } from './step.ts';

/** The three facts that others read, and how often running each kind of refusal came: waits grow with it. */
export const Breaker = t.strict(
  {
    ...BreakerRecord.type.props,
    /** Throttles and outages since the last call that Meta took. */
    setbacks: orZero(t.number),
    /** How often access was refused since then, after it had been granted. */
    refusals: orZero(t.number),
    /** While access is refused: when to look at the catalog again. */
    probeAt: orZero(EpochMs),
    /** The share of Meta's allowance that its last answer named, while that was much; and when. */
    usedPercent: orZero(t.number),
    usedAt: orZero(EpochMs),
  },
  'Breaker',
);
export type Breaker = t.TypeOf<typeof Breaker>;

const ZERO = epochMs(0);
export const CLOSED: Breaker = {
  paused: false,
  rateUntil: ZERO,
  appUntil: ZERO,
  auth: null,
  setbacks: 0,
  refusals: 0,
  probeAt: ZERO,
  usedPercent: 0,
  usedAt: ZERO,
};

/** What a call to Meta taught about calling Meta. */
export type News =
  | { kind: 'taken'; usage: Usage }
  | Throttled
  | { kind: 'outage' }
  /** The look at the catalog was throttled: nobody knows yet. */
  | { kind: 'probe-throttled'; by: Throttled }
  | { kind: 'refused'; by: AccessRefused }
  | { kind: 'regained' };

/** Longer each time that a look at the catalog succeeded and the next batch was refused all the same. */
const FIRST_PROBE_MS = 5 * MINUTE;
const LONGEST_PROBE_MS = HOUR;
/** Answers to calls that were on their way together may be noted in another order: of these the highest counts. */
const ONE_MOMENT_MS = MINUTE;

/** Meta counts by rolling hour: what it said of its allowance before that is over. */
export const usedPercentOf = ({ usedPercent, usedAt }: Breaker, now: EpochMs): number =>
  now - usedAt < HOUR ? usedPercent : 0;

/** The breaker after the news. Facts are independent: a late throttle answer ends no pause and clears no refusal. */
export const afterNews = (breaker: Breaker, news: News, now: EpochMs): Breaker => {
  switch (news.kind) {
    case 'taken': {
      const rest = restAfter(news.usage);
      const before = now - breaker.usedAt < ONE_MOMENT_MS ? breaker.usedPercent : 0;
      const percent = Math.max(news.usage.percent, before);
      const much = percent >= MUCH_PERCENT;
      return {
        ...breaker,
        setbacks: 0,
        refusals: 0,
        usedPercent: much ? percent : 0,
        // A share that is kept grows no younger, or calls in quick succession would keep it for ever.
        usedAt: !much ? ZERO : before > news.usage.percent ? breaker.usedAt : now,
        rateUntil: rest === 0 ? breaker.rateUntil : latest(breaker.rateUntil, now + rest),
      };
    }
    case 'throttled':
      return afterThrottle(breaker, news, now);
    case 'probe-throttled': {
      const until = now + Math.max(news.by.regainMs, FIRST_PROBE_MS);
      // While access is refused nothing is sent: so monitor, which asks from the same bucket, is all that this keeps back.
      return { ...breaker, probeAt: latest(breaker.probeAt, until), appUntil: latest(breaker.appUntil, until) };
    }
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
