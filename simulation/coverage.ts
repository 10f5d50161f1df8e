/** What many runs came to see: which states and steps of the records, and which faults at which ports in which phases. */
import { type Kind, kindOf, type Machine, machines, type Owner } from '../shared/records/states.ts';
import { CALL_FAULTS } from './cloud/luck.ts';
import type { Tally } from './tally.ts';

/** How many of those that there are; those that never came. */
export interface Seen {
  seen: number;
  of: number;
  never: readonly string[];
}

export interface PortCoverage {
  port: string;
  /** In which anything befell it. */
  phases: number;
  /** By kind of fault: in how many of those. */
  faults: Readonly<Record<string, number>>;
}

export interface Coverage {
  states: Seen;
  steps: Seen;
  combinations: Seen;
  ports: readonly PortCoverage[];
}

const seenOf = (all: readonly string[], met: ReadonlySet<string>): Seen => {
  const never = all.filter((name) => !met.has(name));
  return { seen: all.length - never.length, of: all.length, never };
};

const STEP = ' → ';
const each = <A>(of: (kind: Kind, machine: Machine) => readonly A[]): A[] =>
  (Object.keys(machines) as Kind[]).flatMap((kind) => of(kind, machines[kind]));
const allStates = (): string[] => each((kind, { states }) => Object.keys(states).map((state) => `${kind} ${state}`));
const allSteps = (): string[] =>
  each((kind, { born, states }) => [
    ...Object.keys(born).map((to) => `${kind} nothing${STEP}${to}`),
    ...Object.entries(states).flatMap(([from, next]) =>
      Object.keys(next?.to ?? {}).map((to) => `${kind} ${from}${STEP}${to}`),
    ),
  ]);

/** `ingest file settled → archived`, by the record's kind: `file settled → archived`. */
const byKind = (name: string): string | undefined => {
  const [owner = '', prefix = '', ...rest] = name.split(' ');
  const kind = kindOf(owner as Owner, { pk: `${prefix}#` });
  return kind && `${kind} ${rest.join(' ')}`;
};

const ofRecords = (reached: ReadonlyMap<string, number>): Pick<Coverage, 'states' | 'steps'> => {
  const steps = [...reached.keys()].flatMap((name) => byKind(name) ?? []);
  const states = steps.map((name) => `${name.split(' ')[0]} ${name.split(' ').at(-1)}`);
  return { states: seenOf(allStates(), new Set(states)), steps: seenOf(allSteps(), new Set(steps)) };
};

/**
 * Not every port is called in every phase, and nobody counts where it could be: so a port counts for a phase as soon as
 * anything befell it there, and then for each fault that ever befell it anywhere.
 */
const ofPorts = (met: ReadonlyMap<string, number>): Pick<Coverage, 'combinations' | 'ports'> => {
  const ports = new Map<string, { faults: Set<string>; phases: Set<string> }>();
  for (const name of met.keys()) {
    const [fault = '', port = '', phase = ''] = name.split(' | ');
    const { faults, phases } = ports.get(port) ?? { faults: new Set(), phases: new Set() };
    ports.set(port, { faults: faults.add(fault), phases: phases.add(phase) });
  }
  const sorted = [...ports].sort(([a], [b]) => (a < b ? -1 : 1));
  const all = sorted.flatMap(([port, { faults, phases }]) =>
    [...phases].flatMap((phase) => [...faults].map((fault) => `${fault} | ${port} | ${phase}`)),
  );
  return {
    combinations: seenOf(all, new Set(met.keys())),
    ports: sorted.map(([port, { phases }]) => ({
      port,
      phases: phases.size,
      faults: Object.fromEntries(
        CALL_FAULTS.map((fault) => [
          fault,
          [...phases].filter((phase) => met.has(`${fault} | ${port} | ${phase}`)).length,
        ]),
      ),
    })),
  };
};

export const coverageOf = ({ reached, met }: Pick<Tally, 'reached' | 'met'>): Coverage => ({
  ...ofRecords(reached),
  ...ofPorts(met),
});

/** How many records of a kind came into a state. */
export const timesIn = (reached: ReadonlyMap<string, number>, state: string): number =>
  [...reached].reduce((sum, [name, times]) => {
    const found = byKind(name)?.split(' ');
    return `${found?.[0]} ${found?.at(-1)}` === state ? sum + times : sum;
  }, 0);
