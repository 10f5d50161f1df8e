import { waitAfter } from './follow.ts';

describe('between two looks at a sync', () => {
  test.each([
    ['there is a moment when looking is quick', 5, 200],
    ['there is more time the longer a look takes', 100, 900],
    ['there are never more than some seconds', 2_000, 5_000],
  ])('%s', (_what, lookMs, waitMs) => expect(waitAfter(lookMs)).toBe(waitMs));
});
