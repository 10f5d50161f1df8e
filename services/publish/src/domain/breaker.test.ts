import { epochMs, HOUR, MINUTE } from '@catalog-sync/shared/catalog/instant.ts';
import { afterNews, type Breaker, CLOSED, type News } from './breaker.ts';

const NOW = epochMs(1_000_000);
const refused: News = {
  kind: 'refused',
  by: { kind: 'access', code: 190, subcode: 463, message: 'm', secretVersion: '7' },
};
const taken = (percent: number, regainMs = 0): News => ({ kind: 'taken', usage: { percent, regainMs } });
const after = (news: News, given: Partial<Breaker> = {}) => afterNews({ ...CLOSED, ...given }, news, NOW);

describe('the breaker', () => {
  test('knows which version of the secret was refused, why, and since when', () => {
    const auth = { code: 190, subcode: 463, message: 'm', secretVersion: '7', since: NOW };
    expect(after(refused)).toMatchObject({ auth, probeAt: NOW + 5 * MINUTE });
    const since = epochMs(3);
    expect(after(refused, { auth: { ...auth, since }, refusals: 1 })).toMatchObject({
      auth: { since },
      refusals: 1,
      probeAt: NOW + 5 * MINUTE,
    });
  });

  test('looks less often when looking succeeds and sending does not', () => {
    expect(after(refused, { refusals: 1 })).toMatchObject({ refusals: 2, probeAt: NOW + 10 * MINUTE });
    expect(after(refused, { refusals: 9 }).probeAt).toBe(NOW + HOUR);
  });

  test('keeps its three facts apart', () => {
    const all = { paused: true, rateUntil: epochMs(NOW + HOUR), auth: after(refused).auth };
    expect(after({ kind: 'throttled', regainMs: 0 }, all)).toMatchObject(all);
    expect(after({ kind: 'outage' }, all)).toMatchObject(all);
    expect(after(taken(10), all)).toMatchObject(all);
    expect(after({ kind: 'regained' }, all)).toMatchObject({ ...all, auth: null });
  });

  test('stays away as long as Meta asks, and longer each time it does not say', () => {
    expect(after({ kind: 'throttled', regainMs: 19 * MINUTE }).rateUntil).toBe(NOW + 19 * MINUTE);
    expect(after({ kind: 'throttled', regainMs: 0 }, { setbacks: 2 })).toMatchObject({
      rateUntil: NOW + 2 * MINUTE,
      setbacks: 3,
    });
  });

  test('stops by itself shortly before the allowance is used up', () => {
    expect(after(taken(94)).rateUntil).toBe(0);
    expect(after(taken(95)).rateUntil).toBe(NOW + MINUTE);
    expect(after(taken(99, 5 * MINUTE)).rateUntil).toBe(NOW + 5 * MINUTE);
  });

  test('forgets setbacks once a call is taken', () => {
    expect(after(taken(0), { setbacks: 3, refusals: 2 })).toMatchObject({ setbacks: 0, refusals: 0 });
  });
});
