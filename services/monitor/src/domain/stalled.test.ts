import { epochMs, HOUR, later, MINUTE } from '@catalog-sync/shared/catalog/instant.ts';
import { isStalled, whyItWaits } from './stalled.ts';

const NOON = epochMs(Date.UTC(2026, 10, 23, 12));

test.each([
  [0, false],
  [2 * HOUR - 1, false],
  [2 * HOUR, true],
])('a sync of %d ms has stalled: %s', (age, expected) => expect(isStalled(NOON, later(NOON, age))).toBe(expected));

describe('a stalled sync waits', () => {
  const free = { planned: true, paused: false, rateUntil: NOON, setbacks: 0, asked: 0 };
  test.each<[string, Partial<typeof free>, RegExp[]]>([
    ['for its plan', { planned: false }, [/no plan yet/]],
    ['for a person', { paused: true }, [/catalog-sync resume/]],
    ['for Meta to recover', { setbacks: 7 }, [/last 7 call\(s\)/]],
    ['for Meta’s limit', { rateUntil: later(NOON, 5 * MINUTE) }, [/before 2026-11-23 12:05 UTC/]],
    ['for handles', { asked: 3 }, [/not finished 3 batch/]],
    ['for more than one thing', { paused: true, asked: 1 }, [/paused/, /1 batch/]],
    ['for nothing that is known', {}, [/Nothing that we know of/]],
  ])('%s', (_what, some, reasons) => {
    const why = whyItWaits({ ...free, ...some }, NOON);
    expect(why).toHaveLength(reasons.length);
    for (const [place, reason] of reasons.entries()) expect(why[place]).toMatch(reason);
  });
});
