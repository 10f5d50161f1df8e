import { BlockList, isIP } from 'node:net';
import { AwsError } from './aws-error.ts';

/** A value at the end of a path: what is left of an event's field once its arrays are opened. */
export type Leaf = string | number | boolean | null;

/** Judges one leaf. */
export type LeafTest = (leaf: Leaf) => boolean;

/** A pattern that cannot be used; the message says why, in EventBridge's form. */
export class InvalidPattern extends AwsError {
  constructor(reason: string) {
    super('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
  }
}

/** One entry of a pattern's list: either a test of a leaf, or a demand that there be a leaf at all (or none). */
export type ValueTest = { kind: 'leaf'; test: LeafTest } | { kind: 'exists'; wanted: boolean };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The single key and value of a match expression such as `{"prefix": "a"}`. */
const onlyEntry = (expression: Record<string, unknown>): [string, unknown] => {
  const [entry, ...more] = Object.entries(expression);
  if (entry === undefined) throw new InvalidPattern('Match expression name not found');
  if (more.length > 0) throw new InvalidPattern('Only one key allowed in match expression');
  return entry;
};

const ofText =
  (test: (text: string) => boolean): LeafTest =>
  (leaf) =>
    typeof leaf === 'string' && test(leaf);

const fold = (text: string): string => text.toLowerCase();

const textOf = (kind: string, value: unknown): string => {
  if (typeof value !== 'string') throw new InvalidPattern(`${kind} match pattern must be a string`);
  return value;
};

/** `prefix` and `suffix`, both also as `{"equals-ignore-case": "…"}`. */
const edgeTest = (kind: 'prefix' | 'suffix', value: unknown): LeafTest => {
  const reaches = (text: string, edge: string): boolean =>
    kind === 'prefix' ? text.startsWith(edge) : text.endsWith(edge);
  if (!isObject(value)) {
    const edge = textOf(kind, value);
    return ofText((text) => reaches(text, edge));
  }
  const [name, inner] = onlyEntry(value);
  if (name !== 'equals-ignore-case') throw new InvalidPattern(`Unsupported ${kind} pattern: ${name}`);
  const edge = fold(textOf(name, inner));
  return ofText((text) => reaches(fold(text), edge));
};

const ignoreCaseTest = (value: unknown): LeafTest => {
  const wanted = fold(textOf('equals-ignore-case', value));
  return ofText((text) => fold(text) === wanted);
};

/** The literal pieces between a wildcard's stars; `\*` and `\\` stand for themselves. */
const wildcardPieces = (pattern: string): string[] => {
  const pieces = [''];
  let afterStar = false;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === '*') {
      if (afterStar) throw new InvalidPattern(`Consecutive wildcard characters at pos ${at - 1}`);
      afterStar = true;
      pieces.push('');
      continue;
    }
    afterStar = false;
    if (character === '\\') {
      at++;
      if (pattern[at] !== '*' && pattern[at] !== '\\')
        throw new InvalidPattern(`Invalid escape character at pos ${at - 1}`);
    }
    pieces.push(`${pieces.pop()}${pattern[at]}`);
  }
  return pieces;
};

/** Matches piece by piece from the left, so that the time is linear where a regular expression's need not be. */
const wildcardTest = (value: unknown): LeafTest => {
  const [first = '', ...others] = wildcardPieces(textOf('wildcard', value));
  const last = others.pop();
  if (last === undefined) return ofText((text) => text === first);
  return ofText((text) => {
    if (!text.startsWith(first)) return false;
    let at = first.length;
    for (const piece of others) {
      const found = text.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return text.length - last.length >= at && text.endsWith(last);
  });
};

/** EventBridge compares numbers from -5,000,000,000 to 5,000,000,000, ends included. */
const LARGEST_NUMBER = 5e9;

const numericTest = (value: unknown): LeafTest => {
  if (!Array.isArray(value)) throw new InvalidPattern('Value of numeric must be an array.');
  const limit = (operator: string, operand: unknown): number => {
    if (typeof operand !== 'number') throw new InvalidPattern(`Value of ${operator} must be numeric`);
    if (Math.abs(operand) > LARGEST_NUMBER)
      throw new InvalidPattern(
        `Value must be between -${LARGEST_NUMBER} and ${LARGEST_NUMBER}, inclusive, not ${operand}`,
      );
    return operand;
  };
  const ofNumber =
    (test: (number: number) => boolean): LeafTest =>
    (leaf) =>
      typeof leaf === 'number' && test(leaf);

  const [operator, operand, second, secondOperand, ...more] = value as unknown[];
  if (operator === undefined) throw new InvalidPattern('Invalid member in numeric match: ]');
  if (typeof operator !== 'string') throw new InvalidPattern(`Invalid member in numeric match: ${operator}`);
  if (more.length > 0) throw new InvalidPattern('Too many elements in numeric expression');
  if (operator === '=') {
    const wanted = limit(operator, operand);
    if (second !== undefined) throw new InvalidPattern('Too many elements in numeric expression');
    return ofNumber((number) => number === wanted);
  }
  if (operator === '<' || operator === '<=') {
    const top = limit(operator, operand);
    if (second !== undefined) throw new InvalidPattern('Too many elements in numeric expression');
    return ofNumber((number) => (operator === '<' ? number < top : number <= top));
  }
  if (operator !== '>' && operator !== '>=')
    throw new InvalidPattern(`Unrecognized numeric range operator: ${operator}`);
  const bottom = limit(operator, operand);
  const above = (number: number): boolean => (operator === '>' ? number > bottom : number >= bottom);
  if (second === undefined) return ofNumber(above);
  if (second !== '<' && second !== '<=') throw new InvalidPattern(`Bad numeric range operator: ${String(second)}`);
  const top = limit(second, secondOperand);
  if (bottom >= top) throw new InvalidPattern('Bottom must be less than top');
  return ofNumber((number) => above(number) && (second === '<' ? number < top : number <= top));
};

const cidrTest = (value: unknown): LeafTest => {
  const text = textOf('cidr', value);
  const [address = '', length, ...more] = text.split('/');
  const version = isIP(address);
  const bits = version === 4 ? 32 : 128;
  const prefix = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
  if (version === 0 || more.length > 0 || !(prefix <= bits))
    throw new InvalidPattern(`Malformed CIDR, one '/' required: ${text}`);
  const type = version === 4 ? 'ipv4' : 'ipv6';
  const block = new BlockList();
  block.addSubnet(address, prefix, type);
  return ofText((candidate) => isIP(candidate) === version && block.check(candidate, type));
};

const inList = (kind: string, value: unknown, each: (entry: unknown) => LeafTest): LeafTest => {
  const entries = Array.isArray(value) ? value : [value];
  if (entries.length === 0) throw new InvalidPattern(`Value of ${kind} must not be an empty list`);
  const tests = entries.map(each);
  return (leaf) => tests.some((test) => test(leaf));
};

const ANYTHING_BUT: Readonly<Record<string, (value: unknown) => LeafTest>> = {
  prefix: (value) => edgeTest('prefix', value),
  suffix: (value) => edgeTest('suffix', value),
  wildcard: wildcardTest,
  'equals-ignore-case': ignoreCaseTest,
};

const anythingButTest = (value: unknown): LeafTest => {
  let unwanted: LeafTest;
  if (isObject(value)) {
    const [name, inner] = onlyEntry(value);
    const each = Object.hasOwn(ANYTHING_BUT, name) ? ANYTHING_BUT[name] : undefined;
    if (each === undefined) throw new InvalidPattern(`Unsupported anything-but pattern: ${name}`);
    unwanted = inList(`anything-but ${name}`, inner, each);
  } else {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    if (values.some((entry) => typeof entry !== 'string' && typeof entry !== 'number'))
      throw new InvalidPattern('Value of anything-but must be an array or single string/number value.');
    if (new Set(values.map((entry) => typeof entry)).size > 1)
      throw new InvalidPattern(
        'Inside anything but list, either all values are number or string, mixed type is not supported',
      );
    unwanted = inList('anything-but', value, (entry) => (leaf) => leaf === entry);
  }
  return (leaf) => !unwanted(leaf);
};

const EXPRESSIONS: Readonly<Record<string, (value: unknown) => LeafTest>> = {
  prefix: (value) => edgeTest('prefix', value),
  suffix: (value) => edgeTest('suffix', value),
  'equals-ignore-case': ignoreCaseTest,
  wildcard: wildcardTest,
  numeric: numericTest,
  cidr: cidrTest,
  'anything-but': anythingButTest,
};

/**
 * Reads one entry of a pattern's list: a literal, or a match expression such as `{"prefix": "a"}`.
 * @throws InvalidPattern
 */
export const parseValue = (value: unknown): ValueTest => {
  if (Array.isArray(value)) throw new InvalidPattern('Match value must be String, number, true, false, or null');
  if (!isObject(value)) return { kind: 'leaf', test: (leaf) => leaf === value };
  const [name, inner] = onlyEntry(value);
  if (name === 'exists') {
    if (typeof inner !== 'boolean') throw new InvalidPattern('exists match pattern must be either true or false.');
    return { kind: 'exists', wanted: inner };
  }
  const expression = Object.hasOwn(EXPRESSIONS, name) ? EXPRESSIONS[name] : undefined;
  if (expression === undefined) throw new InvalidPattern(`Unrecognized match type ${name}`);
  return { kind: 'leaf', test: expression(inner) };
};
