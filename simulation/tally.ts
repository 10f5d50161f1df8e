/** What is kept of a run when its time line is not: figures that add up over many runs, and what broke. */
import type { Invariant } from './checks/facts.ts';
import type { Outcome } from './run.ts';
import type { Start } from './start.ts';

/** A run that went wrong. Most break an invariant; some throw, or never come back. */
export interface Failure {
  start: Start;
  broken: Invariant | 'throws' | 'hangs';
  what: string;
}

export interface Tally {
  runs: number;
  calls: number;
  ticks: number;
  /** What it took of one core, in milliseconds. */
  cpuMs: number;
  /** Misfortunes that happened, by kind. */
  struck: Map<string, number>;
  met: Map<string, number>;
  reached: Map<string, number>;
  failures: Failure[];
}

export const emptyTally = (): Tally => ({
  runs: 0,
  calls: 0,
  ticks: 0,
  cpuMs: 0,
  struck: new Map(),
  met: new Map(),
  reached: new Map(),
  failures: [],
});

const count = (into: Map<string, number>, name: string, by: number): void =>
  void into.set(name, (into.get(name) ?? 0) + by);
const merge = (into: Map<string, number>, from: ReadonlyMap<string, number>): void => {
  for (const [name, by] of from) count(into, name, by);
};

export const addTally = (into: Tally, { runs, calls, ticks, cpuMs, struck, met, reached, failures }: Tally): void => {
  into.runs += runs;
  into.calls += calls;
  into.ticks += ticks;
  into.cpuMs += cpuMs;
  merge(into.struck, struck);
  merge(into.met, met);
  merge(into.reached, reached);
  into.failures.push(...failures);
};

/** Adds one run. */
export const addOutcome = (into: Tally, start: Start, outcome: Outcome): void => {
  into.runs += 1;
  into.calls += outcome.calls;
  into.ticks += outcome.ticks;
  for (const { kind } of outcome.struck) count(into.struck, kind, 1);
  merge(into.met, outcome.met);
  merge(into.reached, outcome.reached);
  const [first] = outcome.violations;
  if (first !== undefined) into.failures.push({ start, broken: first.invariant, what: first.what });
};
