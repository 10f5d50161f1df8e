import { InvalidPattern, type Leaf, parseValue } from './value-test.ts';

/** Says whether an event fits a pattern. */
export type Matcher = (event: unknown) => boolean;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The scalars of a field, its arrays opened. Objects give none: a pattern's list speaks of the ends of paths only. */
const leavesOf = (value: unknown, into: Leaf[] = []): Leaf[] => {
  if (Array.isArray(value)) for (const element of value) leavesOf(element, into);
  else if (value !== undefined && !isObject(value)) into.push(value as Leaf);
  return into;
};

const fieldMatcher = (values: readonly unknown[]): Matcher => {
  if (values.length === 0) throw new InvalidPattern('Empty arrays are not allowed');
  const tests = values.map(parseValue);
  return (value) => {
    const leaves = leavesOf(value);
    return tests.some((test) =>
      test.kind === 'exists' ? leaves.length > 0 === test.wanted : leaves.some((leaf) => test.test(leaf)),
    );
  };
};

/** Of an array of objects one element has to fit as a whole; a missing or scalar one is as good as `{}`. */
const inObject =
  (fits: (object: Record<string, unknown>) => boolean): Matcher =>
  (value) => {
    if (!Array.isArray(value) || value.length === 0) return fits(isObject(value) ? value : {});
    return value.some((element) => inObject(fits)(element));
  };

const orMatcher = (alternatives: unknown): ((object: Record<string, unknown>) => boolean) => {
  if (!Array.isArray(alternatives)) throw new InvalidPattern('It must be an Array followed with $or.');
  if (alternatives.length < 2) throw new InvalidPattern('There must have at least 2 Objects in $or relationship.');
  const matchers = alternatives.map((alternative) => {
    if (!isObject(alternative)) throw new InvalidPattern('Only JSON object is allowed in array of $or relationship.');
    return objectTest(alternative);
  });
  return (object) => matchers.some((matches) => matches(object));
};

const objectTest = (pattern: Record<string, unknown>): ((object: Record<string, unknown>) => boolean) => {
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw new InvalidPattern('Empty objects are not allowed');
  const tests = entries.map(([name, wanted]): ((object: Record<string, unknown>) => boolean) => {
    if (name === '$or') return orMatcher(wanted);
    if (!Array.isArray(wanted) && !isObject(wanted))
      throw new InvalidPattern(`"${name}" must be an object or an array`);
    const matches = Array.isArray(wanted) ? fieldMatcher(wanted) : inObject(objectTest(wanted));
    return (object) => matches(Object.hasOwn(object, name) ? object[name] : undefined);
  });
  return (object) => tests.every((test) => test(object));
};

/**
 * Reads an event pattern: exact values, null, prefix, suffix, equals-ignore-case, wildcard, anything-but, numeric,
 * exists, cidr and `$or`, as "Amazon EventBridge event patterns" describes them.
 * @param pattern JSON text, or what it parses to
 * @throws InvalidPattern with EventBridge's wording
 */
export const parsePattern = (pattern: string | object): Matcher => {
  let parsed: unknown = pattern;
  if (typeof pattern === 'string') {
    try {
      parsed = JSON.parse(pattern);
    } catch (cause) {
      throw new InvalidPattern(`it is not JSON (${(cause as Error).message})`);
    }
  }
  if (!isObject(parsed)) throw new InvalidPattern('Filter is not an object');
  return inObject(objectTest(parsed));
};
