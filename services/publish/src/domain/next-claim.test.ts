import { epochMs, MINUTE } from '@catalog-sync/shared/catalog/instant.ts';
import type { BatchState } from '@catalog-sync/shared/records/publish.ts';
import type { Batch } from './batch.ts';
import { type Breaker, CLOSED } from './breaker.ts';
import { nextClaim } from './next-claim.ts';
import type { Calls } from './quota.ts';

const NOW = epochMs(1000);
const batch = (place: string, state: BatchState, given: Partial<Batch> = {}): Batch => ({
  batchId: place,
  rev: 1,
  place,
  state,
  attempt: 0,
  tries: 0,
  bodyKey: '',
  entriesKey: '',
  items: 1,
  parent: null,
  amb: epochMs(0),
  until: null,
  notBefore: epochMs(0),
  handle: null,
  submittedAt: null,
  errored: [],
  erroredKey: null,
  why: null,
  ...given,
});
const auth = { code: 190, subcode: null, since: epochMs(0), secretVersion: '1', message: '' };
const claim = (batches: Batch[], breaker: Partial<Breaker> = {}, used = 0, appUntil = 0) => {
  const calls: Calls = { minutes: used === 0 ? [] : [[epochMs(0), used]], last: epochMs(0) };
  const claimable = { batches, breaker: { ...CLOSED, ...breaker }, calls, appUntil };
  const next = nextClaim(claimable, { inFlight: 2, callsPerHour: 200 }, NOW);
  return next.kind === 'claim' ? next.batch.place : next.until;
};
const sending = (place: string, until: number) => batch(place, 'sending', { until: epochMs(until) });
const waiting = (place: string, notBefore: number) => batch(place, 'prepared', { notBefore: epochMs(notBefore) });

describe('which batch goes next', () => {
  test.each<[string, Batch[], Partial<Breaker>, string | number | null]>([
    ['the first in the plan’s order', [batch('2', 'prepared'), batch('1', 'prepared')], {}, '1'],
    ['not one that waits', [waiting('1', 1001), batch('2', 'prepared')], {}, '2'],
    ['one that has waited', [waiting('1', 1000)], {}, '1'],
    ['one whose lease is over', [sending('1', 999)], {}, '1'],
    ['none whose lease ends now', [sending('1', 1000)], {}, 1001],
    ['none while two are on their way', [sending('1', 1500), sending('2', 1400), batch('3', 'prepared')], {}, 1401],
    ['one beside another on its way', [sending('1', 1500), batch('3', 'prepared')], {}, '3'],
    ['none when all wait: the first of them tells when', [waiting('1', 1700), waiting('2', 1600)], {}, 1600],
    ['none that has left', [batch('1', 'submitted'), batch('2', 'split'), batch('3', 'unknown')], {}, null],
    ['none while paused', [batch('1', 'prepared')], { paused: true }, null],
    ['none while access is refused', [batch('1', 'prepared')], { auth, probeAt: epochMs(7) }, 7],
    ['none while the rate limit lasts', [batch('1', 'prepared')], { rateUntil: epochMs(1001) }, 1001],
    ['one when it is over', [batch('1', 'prepared')], { rateUntil: epochMs(1000) }, '1'],
    ['not even one whose lease is over, while paused', [sending('1', 1)], { paused: true }, null],
  ])('%s', (_name, batches, breaker, expected) => expect(claim(batches, breaker)).toBe(expected));

  test('none when the quota is used up', () => {
    expect(claim([batch('1', 'prepared')], {}, 199)).toBe((64 * MINUTE) / 2);
    expect(claim([batch('1', 'prepared')], {}, 200)).toBe(64 * MINUTE);
  });

  test('none at once when Meta says that much of its allowance is used', () => {
    const used = { usedPercent: 75, usedAt: NOW };
    expect(claim([batch('1', 'prepared')], used, 1)).toBe((64 * MINUTE) / 200);
    expect(claim([batch('1', 'prepared')], { ...used, usedPercent: 90 }, 1)).toBe((2.5 * 64 * MINUTE) / 200);
  });

  test('none while monitor’s word keeps all calls of the app back', () => {
    expect(claim([batch('1', 'prepared')], {}, 0, 1001)).toBe(1001);
    expect(claim([batch('1', 'prepared')], { rateUntil: epochMs(2000) }, 0, 1001)).toBe(2000);
    expect(claim([batch('1', 'prepared')], {}, 0, 1000)).toBe('1');
  });
});
