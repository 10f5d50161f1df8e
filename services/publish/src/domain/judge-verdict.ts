import { type EpochMs, epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { HandleVerdict } from '@catalog-sync/shared/records/handle.ts';
import type { ItemError } from '@catalog-sync/shared/records/publish.ts';
import type { BatchFacts } from './batch.ts';
import { erroredItems, itemError } from './item-errors.ts';
import { latest, type Step, tryAgain } from './step.ts';

/**
 * What the end of its handle makes of a batch that is `submitted`:
 *
 * | end                       | batch                                                                      |
 * |---------------------------|----------------------------------------------------------------------------|
 * | finished, all named       | settled; errored = by the call, by the errors, by the ids of invalid requests |
 * | finished, more than named | what is not named goes again in halves; an item alone: errored              |
 * | error, canceled, lost     | ambiguous now; again; third time halves, an item alone: unknown             |
 * | stuck                     | unknown, ambiguous now                                                      |
 */
export const judgeVerdict = (verdict: HandleVerdict, batch: BatchFacts, now: EpochMs): Step => {
  switch (verdict.kind) {
    case 'finished':
      return judgeFinished(verdict, batch);
    case 'error':
    case 'canceled':
    case 'lost': {
      const why = { code: null, message: `Meta ended the batch as "${verdict.kind}", more than once.` };
      return tryAgain(batch, batch.errored, latest(batch.amb, now), why, now);
    }
    case 'stuck': {
      const why = { code: null, message: 'Meta did not finish the batch in time.' };
      return { to: 'unknown', errored: [...batch.errored], amb: latest(batch.amb, now), why };
    }
  }
};

type Finished = Extract<HandleVerdict, { kind: 'finished' }>;

const judgeFinished = ({ errors, errorsTotal, invalidIds }: Finished, batch: BatchFacts): Step => {
  const { ids } = batch;
  const known = new Set(ids);
  const inErrors = errors.filter(({ id }) => known.has(id));
  const inInvalid = invalidIds.filter((id) => known.has(id));
  const byVerdict = erroredItems(
    ids,
    [
      ...inErrors.map(({ id, message, type }) => ({ id, messages: [message], type: type ?? null })),
      ...inInvalid.map((id) => ({ id, messages: [] })),
    ],
    'verdict',
  );
  const errored = union(ids, batch.errored, byVerdict);
  // Both lists name an item once an error, and either may be cut. What the call itself named may or may not be counted
  // here: taking it for counted could pass over an item that nobody named.
  const named = Math.max(inErrors.length, inInvalid.length, byVerdict.length);
  if (errorsTotal <= named || errored.length === ids.length) return { to: 'settled', errored };
  if (ids.length === 1) {
    const message = 'Meta counts an error of this item and does not say which.';
    return { to: 'settled', errored: ids.map((id) => itemError(id, 'verdict', null, [message])) };
  }
  return { to: 'split', errored, into: 'halves', amb: epochMs(batch.amb) };
};

/** By the order of the batch; what the verdict says about an item comes after what the call said. */
const union = (ids: readonly string[], byCall: readonly ItemError[], byVerdict: readonly ItemError[]): ItemError[] => {
  const call = new Map(byCall.map((error) => [error.id, error]));
  const verdict = new Map(byVerdict.map((error) => [error.id, error]));
  return ids.flatMap((id) => call.get(id) ?? verdict.get(id) ?? []);
};
