import type { EpochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { CheckOutcome } from '@catalog-sync/shared/ports/graph.ts';
import type { HandleVerdict } from '@catalog-sync/shared/records/handle.ts';

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
      const { errors, errorsTotal, warnings, invalidIds } = outcome;
      return { kind: 'ended', verdict: { kind: 'finished', errors, errorsTotal, warnings, invalidIds } };
    }
    case 'error':
    case 'canceled':
    case 'lost':
      return { kind: 'ended', verdict: { kind: outcome.kind } };
    case 'not-yet':
      return now - since >= stuckAfterMs ? { kind: 'ended', verdict: { kind: 'stuck' } } : { kind: 'ask-again' };
    default:
      return { kind: 'ask-again' };
  }
};
