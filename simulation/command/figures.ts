/** What came of many runs, in figures. */

import { CALL_FAULTS } from '../cloud/luck.ts';
import { type Coverage, coverageOf, type Seen, timesIn } from '../coverage.ts';
import { nameOf } from '../start.ts';
import type { Tally } from '../tally.ts';

export interface Figures {
  runs: number;
  calls: number;
  ticks: number;
  syncs: number;
  /** Misfortunes that happened, by kind. */
  struck: Readonly<Record<string, number>>;
  seconds: number;
  perMinute: number;
  perMinuteOfCpu: number;
  coverage: Coverage;
  failures: readonly { run: string; broken: string; what: string }[];
}

const perMinute = (runs: number, ms: number): number => (ms === 0 ? 0 : Math.round((runs * 60_000) / ms));

export const figuresOf = (tally: Tally, ms: number): Figures => ({
  runs: tally.runs,
  calls: tally.calls,
  ticks: tally.ticks,
  syncs: timesIn(tally.reached, 'sync active'),
  struck: Object.fromEntries([...tally.struck].sort(([, a], [, b]) => b - a)),
  seconds: Math.round(ms / 100) / 10,
  perMinute: perMinute(tally.runs, ms),
  perMinuteOfCpu: perMinute(tally.runs, tally.cpuMs),
  coverage: coverageOf(tally),
  failures: tally.failures.map(({ start, broken, what }) => ({ run: nameOf(start), broken, what })),
});

const MOST_NAMES = 12;
const number = (n: number): string => n.toLocaleString('en-US');
const few = (names: readonly string[]): string =>
  names.length <= MOST_NAMES
    ? names.join(', ')
    : `${names.slice(0, MOST_NAMES).join(', ')} and ${number(names.length - MOST_NAMES)} more`;
const seenLine = (what: string, { seen, of, never }: Seen): string =>
  `${what}: ${number(seen)} of ${number(of)} reached${never.length === 0 ? '' : `; never: ${few(never)}`}`;

/** Those that never came, by port and phase: `bus.say approved (5)`. */
const byPlace = (names: readonly string[]): string[] => {
  const places = Map.groupBy(names, (name) => name.split(' | ').slice(1).join(' '));
  return [...places].map(([place, faults]) => `${place} (${faults.length})`);
};

/** For each port and fault in how many phases it struck, of those in which anything did. */
const portTable = ({ ports }: Coverage): string[] => {
  const widest = Math.max(4, ...ports.map(({ port }) => port.length));
  const row = (name: string, cells: readonly string[]): string =>
    `  ${name.padEnd(widest)}${cells.map((cell) => cell.padStart(13)).join('')}`;
  return [
    row('port', ['phases', ...CALL_FAULTS]),
    ...ports.map(({ port, phases, faults }) =>
      row(port, [String(phases), ...CALL_FAULTS.map((fault) => String(faults[fault] || '–'))]),
    ),
  ];
};

const names = (kinds: Readonly<Record<string, number>>): string =>
  few(Object.entries(kinds).map(([kind, times]) => `${kind} ${number(times)}`));

export const figureLines = (figures: Figures, what: string): string[] => {
  const { runs, calls, ticks, syncs, struck, seconds, coverage } = figures;
  const faults = Object.values(struck).reduce((sum, times) => sum + times, 0);
  const { states, steps, combinations } = coverage;
  return [
    `${number(runs)} ${what}, ${number(syncs)} syncs, ${number(calls)} port calls, ${number(ticks)} ticks, ${seconds} s`,
    `${number(figures.perMinute)} a minute; ${number(figures.perMinuteOfCpu)} a minute of one core`,
    `${number(faults)} faults struck: ${names(struck)}`,
    seenLine('states', states),
    seenLine('steps', steps),
    seenLine('fault × port × phase', { ...combinations, never: byPlace(combinations.never) }),
    ...portTable(coverage),
  ];
};
