import { epochMs } from '../catalog/instant.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log, LogFields } from '../ports/log.ts';

/** The machine's clock and timers: the only place in services/ and shared/ that touches them. */
export const systemClock: Clock = {
  now: () => epochMs(Date.now()),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** Control characters and bidirectional marks, which can forge lines or hide text in a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: naming them is the point
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]/g;
const LONGEST_VALUE = 2000;

const printable = (value: LogFields[string]): LogFields[string] =>
  typeof value === 'string'
    ? value.slice(0, LONGEST_VALUE).replace(UNPRINTABLE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : value;

/** Logs as one JSON line each on stdout, where Lambda takes it to CloudWatch. */
export const jsonLog = (service: string): Log => {
  const line =
    (level: string) =>
    (what: string, fields: LogFields = {}): void => {
      const safe = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, printable(value)]));
      process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), level, service, what, ...safe })}\n`);
    };
  return { info: line('info'), warn: line('warn'), error: line('error') };
};
