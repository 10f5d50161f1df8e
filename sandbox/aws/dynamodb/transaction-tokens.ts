import { createHash } from 'node:crypto';
import type { BatchOperation, Store } from 'dynalite/db/index.js';
import { ServiceError } from './service-error.ts';

/** How long AWS knows a ClientRequestToken again after the transaction is done. */
const TOKEN_LASTS_MS = 10 * 60 * 1000;

interface Seen {
  hash: string;
  at: number;
}

/** Which transactions were done lately, so that a repeated request does not write twice, not even after a restart. */
export interface TransactionTokens {
  /** True when this very request was done; throws IdempotentParameterMismatchException when another one was. */
  isDone(token: string, hash: string, now: number): boolean;
  /** What goes into the transaction's batch; call `remember` when it is written. */
  operationsFor(token: string, hash: string, now: number): BatchOperation[];
  remember(token: string, hash: string, now: number): void;
  /** Forgets the tokens of more than ten minutes ago. */
  sweep(now: number): Promise<void>;
}

const PREFIX = 'transaction-token~';

/** The same text for the same request, in whatever order its fields came. */
const canonical = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, canonical(inner)]);
};
export const requestHash = (request: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(canonical(request)))
    .digest('base64url');

/** Reads the tokens of before a restart. */
export const transactionTokens = async (store: Store): Promise<TransactionTokens> => {
  const stored: [string, Seen][] = [];
  for await (const [key, value] of store.db.iterator({ gte: PREFIX, lt: `${PREFIX.slice(0, -1)}\x7f` })) {
    stored.push([key.slice(PREFIX.length), value as Seen]);
  }
  // In the order of time, so that a sweep stops at the first that is still good.
  const seen = new Map(stored.sort(([, a], [, b]) => a.at - b.at));

  return {
    isDone: (token, hash, now) => {
      const known = seen.get(token);
      if (!known || known.at + TOKEN_LASTS_MS <= now) return false;
      if (known.hash === hash) return true;
      throw new ServiceError(
        'IdempotentParameterMismatchException',
        'The ClientRequestToken was used before with other TransactItems',
      );
    },
    operationsFor: (token, hash, now) => [{ type: 'put', key: PREFIX + token, value: { hash, at: now } }],
    remember: (token, hash, now) => {
      seen.delete(token);
      seen.set(token, { hash, at: now });
    },
    sweep: async (now) => {
      const operations: BatchOperation[] = [];
      for (const [token, { at }] of seen) {
        if (at + TOKEN_LASTS_MS > now) break;
        seen.delete(token);
        operations.push({ type: 'del', key: PREFIX + token });
      }
      if (operations.length > 0) await store.db.batch(operations);
    },
  };
};
