import { parsePattern } from '../events/pattern.ts';
import type { Message, MessageAttribute } from './message.ts';
import { invalidParameter } from './query.ts';

export type FilterScope = 'MessageAttributes' | 'MessageBody';

const typedValue = ({ type, value }: MessageAttribute): unknown => {
  if (type.startsWith('String.Array')) {
    try {
      return JSON.parse(value);
    } catch {
      return undefined;
    }
  }
  if (type.startsWith('Number')) return Number(value);
  return type.startsWith('String') ? value : undefined;
};

const bodyOf = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads a subscription's filter policy (JSON text; `{}` wants all). Its values are those of event patterns; a body that
 * is no JSON object fits no policy.
 * @throws InvalidParameter
 */
export const parseFilter = (policy: string, scope: FilterScope): ((message: Message) => boolean) => {
  const parsed = bodyOf(policy);
  if (!isObject(parsed)) throw invalidParameter('FilterPolicy: failed to parse JSON.');
  if (Object.keys(parsed).length === 0) return () => true;
  let matches: (subject: unknown) => boolean;
  try {
    matches = parsePattern(parsed);
  } catch (error) {
    throw invalidParameter(`FilterPolicy: ${(error as Error).message}`);
  }
  if (scope === 'MessageBody')
    return ({ body }) => {
      const content = bodyOf(body);
      return isObject(content) && matches(content);
    };
  if (Object.entries(parsed).some(([name, values]) => name !== '$or' && !Array.isArray(values)))
    throw invalidParameter('FilterPolicy: Filter policy scope MessageAttributes does not support nested filter policy');
  return ({ attributes }) =>
    matches(Object.fromEntries(Object.entries(attributes).map(([name, attribute]) => [name, typedValue(attribute)])));
};
