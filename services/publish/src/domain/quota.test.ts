import { epochMs, HOUR, MINUTE } from '@catalog-sync/shared/catalog/instant.ts';
import fc from 'fast-check';
import { type Calls, takeCall } from './quota.ts';

/** When calls go for which somebody asks all the time, from the first minute on. */
const callsOf = (callsPerHour: number, howMany: number, usedPercent = 0): number[] => {
  const at: number[] = [];
  let calls: Calls | undefined;
  let now = 0;
  while (at.length < howMany) {
    const next = takeCall(calls, { callsPerHour, usedPercent }, epochMs(now));
    if (next.kind === 'empty') {
      now = next.until;
      continue;
    }
    calls = next.calls;
    at.push(now);
  }
  return at;
};
const minutes = (times: readonly number[]) => times.map((time) => Math.round((time / MINUTE) * 10) / 10);
const mostInAnHour = (times: readonly number[]) =>
  Math.max(...times.map((from) => times.filter((time) => time >= from && time < from + HOUR).length));

describe('the quota of calls', () => {
  test('lets half of the hour go at once, and the other half evenly until the first ones stop counting', () => {
    expect(minutes(callsOf(10, 11))).toEqual([0, 0, 0, 0, 0, 10.7, 21.3, 32, 42.7, 53.3, 64]);
  });

  test('from then on they go evenly, as many as are allowed and not in bursts', () => {
    const gaps = callsOf(10, 40)
      .slice(11)
      .map((time, n, all) => time - (all[n - 1] ?? time))
      .slice(1);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(6 * MINUTE);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(11 * MINUTE);
    expect(mostInAnHour(callsOf(10, 60))).toBeLessThanOrEqual(10);
    expect(60 / (callsOf(10, 61)[60]! / HOUR)).toBeGreaterThan(9);
  });

  test('one call an hour is one call an hour', () => {
    expect(minutes(callsOf(1, 3))).toEqual([0, 64, 128]);
  });

  test.each([
    [74, 0],
    [75, 0.32],
    [90, 0.8],
    [95, 1.6],
    [100, 1.6],
  ])('when Meta says that %i %% are used, the second call comes %d minutes after the first', (percent, gap) => {
    expect(callsOf(200, 2, percent)[1]).toBe(Math.round(gap * MINUTE));
  });

  test('a clock that goes back frees nothing', () => {
    const full: Calls = { minutes: [[epochMs(10 * HOUR), 200]], last: epochMs(10 * HOUR) };
    expect(takeCall(full, { callsPerHour: 200, usedPercent: 0 }, epochMs(0))).toEqual({
      kind: 'empty',
      until: 11 * HOUR + 4 * MINUTE,
    });
  });

  test('no hour sees more calls than agreed, wherever it begins, though calls leave up to three minutes late', () => {
    const steps = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 10 * MINUTE }), fc.integer({ min: 0, max: 3 * MINUTE })),
      {
        maxLength: 400,
      },
    );
    fc.assert(
      fc.property(
        fc.constantFrom(1, 2, 3, 7, 60, 200),
        fc.constantFrom(0, 80),
        steps,
        (callsPerHour, usedPercent, all) => {
          let calls: Calls | undefined;
          let now = 0;
          const left: number[] = [];
          for (const [step, late] of all) {
            now += step;
            const next = takeCall(calls, { callsPerHour, usedPercent }, epochMs(now));
            if (next.kind === 'empty') {
              expect(next.until).toBeGreaterThan(now);
              continue;
            }
            calls = next.calls;
            expect(calls.minutes.length).toBeLessThanOrEqual(65);
            left.push(now + late);
          }
          if (left.length > 0) expect(mostInAnHour(left)).toBeLessThanOrEqual(callsPerHour);
        },
      ),
    );
  });

  test('there is a call at the moment that it tells', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 0, max: 1e12 }),
        fc.nat(3000),
        (callsPerHour, now, ago) => {
          const then = epochMs(Math.max(0, now - ago * 1000));
          const calls: Calls = { minutes: [[epochMs(Math.floor(then / MINUTE) * MINUTE), callsPerHour]], last: then };
          const pace = { callsPerHour, usedPercent: 0 };
          const empty = takeCall(calls, pace, epochMs(now));
          return empty.kind === 'empty' && takeCall(calls, pace, empty.until).kind === 'taken';
        },
      ),
    );
  });
});
