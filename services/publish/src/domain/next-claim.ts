import { type EpochMs, epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { Batch } from './batch.ts';
import { type Breaker, usedPercentOf } from './breaker.ts';
import { type Calls, takeCall } from './quota.ts';
import { latest } from './step.ts';

export interface Claimable {
  batches: readonly Batch[];
  breaker: Breaker;
  calls: Calls | undefined;
  /** Until when monitor was told that all calls of the app must wait; 0: it was not. */
  appUntil: number;
}

export interface Limits {
  inFlight: number;
  callsPerHour: number;
}

export type NextClaim =
  | { kind: 'claim'; batch: Batch; calls: Calls }
  /** Nothing may be claimed; `until` is when it is worth looking again, null when no clock tells. */
  | { kind: 'wait'; until: EpochMs | null };

/**
 * Which batch may go now: the first in the plan's order that is prepared and due, or whose lease is over. None while a
 * pause, a refusal of access or a rate limit lasts, as many as may be are on their way, or the quota is used up.
 */
export const nextClaim = (
  { batches, breaker, calls, appUntil }: Claimable,
  limits: Limits,
  now: EpochMs,
): NextClaim => {
  const open = batches.filter(({ state }) => state === 'prepared' || state === 'sending');
  if (breaker.paused || open.length === 0) return { kind: 'wait', until: null };
  if (breaker.auth !== null) return { kind: 'wait', until: breaker.probeAt };
  const blockedUntil = latest(breaker.rateUntil, appUntil);
  if (blockedUntil > now) return { kind: 'wait', until: blockedUntil };
  const times = open.map(freeAt);
  const onTheirWay = open.filter((batch) => batch.state === 'sending' && freeAt(batch) > now);
  if (onTheirWay.length >= Math.max(1, Math.floor(limits.inFlight))) {
    return { kind: 'wait', until: epochMs(Math.min(...onTheirWay.map(freeAt))) };
  }
  const due = open.filter((batch) => freeAt(batch) <= now).sort((a, b) => (a.place < b.place ? -1 : 1));
  const [batch] = due;
  if (batch === undefined) return { kind: 'wait', until: epochMs(Math.min(...times)) };
  const pace = { callsPerHour: limits.callsPerHour, usedPercent: usedPercentOf(breaker, now) };
  const call = takeCall(calls, pace, now);
  if (call.kind === 'empty') return { kind: 'wait', until: call.until };
  return { kind: 'claim', batch, calls: call.calls };
};

/** When nobody holds the batch any more: a lease lasts up to and including its end. */
const freeAt = ({ state, notBefore, until }: Batch): number => (state === 'sending' ? (until ?? 0) + 1 : notBefore);
