import { type EpochMs, EpochMs as EpochMsCodec, epochMs, HOUR, MINUTE } from '@catalog-sync/shared/catalog/instant.ts';
import { ENOUGH_PERCENT, MUCH_PERCENT } from '@catalog-sync/shared/catalog/throttle.ts';
import * as t from 'io-ts';
import { CLAIM_TO_CALL_MS } from './times.ts';

/** The calls of the last hour, counted by the minute in which they were claimed, and the moment of the last claim. */
export const Calls = t.strict(
  { minutes: t.array(t.tuple([EpochMsCodec, t.number], 'minute')), last: EpochMsCodec },
  'Calls',
);
export type Calls = t.TypeOf<typeof Calls>;

export const NO_CALLS: Calls = { minutes: [], last: epochMs(0) };

/** How fast calls may go. */
export interface Pace {
  /** Meta counts batch calls of a catalog by rolling hour (Graph API rate limits). */
  callsPerHour: number;
  /** The share of Meta's own allowance that its last answer named, in percent. */
  usedPercent: number;
}

/**
 * A call counts for an hour from the last moment at which it can have left: its claim is known by the minute, and it may
 * leave as long as the worker that claimed it lives.
 */
const COUNTS_FOR_MS = MINUTE + CLAIM_TO_CALL_MS + HOUR;

export type Taken = { kind: 'taken'; calls: Calls } | { kind: 'empty'; until: EpochMs };

/**
 * One call more, or from when on there is one. The first half of an hour's calls may go at once, so that a small sync
 * never waits; the other half is spread evenly over the time until the first of them stop counting. So no hour, wherever
 * it begins, sees more than `callsPerHour`. Once Meta says that its allowance is largely used, nothing goes at once, and
 * the gaps grow as what is left shrinks. A clock that goes back frees nothing.
 */
export const takeCall = (calls: Calls | undefined, pace: Pace, now: EpochMs): Taken => {
  const { minutes, last } = calls ?? NO_CALLS;
  const at = Math.max(now, last);
  const counting = minutes.filter(([minute]) => minute + COUNTS_FOR_MS > at);
  const until = freeAt(counting, last, pace);
  return until > at ? { kind: 'empty', until: epochMs(until) } : { kind: 'taken', calls: withOne(counting, at) };
};

const freeAt = (counting: Calls['minutes'], last: number, { callsPerHour, usedPercent }: Pace): number => {
  const [first] = counting;
  if (first === undefined) return 0;
  const used = counting.reduce((sum, [, calls]) => sum + calls, 0);
  const firstLeaves = first[0] + COUNTS_FOR_MS;
  const left = callsPerHour - used;
  if (left <= 0) return firstLeaves;
  const even = Math.ceil(COUNTS_FOR_MS / callsPerHour);
  const spread = used * 2 < callsPerHour ? 0 : Math.max(even, Math.ceil((firstLeaves - last) / (left + 1)));
  return last + Math.max(spread, Math.ceil(even * slowness(usedPercent)));
};

/**
 * How many even gaps lie between two calls by Meta's own count: none below 75 %, 1 there, 2.5 at 90 %, 5 from 95 % on, where
 * it is the time to regain that counts.
 */
const slowness = (usedPercent: number): number =>
  usedPercent < MUCH_PERCENT ? 0 : (100 - MUCH_PERCENT) / Math.max(100 - usedPercent, 100 - ENOUGH_PERCENT);

const withOne = (counting: Calls['minutes'], at: number): Calls => {
  const minute = epochMs(Math.floor(at / MINUTE) * MINUTE);
  const others = counting.filter(([one]) => one !== minute);
  const here = counting.find(([one]) => one === minute)?.[1] ?? 0;
  return { minutes: [...others, [minute, here + 1]], last: epochMs(at) };
};
