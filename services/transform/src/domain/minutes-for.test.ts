import { minutesFor } from './minutes-for.ts';

describe('calls take', () => {
  test.each([
    [0, 200, 0, 'no time when there are none'],
    [1, 200, 1, 'a minute when they are few'],
    [100, 200, 1, 'a minute up to half of an hour’s calls, which go at once'],
    [150, 200, 30, 'half of the hour over which the other half is spread'],
    [200, 200, 60, 'the hour for an hour’s calls'],
    [334, 200, 101, 'from then on as long as their number says, in whole minutes'],
    [2, 1, 120, 'hours where a call an hour is allowed'],
  ])('%d at %d an hour: %d min, %s', (calls, perHour, minutes) => expect(minutesFor(calls, perHour)).toBe(minutes));

  test('never less than fewer of them', () => {
    const all = Array.from({ length: 600 }, (_, calls) => minutesFor(calls, 200));
    expect(all).toEqual(all.toSorted((a, b) => a - b));
  });
});
