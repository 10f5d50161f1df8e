/** What is noted of a run: its time line for people, what broke, and which states and faults were met. */
import { type Kind, kindOf, type Machine, machines, type Owner, stateOf } from '../shared/records/states.ts';
import type { Invariant, Violation } from './checks/facts.ts';
import type { CallFault } from './cloud/luck.ts';
import type { Change } from './cloud/tables.ts';

export interface Line {
  /** Epoch milliseconds of true time. */
  at: number;
  what: string;
  fields?: object;
}

export interface Notes {
  readonly timeline: readonly Line[];
  readonly violations: readonly Violation[];
  /** `fault | port | phase`, as often as it occurred. */
  readonly met: ReadonlyMap<string, number>;
  /** `service prefix from → to` of each step that a record made; from `nothing` when it came to be. */
  readonly reached: ReadonlyMap<string, number>;
  told(what: string, fields?: object): void;
  broken(invariant: Invariant, what: string): void;
  /** A fault has struck a call, while syncs stood so. */
  struck(fault: CallFault, what: string, phase: string): void;
  changed(change: Change): void;
  /** Something else has moved on. */
  moved(): void;
  /** How often anything has moved on. */
  progress(): number;
  /** Nothing may be written from here on. */
  still(): void;
  /** Something is written. */
  wrote(what: string, more?: object): void;
}

const counted = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);

/** Records without states that tell of a step all the same. */
const ALWAYS_A_STEP = /^(?:pointer|catalog)#/;

/** A batch that is taken over is `sending` before and after; what is only written again has made no step. */
const isStepToItself = (kind: Kind, state: string): boolean => {
  const { states }: Machine = machines[kind];
  return states[state]?.to[state] !== undefined;
};

export const openNotes = (now: () => number): Notes => {
  const timeline: Line[] = [];
  const violations: Violation[] = [];
  const met = new Map<string, number>();
  const reached = new Map<string, number>();
  let progress = 0;
  let still = false;

  const told: Notes['told'] = (what, fields) => void timeline.push({ at: now(), what, ...(fields && { fields }) });
  const broken: Notes['broken'] = (invariant, what) => {
    told(`BROKEN ${invariant}: ${what}`);
    violations.push({ invariant, what, at: now() });
  };
  const wrote: Notes['wrote'] = (what, more) => {
    if (still) broken('I4', `a replay writes ${what} ${JSON.stringify(more ?? null)}`);
  };
  return {
    timeline,
    violations,
    met,
    reached,
    told,
    broken,
    wrote,
    struck: (fault, what, phase) => {
      told(`${fault}: ${what}`);
      counted(met, `${fault} | ${what.split(' ')[1] ?? ''} | ${phase}`);
    },
    changed: (change) => {
      const { table, before, after } = change;
      wrote(`to the table of ${table}`, change);
      const kind = after === undefined ? undefined : kindOf(table as Owner, after);
      const is = kind === undefined || after === undefined ? undefined : stateOf(kind, after);
      const was = kind === undefined || before === undefined ? undefined : stateOf(kind, before);
      const isStep =
        kind === undefined || is === undefined
          ? before === undefined || after === undefined || ALWAYS_A_STEP.test(after.pk)
          : was !== is || isStepToItself(kind, is);
      if (!isStep) return;
      progress += 1;
      if (after === undefined || is === undefined) return;
      counted(reached, `${table} ${after.pk.split('#')[0]} ${was ?? 'nothing'} → ${is}`);
    },
    moved: () => {
      progress += 1;
    },
    progress: () => progress,
    still: () => {
      still = true;
    },
  };
};
