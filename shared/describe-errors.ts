import type { Errors } from 'io-ts';

/** A part of an intersection has a number where a field has its name: it is left out of the path. */
const isNumbered = (type: unknown): boolean =>
  typeof type === 'object' &&
  type !== null &&
  '_tag' in type &&
  ['IntersectionType', 'UnionType'].includes(String(type._tag));

/**
 * What a codec found wrong, a line each: the path of the field and what it should be, never the value, which may be a
 * secret.
 */
export const describeErrors = (errors: Errors): string[] => [
  ...new Set(
    errors.map(({ context }) => {
      const path = context
        .filter((_, place) => place > 0 && !isNumbered(context[place - 1]?.type))
        .map(({ key }) => key)
        .join('.');
      return `${path === '' ? 'the whole' : path} should be ${context.at(-1)?.type.name}`;
    }),
  ),
];
