import { type Endpoint, endpoints, type FaultName, kindOf, kinds } from './fault-kinds.ts';
import {
  flag,
  httpStatus,
  isCount,
  isRecord,
  isText,
  milliseconds,
  oneOf,
  type Rule,
  text,
  wholeNumber,
} from './rules.ts';

/** By what a fault or a script is bound to calls. */
const MATCHING = ['retailerId', 'handle', 'catalog', 'endpoint', 'moreThan'];
const COMMON = ['count', 'probability', 'seed', ...MATCHING];

const numberFromZero: Rule = [(value) => typeof value === 'number' && value >= 0, 'a number from 0 on'];
const share: Rule = [(value) => typeof value === 'number' && value >= 0 && value <= 1, 'a number from 0 to 1'];
const code: Rule = [Number.isSafeInteger, 'a whole number, for some codes are negative'];

const rules: Readonly<Record<string, Rule>> = {
  count: wholeNumber,
  probability: share,
  seed: numberFromZero,
  retailerId: text,
  handle: text,
  catalog: text,
  endpoint: oneOf(...endpoints),
  moreThan: wholeNumber,
  message: text,
  stage: oneOf('sync', 'async'),
  method: text,
  errorType: text,
  errorPriority: oneOf('HIGH', 'MEDIUM', 'LOW'),
  imageFetchStatus: oneOf('NO_STATUS', 'FETCHED', 'FETCH_FAILED', 'OUTDATED', 'PARTIAL_FETCH', 'DIRECT_UPLOAD'),
  reviewStatus: text,
  reviewRejectionReasons: [(value) => Array.isArray(value) && value.every(isText), 'a list of texts'],
  code,
  subcode: wholeNumber,
  http: httpStatus,
  minutes: numberFromZero,
  block: flag,
  type: text,
  transient: flag,
  userTitle: text,
  userMessage: text,
  data: [(value) => isText(value) || isRecord(value), 'an object or a text'],
  accepted: flag,
  body: text,
  retryAfterSeconds: wholeNumber,
  end: oneOf('reset', 'clean'),
  ms: numberFromZero,
  call_count: numberFromZero,
  total_cputime: numberFromZero,
  total_time: numberFromZero,
  named: flag,
  absent: flag,
  share,
  lateMs: milliseconds,
  by: [(value) => isCount(value) && value > 0, 'a whole number above 0'],
  word: text,
};

/** Throws unless each parameter of what is described is one of `takes`, and what it has to be. */
const checkParameters = (what: string, described: Record<string, unknown>, takes: readonly string[]): void => {
  for (const [parameter, value] of Object.entries(described)) {
    if (!takes.includes(parameter)) throw new Error(`${what} takes ${takes.join(', ')}, not "${parameter}"`);
    const [accepts, is] = rules[parameter]!;
    if (!accepts(value)) throw new Error(`"${parameter}" of ${what} is ${is}`);
  }
};

const isFaultName = (name: unknown): name is FaultName => isText(name) && Object.hasOwn(kinds, name);

const checkNamed = (
  described: unknown,
  common: (name: FaultName) => readonly string[],
): { name: FaultName } & Record<string, unknown> => {
  if (!isRecord(described)) throw new Error('a fault is a JSON object with a "name", or with a "script"');
  const { name, ...parameters } = described;
  if (!isFaultName(name)) throw new Error(`there is no fault "${name}"; there are ${Object.keys(kinds).join(', ')}`);
  checkParameters(`the fault "${name}"`, parameters, [...kinds[name].takes, ...common(name)]);
  return { ...parameters, name };
};

/** A fault switched on where it cannot happen would make a test pass that shows nothing. */
const checkPlace = (name: FaultName, endpoint: unknown): void => {
  const { at } = kindOf(name);
  if (endpoint !== undefined && !at.includes(endpoint as Endpoint))
    throw new Error(`the fault "${name}" happens at ${at.join(', ')}, not at ${endpoint}`);
};

/** Reads the description of a fault. Throws if its name or a parameter is not known, or if it cannot happen there. */
export const checkFault = (described: unknown): { name: FaultName } & Record<string, unknown> => {
  // What is read back of an item is the same each time it is read, so that pages agree.
  const fault = checkNamed(described, (name) =>
    name === 'flag-item' ? COMMON.filter((parameter) => !['count', 'moreThan', 'handle'].includes(parameter)) : COMMON,
  );
  checkPlace(fault.name, fault.endpoint);
  return fault;
};

/** One step of a script as it was described. */
export type DescribedStep = { name: FaultName } & Record<string, unknown>;

/** Reads `{"script":[…],"endpoint",…}`; a step is null, a fault, or a list of faults. */
export const checkScript = (
  described: Record<string, unknown>,
): { steps: DescribedStep[][]; matching: Record<string, unknown> } => {
  const { script, ...matching } = described;
  if (!Array.isArray(script)) throw new Error('a "script" is a list of steps: a fault, a list of faults, or null');
  checkParameters('a script', matching, MATCHING);
  if (matching.endpoint === undefined)
    throw new Error(`a script names its "endpoint", for calls of others come in between: ${endpoints.join(', ')}`);
  const steps = script.map((step: unknown): DescribedStep[] =>
    (step === null ? [] : Array.isArray(step) ? step : [step]).map((part: unknown) => {
      const fault = checkNamed(part, (name) => (name === 'refuse-item' ? ['retailerId', 'probability', 'seed'] : []));
      if (fault.name === 'flag-item') throw new Error('the fault "flag-item" is no step of a script');
      checkPlace(fault.name, matching.endpoint);
      return fault;
    }),
  );
  return { steps, matching };
};
