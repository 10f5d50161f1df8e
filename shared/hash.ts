import { createHash, hash as hashText } from 'node:crypto';

/** JSON with the keys of every object sorted, so that equal content is equal text. */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );

/** The first `length` hex digits of SHA-256 over the parts, each closed by a NUL so that they cannot run together. */
export const hashOf = (parts: readonly (string | Uint8Array)[], length = 32): string => {
  // Nearly always names of things: in one go it costs a third.
  if (parts.every((part) => typeof part === 'string')) {
    return hashText('sha256', parts.map((part) => `${part}\0`).join('')).slice(0, length);
  }
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex').slice(0, length);
};
