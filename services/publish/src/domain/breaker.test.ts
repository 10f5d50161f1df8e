import { epochMs, HOUR, MINUTE } from '@catalog-sync/shared/catalog/instant.ts';
import { afterNews, type Breaker, CLOSED, type News, usedPercentOf } from './breaker.ts';

const NOW = epochMs(1_000_000);
const refused: News = {
  kind: 'refused',
  by: { kind: 'access', code: 190, subcode: 463, message: 'm', secretVersion: '7' },
};
const taken = (percent: number, regainMs = 0): News => ({ kind: 'taken', usage: { percent, regainMs } });
const throttled = (regainMs = 0, code: number | null = 80014): News => ({ kind: 'throttled', code, regainMs });
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
    expect(after(throttled(), all)).toMatchObject(all);
    expect(after({ kind: 'outage' }, all)).toMatchObject(all);
    expect(after(taken(10), all)).toMatchObject(all);
    expect(after({ kind: 'regained' }, all)).toMatchObject({ ...all, auth: null });
  });

  test('stays away as long as Meta asks, and longer each time it does not say', () => {
    expect(after(throttled(19 * MINUTE)).rateUntil).toBe(NOW + 19 * MINUTE);
    expect(after(throttled(), { setbacks: 2 })).toMatchObject({
      rateUntil: NOW + 2 * MINUTE,
      setbacks: 3,
    });
  });

  test.each<[number | null, boolean]>([
    [80014, false],
    [80004, false],
    [4, true],
    [17, true],
    [613, true],
    [null, true],
  ])('a throttle of code %s keeps everything of the app back: %s', (code, all) => {
    const { rateUntil, appUntil } = after(throttled(MINUTE, code));
    expect([rateUntil, appUntil]).toEqual([NOW + MINUTE, all ? NOW + MINUTE : 0]);
  });

  test('looks at the catalog no sooner than a throttled look allows', () => {
    const by = { kind: 'throttled', code: 80009, regainMs: 19 * MINUTE } as const;
    expect(after({ kind: 'probe-throttled', by }).probeAt).toBe(NOW + 19 * MINUTE);
    expect(after({ kind: 'probe-throttled', by: { ...by, regainMs: 0 } }).probeAt).toBe(NOW + 5 * MINUTE);
  });

  test('remembers for an hour that much of the allowance is used, or until an answer says less', () => {
    const much = after(taken(80));
    expect(usedPercentOf(much, epochMs(NOW + HOUR - 1))).toBe(80);
    expect(usedPercentOf(much, epochMs(NOW + HOUR))).toBe(0);
    expect(usedPercentOf(afterNews(much, taken(74), epochMs(NOW + MINUTE)), NOW)).toBe(0);
    // Its call was on its way with the other: nobody knows which answer Meta gave first.
    expect(usedPercentOf(afterNews(much, taken(0), epochMs(NOW + MINUTE - 1)), NOW)).toBe(80);
    // Calls that come close after each other kept it for ever.
    const close = [20, 40, 60].reduce((one, s) => afterNews(one, taken(0), epochMs(NOW + s * 1000)), much);
    expect(usedPercentOf(close, epochMs(NOW + MINUTE))).toBe(0);
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
