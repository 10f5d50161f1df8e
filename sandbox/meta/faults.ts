import { createHash, randomUUID } from 'node:crypto';

/** The calls that a fault can be about. */
export type Endpoint = 'items_batch' | 'check_batch_request_status' | 'products' | 'catalog' | 'debug_token';

/** Every fault: what it does, the endpoints it is about if none is named, and its own parameters. */
const kinds = {
  'refuse-item': { about: ['items_batch'], takes: ['message', 'stage', 'method'] },
  throttle: { about: undefined, takes: ['code', 'subcode', 'minutes'] },
  'token-expired': { about: undefined, takes: ['subcode'] },
  'permission-missing': { about: undefined, takes: [] },
  'server-error': { about: undefined, takes: ['code'] },
  'graph-error': { about: undefined, takes: ['code', 'subcode', 'http', 'message'] },
  'html-502': { about: undefined, takes: [] },
  'reset-after-accept': { about: ['items_batch'], takes: [] },
  'reset-before-accept': { about: ['items_batch'], takes: [] },
  slow: { about: undefined, takes: ['ms'] },
  'usage-header': { about: undefined, takes: ['call_count', 'total_cputime', 'total_time', 'minutes'] },
  'empty-handles': { about: ['items_batch'], takes: [] },
  'too-large': { about: ['items_batch'], takes: [] },
  'invalid-parameter': { about: ['items_batch'], takes: ['message'] },
  'status-error': { about: ['items_batch'], takes: ['lateMs'] },
  'status-canceled': { about: ['items_batch'], takes: ['lateMs'] },
  'partial-apply': { about: ['items_batch'], takes: ['share', 'lateMs'] },
  'never-finishes': { about: ['items_batch'], takes: ['lateMs'] },
  'slow-processing': { about: ['items_batch'], takes: ['ms'] },
  'status-unknown-word': { about: ['check_batch_request_status'], takes: ['word'] },
  'handle-not-found': { about: ['check_batch_request_status'], takes: [] },
  'empty-data': { about: ['check_batch_request_status'], takes: [] },
} as const satisfies Record<string, { about: readonly Endpoint[] | undefined; takes: readonly string[] }>;

export type FaultName = keyof typeof kinds;

/** A fault as it was switched on. */
export interface Fault {
  id: string;
  name: FaultName;
  /** How often it still happens; absent: until it is removed. */
  count?: number;
  /** From 0 to 1, judged by a hash of the seed and of the how-manieth matching call (or of the item's id) it is. */
  probability?: number;
  seed?: number;
  /** Only calls that hold this item. */
  retailerId?: string;
  catalog?: string;
  endpoint?: Endpoint;
  /** Only calls with more entries than this. */
  moreThan?: number;
  [parameter: string]: unknown;
}

/** What a fault is matched with. */
export interface FaultTarget {
  endpoint: Endpoint;
  catalog?: string | undefined;
  ids: readonly string[];
}

export interface Faults {
  /** Switches a fault on and answers its id. Throws if its name or a parameter is not known. */
  add(described: unknown): string;
  /** Removes one fault, or all. False if there is none of that id. */
  remove(id?: string): boolean;
  list(): Fault[];
  /** The first fault of these names that happens to the call; it counts as happened. */
  take(names: readonly FaultName[], target: FaultTarget): Fault | undefined;
  /** The fault by which this one item is refused at this stage, if any; it counts as happened. */
  takeForItem(target: FaultTarget, id: string, method: string, stage: 'sync' | 'async'): Fault | undefined;
}

const COMMON = ['name', 'count', 'probability', 'seed', 'retailerId', 'catalog', 'endpoint', 'moreThan'];
const ENDPOINTS: readonly string[] = [
  'items_batch',
  'check_batch_request_status',
  'products',
  'catalog',
  'debug_token',
];

/** A number from 0 up to 1 that depends on nothing but what is given, so that a run can be repeated. */
const fraction = (seed: number, what: string): number =>
  createHash('sha256').update(`${seed}/${what}`).digest().readUInt32BE() / 2 ** 32;

const check = (described: unknown): Omit<Fault, 'id'> => {
  if (typeof described !== 'object' || described === null) throw new Error('a fault is a JSON object with a "name"');
  const fault = described as Fault;
  if (!Object.hasOwn(kinds, fault.name))
    throw new Error(`there is no fault "${fault.name}"; there are ${Object.keys(kinds).join(', ')}`);
  const { takes } = kinds[fault.name];
  for (const parameter of Object.keys(fault))
    if (![...COMMON, ...takes].includes(parameter))
      throw new Error(
        `the fault "${fault.name}" takes ${[...takes, ...COMMON.slice(1)].join(', ')}, not "${parameter}"`,
      );
  const numbers = [
    'count',
    'probability',
    'seed',
    'moreThan',
    'code',
    'subcode',
    'http',
    'minutes',
    'ms',
    'share',
    'lateMs',
  ];
  for (const name of numbers)
    if (fault[name] !== undefined && !(typeof fault[name] === 'number' && fault[name] >= 0))
      throw new Error(`"${name}" of the fault "${fault.name}" is a number from 0 on`);
  if (fault.endpoint !== undefined && !ENDPOINTS.includes(fault.endpoint))
    throw new Error(`"endpoint" of a fault is one of ${ENDPOINTS.join(', ')}`);
  if (fault.stage !== undefined && fault.stage !== 'sync' && fault.stage !== 'async')
    throw new Error('"stage" of the fault "refuse-item" is sync or async');
  return fault;
};

/** Throttles of a bucket happen to the calls that the bucket counts. */
const isAbout = (fault: Fault, endpoint: Endpoint): boolean => {
  if (fault.endpoint !== undefined) return fault.endpoint === endpoint;
  if (fault.code === 80014) return endpoint === 'items_batch';
  if (fault.code === 80009) return endpoint !== 'items_batch' && endpoint !== 'debug_token';
  const about: readonly Endpoint[] | undefined = kinds[fault.name].about;
  return about === undefined || about.includes(endpoint);
};

export const faultBoard = (): Faults => {
  const faults = new Map<string, { fault: Fault; matched: number }>();

  const matches = (fault: Fault, target: FaultTarget): boolean =>
    isAbout(fault, target.endpoint) &&
    (fault.catalog === undefined || fault.catalog === target.catalog) &&
    (fault.moreThan === undefined || target.ids.length > fault.moreThan);

  const happens = (fault: Fault, what: string): boolean => {
    if (fault.count === 0) return false;
    if (fault.probability !== undefined && fraction(fault.seed ?? 0, what) >= fault.probability) return false;
    if (fault.count !== undefined) fault.count -= 1;
    return true;
  };

  return {
    add: (described) => {
      const id = randomUUID();
      faults.set(id, { fault: { ...check(described), id } as Fault, matched: 0 });
      return id;
    },
    remove: (id) => {
      if (id !== undefined) return faults.delete(id);
      faults.clear();
      return true;
    },
    list: () => [...faults.values()].map(({ fault }) => ({ ...fault })),
    take: (names, target) => {
      for (const held of faults.values()) {
        if (!names.includes(held.fault.name) || !matches(held.fault, target)) continue;
        if (held.fault.retailerId !== undefined && !target.ids.includes(held.fault.retailerId)) continue;
        held.matched += 1;
        if (happens(held.fault, String(held.matched))) return held.fault;
      }
      return undefined;
    },
    takeForItem: (target, id, method, stage) => {
      for (const { fault } of faults.values()) {
        if (fault.name !== 'refuse-item' || (fault.stage ?? 'async') !== stage) continue;
        if (fault.retailerId !== undefined && fault.retailerId !== id) continue;
        if (fault.method !== undefined && String(fault.method).toUpperCase() !== method) continue;
        if (matches(fault, target) && happens(fault, id)) return fault;
      }
      return undefined;
    },
  };
};
