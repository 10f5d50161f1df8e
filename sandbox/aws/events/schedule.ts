import { AwsError } from './aws-error.ts';

/** When a scheduled rule fires. All times are epoch milliseconds, UTC. */
export type Schedule =
  | { kind: 'rate'; everyMs: number }
  | {
      kind: 'cron';
      /** The first time after `after`, or undefined when there is none until 2199. */
      next: (after: number) => number | undefined;
    };

/** An expression that is none; the message is EventBridge's, with the reason. */
export class InvalidSchedule extends AwsError {
  constructor(expression: string, reason: string) {
    super('ValidationException', `Parameter ScheduleExpression is not valid: ${expression} (${reason})`);
  }
}

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
/** EventBridge's years are 1970 to 2199. */
const LAST_YEAR = 2199;

type Fail = (reason: string) => never;

interface Field {
  name: string;
  low: number;
  high: number;
  /** Names of the values from `low` on. */
  names?: readonly string[];
}

const number = (field: Field, text: string, fail: Fail): number => {
  const named = field.names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? named + field.low : /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= field.low && value <= field.high))
    return fail(`"${text}" is no ${field.name} from ${field.low} to ${field.high}`);
  return value;
};

/** Lists, ranges, steps and stars of one field, as the set of its values in ascending order. */
const valuesOf = (field: Field, text: string, fail: Fail): Set<number> => {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', step, ...more] = part.split('/');
    if (more.length > 0) fail(`"${part}" has two steps`);
    const every = step === undefined ? 1 : /^[1-9]\d{0,3}$/.test(step) ? Number(step) : fail(`"${step}" is no step`);
    const [from = '', to, ...rest] = range.split('-');
    if (rest.length > 0) fail(`"${range}" is no range`);
    const low = range === '*' ? field.low : number(field, from, fail);
    let high = low;
    if (range === '*' || (to === undefined && step !== undefined)) high = field.high;
    else if (to !== undefined) high = number(field, to, fail);
    if (high < low) fail(`"${range}" runs backwards`);
    for (let value = low; value <= high; value += every) values.add(value);
  }
  return new Set([...values].sort((a, b) => a - b));
};

const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();
/** 1 is Sunday, 7 Saturday. */
const weekdayOf = (year: number, month: number, day: number): number =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;

type DayTest = (year: number, month: number, day: number) => boolean;

/** Days of the month: values, `L` for the last, `nW` for the weekday nearest to the n-th. */
const monthDays = (text: string, fail: Fail): DayTest => {
  const field: Field = { name: 'day of the month', low: 1, high: 31 };
  if (text === 'L') return (year, month, day) => day === daysIn(year, month);
  const nearest = /^(\d{1,2})W$/.exec(text)?.[1];
  if (nearest === undefined) {
    const days = valuesOf(field, text, fail);
    return (_year, _month, day) => days.has(day);
  }
  const wanted = number(field, nearest, fail);
  return (year, month, day) => {
    const last = daysIn(year, month);
    if (wanted > last) return false;
    const weekday = weekdayOf(year, month, wanted);
    let workday = wanted;
    if (weekday === 7) workday = wanted === 1 ? 3 : wanted - 1;
    if (weekday === 1) workday = wanted === last ? wanted - 2 : wanted + 1;
    return day === workday;
  };
};

/** Days of the week: values, `nL` for the last such day of the month, `n#k` for the k-th. */
const weekDays = (text: string, fail: Fail): DayTest => {
  const field: Field = { name: 'day of the week', low: 1, high: 7, names: DAYS };
  const [, name, last, nth] = /^(\w+?)(?:(L)|#(\d))$/.exec(text) ?? [];
  if (name !== undefined && last !== undefined) {
    const wanted = number(field, name, fail);
    return (year, month, day) => weekdayOf(year, month, day) === wanted && day + 7 > daysIn(year, month);
  }
  if (name !== undefined && nth !== undefined) {
    const wanted = number(field, name, fail);
    const which = number({ name: 'week of the month', low: 1, high: 5 }, nth, fail);
    return (year, month, day) => weekdayOf(year, month, day) === wanted && Math.ceil(day / 7) === which;
  }
  const days = text === 'L' ? new Set([7]) : valuesOf(field, text, fail);
  return (year, month, day) => days.has(weekdayOf(year, month, day));
};

const cron = (text: string, fail: Fail): Schedule => {
  const fields = text.split(/\s+/);
  if (fields.length !== 6) fail(`cron has six fields, not ${fields.length}`);
  const [minuteText = '', hourText = '', monthDayText = '', monthText = '', weekDayText = '', yearText = ''] = fields;
  if ((monthDayText === '?') === (weekDayText === '?'))
    fail('exactly one of the day of the month and the day of the week is "?"');
  const minutes = valuesOf({ name: 'minute', low: 0, high: 59 }, minuteText, fail);
  const hours = valuesOf({ name: 'hour', low: 0, high: 23 }, hourText, fail);
  const months = valuesOf({ name: 'month', low: 1, high: 12, names: MONTHS }, monthText, fail);
  const years = valuesOf({ name: 'year', low: 1970, high: LAST_YEAR }, yearText, fail);
  const onDay = monthDayText === '?' ? weekDays(weekDayText, fail) : monthDays(monthDayText, fail);

  const firstOfDay = (year: number, month: number, day: number, from: number): number | undefined => {
    for (const hour of hours)
      for (const minute of minutes) {
        const at = Date.UTC(year, month - 1, day, hour, minute);
        if (at >= from) return at;
      }
    return undefined;
  };
  const next = (after: number): number | undefined => {
    const from = Math.floor(after / 60_000) * 60_000 + 60_000;
    const start = new Date(from);
    for (let year = start.getUTCFullYear(); year <= LAST_YEAR; year++) {
      if (!years.has(year)) continue;
      for (let month = 1; month <= 12; month++) {
        if (!months.has(month) || Date.UTC(year, month, 1) <= from) continue;
        for (let day = 1; day <= daysIn(year, month); day++) {
          if (Date.UTC(year, month - 1, day + 1) <= from || !onDay(year, month, day)) continue;
          const at = firstOfDay(year, month, day, from);
          if (at !== undefined) return at;
        }
      }
    }
    return undefined;
  };
  return { kind: 'cron', next };
};

/**
 * Reads `rate(5 minutes)` or `cron(0 6 * * ? *)` (minutes, hours, day of the month, month, day of the week, year),
 * as "Schedule types in EventBridge" describes them.
 * @throws InvalidSchedule
 */
export const parseSchedule = (expression: string): Schedule => {
  const fail: Fail = (reason) => {
    throw new InvalidSchedule(expression, reason);
  };
  const [, kind, inner = ''] =
    /^(rate|cron)\(([^()]*)\)$/.exec(expression) ?? fail('it is neither rate(…) nor cron(…)');
  if (kind === 'cron') return cron(inner.trim(), fail);
  const [, count = '', unit = '', plural] =
    /^\s*([1-9]\d{0,8})\s+(minute|hour|day)(s?)\s*$/.exec(inner) ??
    fail('a rate is a positive number and minutes, hours or days');
  if ((Number(count) === 1) !== (plural === '')) fail('the unit is singular for 1 and plural for all else');
  return { kind: 'rate', everyMs: Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS] };
};
