import { epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { HandleVerdict } from '@catalog-sync/shared/records/handle.ts';
import fc from 'fast-check';
import type { BatchFacts } from './batch.ts';
import { itemError } from './item-errors.ts';
import { judgeVerdict } from './judge-verdict.ts';

const NOW = epochMs(1_000_000);
const batch = (given: Partial<BatchFacts> = {}): BatchFacts => ({
  ids: ['A', 'B', 'C', 'D'],
  tries: 0,
  amb: 0,
  depth: 0,
  errored: [],
  ...given,
});
const alone = (given: Partial<BatchFacts> = {}) => batch({ ids: ['A'], ...given });
const byCall = (...ids: string[]) => ids.map((id) => itemError(id, 'call', null, ['said at once']));
const finished = (errors: string[], errorsTotal: number, invalidIds: string[] = []): HandleVerdict => ({
  kind: 'finished',
  errors: errors.map((id) => ({ id, message: `bad ${id}` })),
  errorsTotal,
  warnings: [{ id: 'D', message: 'hm' }],
  warningsTotal: 1,
  invalidIds,
});

const told = (verdict: HandleVerdict, given: BatchFacts): string => {
  const step = judgeVerdict(verdict, given, NOW);
  const errored = 'errored' in step ? step.errored.map(({ id }) => id).join('') : '';
  const amb = 'amb' in step ? ` amb ${step.amb}` : '';
  const tries = step.to === 'prepared' ? ` tries ${step.tries}` : '';
  return `${step.to} ${errored}${step.to === 'split' ? ` ${step.into}` : ''}${amb}${tries}`;
};

describe('what the end of its handle makes of a batch', () => {
  test.each<[string, HandleVerdict, BatchFacts, string]>([
    ['finished, nothing wrong', finished([], 0), batch(), 'settled '],
    ['finished, but the call had named one', finished([], 0), batch({ errored: byCall('B') }), 'settled B'],
    ['finished, all failures named', finished(['C', 'A'], 2, ['A', 'C']), batch(), 'settled AC'],
    ['finished, ids alone name them', finished([], 2, ['A', 'C']), batch(), 'settled AC'],
    ['finished, errors alone name them', finished(['A', 'C'], 2), batch(), 'settled AC'],
    ['finished, one item with several errors', finished(['A', 'A', 'A'], 3, ['A', 'A', 'A']), batch(), 'settled A'],
    ['finished, each list names another', finished(['A'], 2, ['B']), batch(), 'settled AB'],
    ['finished, call and verdict', finished(['A'], 1, ['A']), batch({ errored: byCall('B') }), 'settled AB'],
    ['finished, a sample of the errors', finished(['A'], 3), batch(), 'split A halves amb 0'],
    ['finished, a count alone', finished([], 1), batch({ amb: 7 }), 'split  halves amb 7'],
    [
      'finished, a count that the call may explain',
      finished([], 1),
      batch({ errored: byCall('B') }),
      'split B halves amb 0',
    ],
    ['finished, names that are not ours', finished(['X'], 1, ['X']), batch(), 'split  halves amb 0'],
    ['finished, more errors than items, all named', finished(['A', 'B'], 9, ['C', 'D']), batch(), 'settled ABCD'],
    ['finished, a count for one item', finished([], 1), alone(), 'settled A'],
    ['error', { kind: 'error' }, batch(), `prepared  amb ${NOW} tries 1`],
    ['canceled', { kind: 'canceled' }, batch({ tries: 1 }), `prepared  amb ${NOW} tries 2`],
    ['lost for the third time', { kind: 'lost' }, batch({ tries: 2 }), `split  halves amb ${NOW}`],
    ['error, third time, one item', { kind: 'error' }, alone({ tries: 2 }), `unknown  amb ${NOW}`],
    ['error, third time, named', { kind: 'error' }, alone({ tries: 2, errored: byCall('A') }), 'settled A'],
    ['stuck', { kind: 'stuck' }, batch({ errored: byCall('B') }), `unknown B amb ${NOW}`],
    ['stuck, but a later POST is in doubt', { kind: 'stuck' }, batch({ amb: NOW + 5 }), `unknown  amb ${NOW + 5}`],
  ])('%s', (_name, verdict, given, expected) => expect(told(verdict, given)).toBe(expected));

  test('an item is settled as accepted only if every failure that Meta counts has a name', () => {
    const ids = ['A', 'B', 'C', 'D'];
    const some = fc.subarray(ids);
    fc.assert(
      fc.property(some, some, some, some, (bad, listed, invalid, call) => {
        const errors = listed.filter((id) => bad.includes(id));
        const named = invalid.filter((id) => bad.includes(id));
        const verdict = finished(errors, bad.length, named);
        const step = judgeVerdict(verdict, batch({ errored: byCall(...call) }), NOW);
        const errored = new Set('errored' in step ? step.errored.map(({ id }) => id) : []);
        if (step.to === 'settled') return bad.every((id) => errored.has(id));
        return step.to === 'split';
      }),
    );
  });
});
