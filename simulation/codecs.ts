/** io-ts as the simulation bundles it: else a tenth of a run goes into decoding records that were decoded before. */
import { isRight } from 'fp-ts/lib/Either.js';
import { type Mixed, strict as strictly, type Validation } from 'io-ts';

export * from 'io-ts';

/** Decodes no frozen value twice. Frozen is what a table of the simulation holds, of which each read gives the very same. */
const remembering = <C extends Mixed>(codec: C): C => {
  const known = new WeakMap<object, Validation<unknown>>();
  const decode = codec.validate.bind(codec);
  const validate: Mixed['validate'] = (given, context) => {
    if (typeof given !== 'object' || given === null || !Object.isFrozen(given)) return decode(given, context);
    const before = known.get(given);
    if (before !== undefined) return before;
    const decoded = decode(given, context);
    // What is wrong is told with its context, which is another each time.
    if (isRight(decoded)) known.set(given, decoded);
    return decoded;
  };
  return Object.assign(codec, { validate });
};

export const strict: typeof strictly = (props, name) => remembering(strictly(props, name));
