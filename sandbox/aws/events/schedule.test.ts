import { parseSchedule } from './schedule.ts';

const next = (expression: string, after: string): string | undefined => {
  const schedule = parseSchedule(expression);
  if (schedule.kind !== 'cron') throw new Error('not a cron');
  const at = schedule.next(Date.parse(after));
  return at === undefined ? undefined : new Date(at).toISOString().replace(':00.000Z', '');
};

describe('a rate', () => {
  test.each([
    ['rate(1 minute)', 60_000],
    ['rate(5 minutes)', 300_000],
    ['rate(1 hour)', 3_600_000],
    ['rate(12 hours)', 43_200_000],
    ['rate(1 day)', 86_400_000],
    ['rate(7 days)', 604_800_000],
  ])('%s is every %d ms', (expression, everyMs) =>
    expect(parseSchedule(expression)).toEqual({ kind: 'rate', everyMs }),
  );
});

describe('a cron expression', () => {
  test.each([
    ['cron(0 6 * * ? *)', '2026-11-23T05:59:59Z', '2026-11-23T06:00'],
    ['cron(0 6 * * ? *)', '2026-11-23T06:00:00Z', '2026-11-24T06:00'],
    ['cron(* * * * ? *)', '2026-11-23T06:00:30Z', '2026-11-23T06:01'],
    ['cron(0/15 * * * ? *)', '2026-11-23T06:46:00Z', '2026-11-23T07:00'],
    ['cron(5/20 * * * ? *)', '2026-11-23T06:06:00Z', '2026-11-23T06:25'],
    ['cron(*/10 8-9 * * ? *)', '2026-11-23T09:50:00Z', '2026-11-24T08:00'],
    ['cron(30 20,8 * * ? *)', '2026-11-23T08:30:00Z', '2026-11-23T20:30'],
    ['cron(0 0 1 * ? *)', '2026-12-01T00:00:00Z', '2027-01-01T00:00'],
    ['cron(0 0 31 * ? *)', '2026-11-23T00:00:00Z', '2026-12-31T00:00'],
    ['cron(0 0 29 2 ? *)', '2026-11-23T00:00:00Z', '2028-02-29T00:00'],
    ['cron(0 10 ? * MON-FRI *)', '2026-11-20T10:00:00Z', '2026-11-23T10:00'],
    ['cron(0 10 ? * 1 *)', '2026-11-23T00:00:00Z', '2026-11-29T10:00'],
    ['cron(0 10 ? jan,mar 2 *)', '2026-11-23T00:00:00Z', '2027-01-04T10:00'],
    ['cron(0 0 L * ? *)', '2027-02-01T00:00:00Z', '2027-02-28T00:00'],
    ['cron(0 0 15W * ? *)', '2026-11-01T00:00:00Z', '2026-11-16T00:00'],
    ['cron(0 0 1W 8 ? *)', '2026-01-01T00:00:00Z', '2026-08-03T00:00'],
    ['cron(0 0 31W 1 ? *)', '2027-01-01T00:00:00Z', '2027-01-29T00:00'],
    ['cron(0 0 ? * 6L *)', '2026-11-01T00:00:00Z', '2026-11-27T00:00'],
    ['cron(0 0 ? * TUE#2 *)', '2026-11-01T00:00:00Z', '2026-11-10T00:00'],
    ['cron(0 0 ? * L *)', '2026-11-23T00:00:00Z', '2026-11-28T00:00'],
    ['cron(0 0 1 1 ? 2030)', '2026-11-23T00:00:00Z', '2030-01-01T00:00'],
    ['cron(0 0 1 1 ? 2020)', '2026-11-23T00:00:00Z', undefined],
    ['cron(0 0 30 2 ? *)', '2026-11-23T00:00:00Z', undefined],
  ])('%s after %s fires at %s', (expression, after, expected) => expect(next(expression, after)).toBe(expected));
});

test.each([
  ['every hour', /neither rate/],
  ['rate(0 minutes)', /positive/],
  ['rate(1.5 hours)', /positive/],
  ['rate(5 seconds)', /positive/],
  ['rate(1 minutes)', /singular/],
  ['rate(5 minute)', /singular/],
  ['cron(0 6 * * *)', /six fields, not 5/],
  ['cron(0 6 * * * *)', /exactly one/],
  ['cron(0 6 ? * ? *)', /exactly one/],
  ['cron(60 6 * * ? *)', /"60" is no minute/],
  ['cron(0 24 * * ? *)', /"24" is no hour/],
  ['cron(0 6 0 * ? *)', /"0" is no day of the month/],
  ['cron(0 6 ? * 8 *)', /"8" is no day of the week/],
  ['cron(0 6 ? * MON#6 *)', /"6" is no week/],
  ['cron(0 6 * FOO ? *)', /"FOO" is no month/],
  ['cron(0 6 * * ? 1969)', /"1969" is no year/],
  ['cron(9-5 6 * * ? *)', /backwards/],
  ['cron(0/0 6 * * ? *)', /no step/],
  ['cron(? 6 * * ? *)', /no minute/],
])('%s is refused', (expression, reason) => {
  expect(() => parseSchedule(expression)).toThrow(reason);
  expect(() => parseSchedule(expression)).toThrow(/^Parameter ScheduleExpression is not valid/);
});
