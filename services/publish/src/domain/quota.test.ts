import { epochMs, HOUR, MINUTE } from '@catalog-sync/shared/catalog/instant.ts';
import fc from 'fast-check';
import { type Bucket, takeCall } from './quota.ts';

const after = (bucket: Bucket | undefined, callsPerHour: number, at: number) =>
  takeCall(bucket, callsPerHour, epochMs(at));

describe('the quota of calls', () => {
  test('lets a quarter of the hour go at once, then one by one', () => {
    let bucket: Bucket | undefined;
    for (let call = 0; call < 50; call += 1) {
      const taken = after(bucket, 200, 0);
      expect(taken.kind).toBe('taken');
      if (taken.kind === 'taken') bucket = taken.bucket;
    }
    const none = after(bucket, 200, 0);
    expect(none).toEqual({ kind: 'empty', until: HOUR / 150 });
    expect(after(bucket, 200, HOUR / 150).kind).toBe('taken');
    expect(after(bucket, 200, HOUR / 150 - 1).kind).toBe('empty');
  });

  test('fills nothing when a clock goes back', () => {
    expect(after({ tokens: 0, at: epochMs(HOUR) }, 200, 0)).toEqual({ kind: 'empty', until: HOUR + HOUR / 150 });
  });

  test('no hour sees more calls than agreed, wherever it begins', () => {
    const pauses = fc.array(fc.integer({ min: 0, max: 10 * MINUTE }), { maxLength: 400 });
    fc.assert(
      fc.property(fc.constantFrom(0.5, 1, 2, 3, 7, 60, 200), pauses, (callsPerHour, steps) => {
        let bucket: Bucket | undefined;
        let at = 0;
        const calls: number[] = [];
        for (const step of steps) {
          at += step;
          const taken = after(bucket, callsPerHour, at);
          if (taken.kind === 'empty') {
            expect(taken.until).toBeGreaterThan(at);
            continue;
          }
          bucket = taken.bucket;
          calls.push(at);
        }
        for (const from of calls) {
          const within = calls.filter((call) => call >= from && call < from + HOUR).length;
          expect(within).toBeLessThanOrEqual(Math.max(1, callsPerHour));
        }
      }),
    );
  });

  test('what is empty is full again at the moment that it tells', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 1e6, noNaN: true }), fc.integer({ min: 0, max: 1e12 }), (calls, now) => {
        const empty = after({ tokens: 0, at: epochMs(now) }, calls, now);
        return (
          empty.kind === 'empty' && after({ tokens: 0, at: epochMs(now) }, calls, empty.until + 1).kind === 'taken'
        );
      }),
    );
  });
});
