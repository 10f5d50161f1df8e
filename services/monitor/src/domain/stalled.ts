/** When a sync counts as stalled, and what people are told that it waits for. */
import { type EpochMs, HOUR } from '@catalog-sync/shared/catalog/instant.ts';
import { utcText } from '@catalog-sync/shared/catalog/utc-text.ts';

/**
 * Twice an hourly feed's pace: one sync that waits out a quota or a slow hour of Meta's is not worth a message, two hours
 * of files that wait are. A batch that Meta forgets is given up after `stuckAfterMinutes`, long before.
 */
const STALLED_AFTER_MS = 2 * HOUR;

/** @param since when it opened, or when it could go on after a person had been waited for */
export const isStalled = (since: EpochMs, now: EpochMs): boolean => now - since >= STALLED_AFTER_MS;

/** How a sync's way is blocked, as far as the tables say. */
export interface Waits {
  planned: boolean;
  paused: boolean;
  /** No call before this moment; 0: now. */
  rateUntil: EpochMs;
  /** Throttles and outages since the last call that Meta took. */
  setbacks: number;
  /** Handles that are still asked about. */
  asked: number;
}

/** What it waits for: each reason that there is, or that none is known. */
export const whyItWaits = ({ planned, paused, rateUntil, setbacks, asked }: Waits, now: EpochMs): string[] => {
  const reasons: string[] = [];
  if (!planned) {
    reasons.push(
      'It has no plan yet: its files are still being read or compared, or that fails. Look at the logs and the dead-letter alarms of validate and transform.',
    );
  }
  if (paused) reasons.push('A person has paused sending: `catalog-sync resume` lets it go on.');
  if (setbacks > 0) reasons.push(`Meta is down or throttles: the last ${setbacks} call(s) were not taken.`);
  if (rateUntil > now)
    reasons.push(`No call is made before ${utcText(rateUntil)}: Meta’s limit, or time for it to recover.`);
  if (asked > 0) reasons.push(`Meta has not finished ${asked} batch(es): their handles are still asked about.`);
  return reasons.length > 0
    ? reasons
    : ['Nothing that we know of: look at the logs and the dead-letter alarms of publish, monitor and transform.'];
};
