import { type EpochMs, epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import { afterThrottle, restAfter } from '@catalog-sync/shared/catalog/throttle.ts';
import type { AccessRefused, CheckOutcome } from '@catalog-sync/shared/ports/graph.ts';
import type { AccessRecord } from '@catalog-sync/shared/records/access.ts';

export const LET_IN: AccessRecord = {
  refused: null,
  refusedAt: epochMs(0),
  rateUntil: epochMs(0),
  appUntil: epochMs(0),
  setbacks: 0,
};

/**
 * What an answer about a handle says of asking: whether we are let in, and when the next question may go. An outage says
 * nothing; a throttle says nothing of our access.
 */
export const afterAnswer = (before: AccessRecord, outcome: CheckOutcome, now: EpochMs): AccessRecord => {
  switch (outcome.kind) {
    case 'no-answer':
      return before;
    case 'throttled':
      return afterThrottle(before, outcome, now);
    case 'access':
      return { ...before, refused: before.refused ?? refusalOf(outcome, now), refusedAt: now };
    case 'lost':
      return { ...before, refused: null, setbacks: 0 };
    case 'finished':
    case 'error':
    case 'canceled':
    case 'not-finished': {
      const rest = restAfter(outcome.usage);
      const rateUntil = rest === 0 ? before.rateUntil : latest(before.rateUntil, now + rest);
      return { ...before, refused: null, setbacks: 0, rateUntil };
    }
  }
};

const refusalOf = (
  { code, subcode, message, secretVersion }: AccessRefused,
  since: EpochMs,
): AccessRecord['refused'] => ({ code, subcode, message, secretVersion, since });

const latest = (a: number, b: number): EpochMs => epochMs(Math.max(a, b));

/** When the next question may go: neither our own bucket nor the app as a whole, by publish's word, is throttled then. */
export const quietUntil = ({ rateUntil, appUntil }: AccessRecord, forPublish: number): EpochMs =>
  latest(rateUntil, latest(appUntil, forPublish));
