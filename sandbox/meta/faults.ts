import { createHash, randomUUID } from 'node:crypto';
import { checkFault, checkScript, type DescribedStep } from './check-fault.ts';
import { type Endpoint, type FaultName, kindOf } from './fault-kinds.ts';
import { isRecord } from './rules.ts';

/** The calls that something is bound to. */
interface Matching {
  /** Only calls that hold this item. */
  retailerId?: string;
  /** Only calls that ask about this batch. */
  handle?: string;
  catalog?: string;
  endpoint?: Endpoint;
  /** Only calls with more entries than this. */
  moreThan?: number;
}

/** A fault as it was switched on. */
export interface Fault extends Matching {
  id: string;
  name: FaultName;
  /** How often it still happens; absent: until it is removed. */
  count?: number;
  /** From 0 to 1, judged by a hash of the seed and of the how-manieth matching call (or of the item's id) it is. */
  probability?: number;
  seed?: number;
  [parameter: string]: unknown;
}

/** Faults in turn: the n-th matching call has those of the n-th step, an empty one goes well. After the last it is over. */
interface Script extends Matching {
  id: string;
  script: readonly (readonly DescribedStep[])[];
  /** How many steps are behind it. */
  done: number;
}

/** What a fault is matched with. */
export interface FaultTarget {
  endpoint: Endpoint;
  catalog?: string | undefined;
  ids: readonly string[];
  handle?: string | undefined;
}

/** The faults of one call. */
export interface CallFaults {
  /** The first fault of these names that happens to the call; it counts as happened. */
  take(...names: readonly FaultName[]): Fault | undefined;
  /** The fault by which this one item is refused at this stage, if any; it counts as happened. */
  takeForItem(id: string, method: string, stage: 'sync' | 'async'): Fault | undefined;
  /** What is to be read back of an item as it is stored. Reading counts as nothing. */
  flagsOf(id: string): Fault[];
  /** Those that happened so far. */
  readonly happened: readonly FaultName[];
}

export interface Faults {
  /** Switches a fault or a script on and answers its id. Throws if what is described cannot be. */
  add(described: unknown): string;
  /** Removes one, or all. False if there is none of that id. */
  remove(id?: string): boolean;
  list(): (Fault | Script)[];
  /** To be called once for each call that is answered: scripts go one step on. */
  begin(target: FaultTarget): CallFaults;
}

/** A number from 0 up to 1 that depends on nothing but what is given, so that a run can be repeated. */
const fraction = (seed: number, what: string): number =>
  createHash('sha256').update(`${seed}/${what}`).digest().readUInt32BE() / 2 ** 32;

const isChosen = ({ probability, seed }: Fault, what: string): boolean =>
  probability === undefined || fraction(seed ?? 0, what) < probability;

/** Throttles of a bucket happen to the calls that the bucket counts. */
const isAbout = (fault: Fault, endpoint: Endpoint): boolean => {
  if (fault.endpoint !== undefined) return fault.endpoint === endpoint;
  const isBatch = endpoint === 'items_batch' || endpoint === 'localized_items_batch';
  if (fault.code === 80014) return isBatch;
  if (fault.code === 80009) return !isBatch && endpoint !== 'debug_token';
  const { at, about = at } = kindOf(fault.name);
  return about.includes(endpoint);
};

const fits = ({ catalog, handle, moreThan }: Matching, target: FaultTarget): boolean =>
  (catalog === undefined || catalog === target.catalog) &&
  (handle === undefined || handle === target.handle) &&
  (moreThan === undefined || target.ids.length > moreThan);

const holds = ({ retailerId }: Matching, target: FaultTarget): boolean =>
  retailerId === undefined || target.ids.includes(retailerId);

/** Whether a stored item is to be read back as a fault says: flagged, or refused by itself with a type of error. */
const isFlagOf = (fault: Fault, id: string, target: FaultTarget): boolean => {
  if (fault.catalog !== undefined && fault.catalog !== target.catalog) return false;
  if (fault.name === 'refuse-item') return fault.errorType !== undefined && fault.retailerId === id;
  if (fault.name !== 'flag-item' || !isAbout(fault, target.endpoint)) return false;
  return (fault.retailerId === undefined || fault.retailerId === id) && isChosen(fault, id);
};

export const faultBoard = (): Faults => {
  const faults = new Map<string, { fault: Fault; matched: number }>();
  const scripts = new Map<string, Script>();

  const happens = (fault: Fault, what: string): boolean => {
    if (fault.count === 0 || !isChosen(fault, what)) return false;
    if (fault.count !== undefined) fault.count -= 1;
    return true;
  };

  /** The faults of the steps that all matching scripts have reached with this call. */
  const nextSteps = (target: FaultTarget): Fault[] =>
    [...scripts.values()].flatMap((held) => {
      if (held.endpoint !== target.endpoint || !fits(held, target) || !holds(held, target)) return [];
      const step = held.script[held.done] ?? [];
      held.done = Math.min(held.done + 1, held.script.length);
      return step.map((part): Fault => ({ ...part, id: held.id }));
    });

  return {
    add: (described) => {
      const id = randomUUID();
      if (isRecord(described) && described.script !== undefined) {
        const { steps, matching } = checkScript(described);
        scripts.set(id, { id, script: steps, done: 0, ...matching });
      } else faults.set(id, { fault: { ...checkFault(described), id }, matched: 0 });
      return id;
    },
    remove: (id) => {
      if (id !== undefined) return faults.delete(id) || scripts.delete(id);
      faults.clear();
      scripts.clear();
      return true;
    },
    list: () => [...[...faults.values()].map(({ fault }) => ({ ...fault })), ...scripts.values()],
    begin: (target) => {
      // What a script says of this call comes before what is said of calls in general.
      const scripted = nextSteps(target);
      const refusals = [...scripted, ...[...faults.values()].map(({ fault }) => fault)].filter(
        (fault) =>
          fault.name === 'refuse-item' &&
          (scripted.includes(fault) || (isAbout(fault, target.endpoint) && fits(fault, target))),
      );
      const happened = new Set<FaultName>();
      const note = (fault: Fault | undefined): Fault | undefined => {
        if (fault) happened.add(fault.name);
        return fault;
      };
      const taken = (names: readonly FaultName[]): Fault | undefined => {
        const step = scripted.find(({ name }) => names.includes(name));
        if (step) return step;
        for (const held of faults.values()) {
          const { fault } = held;
          if (!names.includes(fault.name) || !isAbout(fault, target.endpoint)) continue;
          if (!fits(fault, target) || !holds(fault, target)) continue;
          held.matched += 1;
          if (happens(fault, String(held.matched))) return fault;
        }
        return undefined;
      };
      const takenForItem = (id: string, method: string, stage: 'sync' | 'async'): Fault | undefined =>
        refusals.find(
          (fault) =>
            (fault.stage ?? 'async') === stage &&
            (fault.retailerId === undefined || fault.retailerId === id) &&
            (fault.method === undefined || String(fault.method).toUpperCase() === method) &&
            happens(fault, id),
        );
      return {
        take: (...names) => note(taken(names)),
        takeForItem: (id, method, stage) => note(takenForItem(id, method, stage)),
        flagsOf: (id) => [...faults.values()].map(({ fault }) => fault).filter((fault) => isFlagOf(fault, id, target)),
        get happened() {
          return [...happened];
        },
      };
    },
  };
};
