import { epochMs, MINUTE } from '@catalog-sync/shared/catalog/instant.ts';
import { UNUSED } from '@catalog-sync/shared/catalog/throttle.ts';
import type { CheckOutcome } from '@catalog-sync/shared/ports/graph.ts';
import { judgeCheck } from './judge-check.ts';

const since = epochMs(1_000_000);
const stuckAfter = 15 * MINUTE;
const judge = (outcome: CheckOutcome, afterMs: number) =>
  judgeCheck(outcome, since, epochMs(since + afterMs), stuckAfter);
const askAgain = { kind: 'ask-again' };

describe('an answer about a handle', () => {
  test('finished ends it; an error that names no item stays in the total, ids are named once', () => {
    const outcome: CheckOutcome = {
      kind: 'finished',
      errors: [
        { id: 'A', message: 'bad', type: 'EMPTY_PRICE' },
        { id: null, message: 'somebody', type: null },
      ],
      errorsTotal: 2,
      warnings: [],
      warningsTotal: 3,
      invalidIds: ['A', 'A'],
      usage: UNUSED,
    };
    expect(judge(outcome, 0)).toEqual({
      kind: 'ended',
      verdict: {
        kind: 'finished',
        errors: [{ id: 'A', message: 'bad', type: 'EMPTY_PRICE' }],
        errorsTotal: 2,
        warnings: [],
        warningsTotal: 3,
        invalidIds: ['A'],
      },
    });
  });

  test.each(['error', 'canceled', 'lost'] as const)('%s ends it without a verdict', (kind) => {
    expect(judge({ kind, usage: UNUSED }, 0)).toEqual({ kind: 'ended', verdict: { kind } });
  });

  test('"not yet" is asked again until it is stuck', () => {
    const notYet: CheckOutcome = { kind: 'not-finished', status: 'started', usage: UNUSED };
    expect(judge(notYet, stuckAfter - 1)).toEqual(askAgain);
    expect(judge(notYet, stuckAfter)).toEqual({ kind: 'ended', verdict: { kind: 'stuck' } });
  });

  test.each<CheckOutcome>([
    { kind: 'no-answer', why: 'time-out' },
    { kind: 'throttled', code: 80009, regainMs: 60_000 },
    { kind: 'access', code: 190, subcode: 463, message: 'expired', secretVersion: '1' },
  ])('$kind says nothing about the handle, however late', (outcome) => {
    expect(judge(outcome, 100 * stuckAfter)).toEqual(askAgain);
  });
});
