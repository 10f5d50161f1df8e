import type { EpochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { CheckOutcome, NamedMessage } from '@catalog-sync/shared/ports/graph.ts';
import type { HandleVerdict, ItemMessage } from '@catalog-sync/shared/records/handle.ts';

export type CheckJudgement = { kind: 'ended'; verdict: HandleVerdict } | { kind: 'ask-again' };

/**
 * What an answer about a handle means. Only Meta's word "not yet" after `stuckAfterMs` makes a handle stuck: an outage,
 * a throttle or a dead token says nothing about it.
 */
export const judgeCheck = (
  outcome: CheckOutcome,
  since: EpochMs,
  now: EpochMs,
  stuckAfterMs: number,
): CheckJudgement => {
  switch (outcome.kind) {
    case 'finished': {
      const { errors, errorsTotal, warnings, warningsTotal, invalidIds } = outcome;
      const verdict: HandleVerdict = {
        kind: 'finished',
        errors: named(errors),
        errorsTotal,
        warnings: named(warnings),
        warningsTotal,
        invalidIds: [...new Set(invalidIds)],
      };
      return { kind: 'ended', verdict };
    }
    case 'error':
    case 'canceled':
    case 'lost':
      return { kind: 'ended', verdict: { kind: outcome.kind } };
    case 'not-finished':
      return now - since >= stuckAfterMs ? { kind: 'ended', verdict: { kind: 'stuck' } } : { kind: 'ask-again' };
    case 'throttled':
    case 'access':
    case 'no-answer':
      return { kind: 'ask-again' };
  }
};

/** What names no item is in the totals alone: publish looks for its item by sending halves. */
const named = (messages: readonly NamedMessage[]): ItemMessage[] =>
  messages.flatMap(({ id, message, type }) => (id === null ? [] : [{ id, message, type }]));
