import { fixedClock, memoryTable } from '@catalog-sync/shared/adapters/memory/index.ts';
import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import { UNUSED } from '@catalog-sync/shared/catalog/throttle.ts';
import type { CheckOutcome } from '@catalog-sync/shared/ports/graph.ts';
import { noteAccess, refusedAccess } from './access.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const catalog = 'default' as CatalogName;
const refused: CheckOutcome = { kind: 'access', code: 190, subcode: 463, message: 'expired', secretVersion: '1' };
const noted = { code: 190, subcode: 463, message: 'expired', secretVersion: '1', since: NOON };

const after = async (...answers: CheckOutcome[]) => {
  const needs = { table: memoryTable(), clock: fixedClock(NOON) };
  for (const answer of answers) await noteAccess(catalog, answer, needs);
  return refusedAccess(catalog, needs);
};

describe('a refusal that only monitor hears of, when all batches wait for their verdicts', () => {
  test.each<[string, CheckOutcome[], object | null]>([
    ['is noted', [refused], noted],
    ['stands as it was noted first', [refused, { ...refused, code: 200 }], noted],
    ['is over once Meta answers', [refused, { kind: 'not-finished', status: 'started', usage: UNUSED }], null],
    ['is over though the answer is that the handle is lost', [refused, { kind: 'lost' }], null],
    ['outlasts an outage, which says nothing', [refused, { kind: 'no-answer', why: 'HTTP 500' }], noted],
    ['outlasts a throttle', [refused, { kind: 'throttled', code: 80009, regainMs: 0 }], noted],
    ['is none where Meta answers', [{ kind: 'error', usage: UNUSED }], null],
  ])('%s', async (_what, answers, expected) => expect(await after(...answers)).toEqual(expected));
});
