import type { Handle } from '@catalog-sync/shared/catalog/handle.ts';
import { type EpochMs, epochMs, SECOND } from '@catalog-sync/shared/catalog/instant.ts';
import type { ItemError } from '@catalog-sync/shared/records/publish.ts';
import type { BatchFacts } from './batch.ts';

/** Where a batch goes from `sending` or `submitted`. `amb` is the latest moment of a POST that nobody can answer for. */
export type Step =
  | { to: 'submitted'; handle: Handle; errored: ItemError[] }
  | { to: 'prepared'; notBefore: EpochMs; amb: EpochMs; tries: number }
  | { to: 'settled'; errored: ItemError[] }
  | { to: 'unknown'; errored: ItemError[]; amb: EpochMs; why: { code: string | null; message: string } }
  /** What is not errored goes again: as one batch, or in two halves. */
  | { to: 'split'; errored: ItemError[]; into: 'rest' | 'halves'; amb: EpochMs };

/** Tries that a batch has before it is cut; an item alone is then unknown. */
export const MOST_TRIES = 3;

const FIRST_WAIT_MS = 5 * SECOND;
const DOUBLINGS = 6;

/** 5 s, 10 s, 20 s … about five minutes at most. */
export const waitAfter = (times: number): number => FIRST_WAIT_MS * 2 ** Math.min(times, DOUBLINGS);

/**
 * A try that counts against the batch: again after a while; after the third the batch is cut, for one of its items may be
 * the cause. An item alone then is unknown, not errored, unless Meta named it.
 */
export const tryAgain = (
  batch: BatchFacts,
  errored: readonly ItemError[],
  amb: EpochMs,
  why: { code: string | null; message: string },
  now: EpochMs,
): Step => {
  const tries = batch.tries + 1;
  if (tries < MOST_TRIES) {
    return { to: 'prepared', notBefore: epochMs(now + waitAfter(batch.tries)), amb, tries };
  }
  const rest = batch.ids.length - errored.length;
  if (rest === 0) return { to: 'settled', errored: [...errored] };
  if (batch.ids.length === 1) return { to: 'unknown', errored: [...errored], amb, why };
  return { to: 'split', errored: [...errored], into: 'halves', amb };
};

export const latest = (a: number, b: number): EpochMs => epochMs(Math.max(a, b));
