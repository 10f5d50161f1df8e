import { type EpochMs, epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import { throttledFor } from '@catalog-sync/shared/catalog/throttle.ts';
import type { SendOutcome } from '@catalog-sync/shared/ports/graph.ts';
import type { BatchFacts } from './batch.ts';
import type { News } from './breaker.ts';
import { codeText, erroredByCall, itemError } from './item-errors.ts';
import { latest, type Step, tryAgain, waitAfter } from './step.ts';

export interface Judged {
  step: Step;
  /** What the call taught about calling Meta; null: nothing. */
  news: News | null;
}

/**
 * What the answer to a POST makes of a batch that is `sending`:
 *
 * | answer                              | batch                                        | breaker |
 * |-------------------------------------|----------------------------------------------|---------|
 * | handle                              | submitted, with the ids named as errored     | well    |
 * | no handle, all named                | settled, all errored                         | well    |
 * | no handle, some named               | split: the rest goes again                   | well    |
 * | no handle, none named; unexplained  | again; third time halves, an item alone: unknown | –   |
 * | code 1: too large, or down          | again; then halves; an item alone as above   | –       |
 * | too large for sure; 100 for the call| halves; an item alone: errored               | –       |
 * | throttled                           | prepared, no try counted                     | rate    |
 * | access refused                      | prepared, no try counted                     | auth    |
 * | server failed, unreachable          | prepared, no try counted                     | rate    |
 * | time-out, reset, no answer of Graph | prepared, ambiguous now, no try counted      | rate    |
 *
 * Errored needs Meta's word about the item. `setbacks` is how often running Meta did not take a call.
 */
export const judgeAnswer = (outcome: SendOutcome, batch: BatchFacts, setbacks: number, now: EpochMs): Judged => {
  const { ids } = batch;
  const amb = epochMs(batch.amb);
  const alone = ids.length === 1;
  const waiting = (ms: number, ambiguous = amb): Step => ({
    to: 'prepared',
    notBefore: epochMs(now + ms),
    amb: ambiguous,
    tries: batch.tries,
  });
  const halves: Step = { to: 'split', errored: [], into: 'halves', amb };
  const refusedAlone = (code: string | null, message: string): Step => ({
    to: 'settled',
    errored: ids.map((id) => itemError(id, 'whole-call', code, [message])),
  });

  switch (outcome.kind) {
    case 'accepted':
      return {
        step: { to: 'submitted', handle: outcome.handle, errored: erroredByCall(ids, outcome.validation) },
        news: { kind: 'taken', usage: outcome.usage },
      };
    case 'no-handle': {
      const errored = erroredByCall(ids, outcome.validation);
      const news: News = { kind: 'taken', usage: outcome.usage };
      if (errored.length === ids.length) return { step: { to: 'settled', errored }, news };
      if (errored.length > 0) return { step: { to: 'split', errored, into: 'rest', amb }, news };
      return { step: tryAgain(batch, [], amb, { code: null, message: noHandle(outcome.validation) }, now), news };
    }
    case 'unexplained': {
      const why = { code: codeText(outcome.code, outcome.subcode), message: outcome.message };
      return { step: tryAgain(batch, [], amb, why, now), news: null };
    }
    case 'too-large': {
      if (outcome.code === null) {
        return { step: alone ? refusedAlone(null, 'The item is too large for a call.') : halves, news: null };
      }
      if (!alone && batch.tries > 0) return { step: halves, news: null };
      const why = { code: codeText(outcome.code), message: 'Meta calls it too large, or an unknown error.' };
      const step = tryAgain(batch, [], amb, why, now);
      // Meta may be down instead: waiting longer before each further cut keeps an outage from grinding all to single items.
      const notBefore = epochMs(now + waitAfter(batch.depth));
      return { step: step.to === 'prepared' ? { ...step, notBefore } : step, news: null };
    }
    case 'invalid-parameter': {
      const code = codeText(outcome.code, outcome.subcode);
      return { step: alone ? refusedAlone(code, outcome.message) : halves, news: null };
    }
    case 'throttled':
      return {
        step: waiting(throttledFor(outcome.regainMs, setbacks)),
        news: outcome,
      };
    case 'access':
      return { step: waiting(0), news: { kind: 'refused', by: outcome } };
    case 'server':
    case 'unreachable':
      return { step: waiting(waitAfter(setbacks)), news: { kind: 'outage' } };
    case 'ambiguous':
      return { step: waiting(waitAfter(setbacks), latest(amb, now)), news: { kind: 'outage' } };
  }
};

const noHandle = (validation: readonly { errors: readonly string[] }[]): string => {
  const said = validation.flatMap(({ errors }) => errors).find((text) => text !== '');
  return `Meta took nothing in and named no item${said === undefined ? '.' : `: ${said}`}`;
};
