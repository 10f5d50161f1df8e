import { isLeft } from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';

/**
 * Reads a function's environment as one type. A cold start that misses names says all of them at once; values are never
 * shown.
 */
export const readEnvironment = <A>(
  codec: t.Type<A, unknown>,
  environment: Readonly<Record<string, string | undefined>>,
): A => {
  const decoded = codec.decode(environment);
  if (isLeft(decoded)) {
    const names = new Set(
      decoded.left.map(({ context }) =>
        context
          .map(({ key }) => key)
          .filter(Boolean)
          .join('.'),
      ),
    );
    throw new Error(`missing or wrong in the environment: ${[...names].join(', ')}`);
  }
  return decoded.right;
};
