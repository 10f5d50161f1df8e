import type { Call } from './call.ts';
import { S3Error } from './errors.ts';
import { compareKeys, firstIndex } from './key-order.ts';

/** A key, or what several keys have in common up to the delimiter. */
export interface Entry {
  readonly name: string;
  readonly common: boolean;
}

export interface Walk {
  readonly prefix: string;
  readonly delimiter: string;
  /** Begin after this key or common prefix. */
  readonly after: string;
}

/** What a listing shows of sorted keys, in order; keys that are not `shown` do not make a common prefix either. */
export const walkKeys = function* (
  keys: readonly string[],
  walk: Walk,
  shown: (key: string) => boolean,
): Generator<Entry> {
  const { prefix, delimiter, after } = walk;
  let index = firstIndex(keys, (key) => compareKeys(key, prefix) >= 0 && (after === '' || compareKeys(key, after) > 0));
  for (let key = keys[index]; key?.startsWith(prefix); key = keys[index]) {
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    if (end < 0) {
      if (shown(key)) yield { name: key, common: false };
      index += 1;
      continue;
    }
    const common = key.slice(0, end + delimiter.length);
    const next = firstIndex(keys, (other) => compareKeys(other, common) > 0 && !other.startsWith(common));
    if (common !== after && keys.slice(index, next).some(shown)) yield { name: common, common: true };
    index = next;
  }
};

/** What all listings share of their query. Throws InvalidArgument for an unknown encoding type. */
export const listingQuery = (
  call: Call,
): { prefix: string; delimiter: string; encoding: string | undefined; encode: (text: string) => string } => {
  const encoding = call.query.get('encoding-type') || undefined;
  if (encoding !== undefined && encoding !== 'url') {
    throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request', {
      ArgumentName: 'encoding-type',
      ArgumentValue: encoding,
    });
  }
  const encode = (text: string): string => (encoding ? encodeURIComponent(text).replaceAll('%2F', '/') : text);
  return {
    prefix: call.query.get('prefix') ?? '',
    delimiter: call.query.get('delimiter') ?? '',
    encoding,
    encode,
  };
};

/** A page holds at most this many entries, common prefixes included. */
export const MAX_KEYS = 1000;
