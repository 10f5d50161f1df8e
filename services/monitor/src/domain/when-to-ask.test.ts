import { epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import { FIRST_WAITS_MS, nextAsk } from './when-to-ask.ts';

describe('when a handle is asked about', () => {
  test('the first half minute: after 2, 4, 8 and 16 seconds', () => {
    expect(FIRST_WAITS_MS).toEqual([2000, 4000, 8000, 16_000]);
  });

  test.each([
    [0, 2000],
    [1, 4000],
    [4, 32_000],
    [5, 60_000],
    [500, 60_000],
  ])('after %i questions the next comes in %i ms, never later than a minute', (asked, wait) => {
    expect(nextAsk(asked, 74, epochMs(1_000_000))).toBe(1_000_000 + wait);
  });

  test('once much of the allowance is used, each question waits for a minute', () => {
    expect(nextAsk(0, 75, epochMs(0))).toBe(60_000);
  });
});
