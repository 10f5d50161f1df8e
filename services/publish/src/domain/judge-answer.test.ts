import type { Handle } from '@catalog-sync/shared/catalog/handle.ts';
import { epochMs, MINUTE, SECOND } from '@catalog-sync/shared/catalog/instant.ts';
import type { AccessRefused, ItemRemark, SendOutcome } from '@catalog-sync/shared/ports/graph.ts';
import type { BatchFacts } from './batch.ts';
import { judgeAnswer } from './judge-answer.ts';

const NOW = epochMs(1_000_000);
const HANDLE = 'Ac1' as Handle;
const usage = { percent: 0, regainMs: 0 };
const batch = (given: Partial<BatchFacts> = {}): BatchFacts => ({
  ids: ['A', 'B', 'C'],
  tries: 0,
  amb: 5,
  depth: 0,
  errored: [],
  ...given,
});
const alone = (given: Partial<BatchFacts> = {}) => batch({ ids: ['A'], ...given });
const wrong = (id: string | null): ItemRemark => ({ id, errors: ['bad'], warnings: [] });
const warned = (id: string): ItemRemark => ({ id, errors: [], warnings: ['hm'] });
const noHandle = (...validation: ItemRemark[]): SendOutcome => ({ kind: 'no-handle', validation, usage });
const accepted = (...validation: ItemRemark[]): SendOutcome => ({
  kind: 'accepted',
  handle: HANDLE,
  validation,
  usage,
});
const access: AccessRefused = { kind: 'access', code: 190, subcode: 463, message: 'm', secretVersion: '1' };
const hundred: SendOutcome = { kind: 'invalid-parameter', code: 100, subcode: null, message: 'no' };
const codeOne: SendOutcome = { kind: 'too-large', code: 1 };
const server: SendOutcome = { kind: 'server', code: 2, message: 'down' };

/** The decision in short: where to, which ids are errored, and what else is worth telling. */
const told = (outcome: SendOutcome, given: BatchFacts, setbacks = 0) => {
  const { step, news } = judgeAnswer(outcome, given, setbacks, NOW);
  const errored = 'errored' in step ? step.errored.map(({ id }) => id).join('') : '';
  const more =
    step.to === 'prepared'
      ? `in ${(step.notBefore - NOW) / SECOND} s, amb ${step.amb}, tries ${step.tries}`
      : step.to === 'split'
        ? `${step.into}, amb ${step.amb}`
        : step.to === 'unknown'
          ? `amb ${step.amb}`
          : '';
  return [step.to, errored, more, news?.kind ?? ''].join(' | ');
};

describe('what an answer makes of a batch', () => {
  test.each<[string, SendOutcome, BatchFacts, string]>([
    ['a handle', accepted(), batch(), 'submitted |  |  | taken'],
    ['a handle with named items', accepted(wrong('C'), warned('A')), batch(), 'submitted | C |  | taken'],
    ['a handle with a name of nobody', accepted(wrong('X'), wrong(null)), batch(), 'submitted |  |  | taken'],
    ['no handle, all named', noHandle(wrong('B'), wrong('A'), wrong('C')), batch(), 'settled | ABC |  | taken'],
    ['no handle, some named', noHandle(wrong('B'), warned('A')), batch(), 'split | B | rest, amb 5 | taken'],
    ['no handle, none named', noHandle(wrong(null)), batch(), 'prepared |  | in 5 s, amb 5, tries 1 | taken'],
    ['the same again', noHandle(), batch({ tries: 1 }), 'prepared |  | in 10 s, amb 5, tries 2 | taken'],
    ['the same for the third time', noHandle(), batch({ tries: 2 }), 'split |  | halves, amb 5 | taken'],
    ['an item alone, for the third time', noHandle(), alone({ tries: 2 }), 'unknown |  | amb 5 | taken'],
    ['code 1', codeOne, batch(), 'prepared |  | in 5 s, amb 5, tries 1 | '],
    ['code 1 again', codeOne, batch({ tries: 1 }), 'split |  | halves, amb 5 | '],
    ['code 1 for a part cut twice', codeOne, batch({ depth: 2 }), 'prepared |  | in 20 s, amb 5, tries 1 | '],
    ['code 1 for one item', codeOne, alone({ tries: 1 }), 'prepared |  | in 5 s, amb 5, tries 2 | '],
    ['code 1 for one item, third time', codeOne, alone({ tries: 2 }), 'unknown |  | amb 5 | '],
    ['too large for sure', { kind: 'too-large', code: null }, batch(), 'split |  | halves, amb 5 | '],
    ['one item too large for sure', { kind: 'too-large', code: null }, alone(), 'settled | A |  | '],
    ['100 for the call', hundred, batch(), 'split |  | halves, amb 5 | '],
    ['100 for one item', hundred, alone(), 'settled | A |  | '],
    ['a dead token', access, batch({ tries: 2 }), 'prepared |  | in 0 s, amb 5, tries 2 | refused'],
    ['Meta down', server, batch({ tries: 2 }), 'prepared |  | in 5 s, amb 5, tries 2 | outage'],
    ['no connection', { kind: 'unreachable', why: 'x' }, batch(), 'prepared |  | in 5 s, amb 5, tries 0 | outage'],
    ['no answer', { kind: 'ambiguous', why: 'x' }, batch(), `prepared |  | in 5 s, amb ${NOW}, tries 0 | outage`],
    [
      'too many calls',
      { kind: 'throttled', code: 80014, regainMs: 19 * MINUTE },
      batch({ tries: 2 }),
      'prepared |  | in 1140 s, amb 5, tries 2 | throttled',
    ],
    [
      'an error that explains nothing',
      { kind: 'unexplained', code: 9, subcode: 8, message: 'm' },
      alone({ tries: 2 }),
      'unknown |  | amb 5 | ',
    ],
  ])('%s', (_name, outcome, given, expected) => expect(told(outcome, given)).toBe(expected));

  test('waits grow while Meta does not take calls, and end', () => {
    const waits = [0, 1, 2, 3, 9].map((setbacks) => told(server, batch(), setbacks).split(' ')[5]);
    expect(waits).toEqual(['5', '10', '20', '40', '320']);
    const throttles = [0, 1, 6, 20].map(
      (setbacks) => told({ kind: 'throttled', code: 4, regainMs: 0 }, batch(), setbacks).split(' ')[5],
    );
    expect(throttles).toEqual(['30', '60', '1800', '1800']);
  });

  test('an error keeps its stage, its code and Meta’s words', () => {
    expect(judgeAnswer({ ...hundred, subcode: 7 } as SendOutcome, alone(), 0, NOW).step).toMatchObject({
      errored: [{ id: 'A', stage: 'whole-call', code: '100/7', message: 'no' }],
    });
    const twice: ItemRemark = { id: 'A', errors: ['bad price', 'bad sale price'], warnings: [] };
    expect(judgeAnswer(accepted(twice), alone(), 0, NOW).step).toMatchObject({
      errored: [{ id: 'A', stage: 'call', code: null, message: 'bad price; bad sale price' }],
    });
  });

  test('no decision hangs on Meta’s words', () => {
    const words = ['reduce the amount of data', 'expired', '', 'Něco'];
    const steps = words.map((message) => told({ ...hundred, message } as SendOutcome, batch()));
    expect(new Set(steps).size).toBe(1);
  });
});
