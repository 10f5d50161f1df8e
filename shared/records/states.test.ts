import { pipeline } from '../pipeline.ts';
import { type Kind, kindOf, machines, type Owner, pointerMayMove, stateOf, transitionAllowed } from './states.ts';

/** Every step there is, by the protocol; `=` is a record written again in its state. */
const STEPS: Record<Kind, string> = {
  file: '→seen  seen→in  in→settled  settled→archived',
  sync: '→active  active→ended  ended→archived',
  validation: '→validated  →failed  =validated  =failed',
  shard: '→open  open→done  =open  done→open',
  plan: '→planned  →held  →failed  held→approved  held→discarded  =planned  =held  =approved  =discarded  =failed',
  sending: '→sending  sending→settled  =sending  =settled',
  batch: `→prepared  →settled  prepared→sending
    sending→sending  sending→prepared  sending→submitted  sending→settled  sending→unknown  sending→split
    submitted→prepared  submitted→settled  submitted→unknown  submitted→split`,
  handle: '→asking  asking→ended  ended→closed  =asking  =ended',
  alert: '→open  open→cleared  cleared→open  =open  =cleared',
};
const stepsOf = (kind: Kind): Set<string> =>
  new Set(STEPS[kind].split(/\s+/).map((step) => step.replace(/^=(.*)/, '$1→$1')));

const KINDS = Object.keys(machines) as Kind[];

describe('the states of a', () => {
  test.each(KINDS)('%s lead where the protocol says, and nowhere else', (kind) => {
    const states = Object.keys(machines[kind].states);
    const texts = [...states, 'gone', 'toString', ''];
    const allowed = [null, ...texts].flatMap((from) =>
      texts.filter((to) => transitionAllowed(kind, from, to)).map((to) => `${from ?? ''}→${to}`),
    );
    expect(new Set(allowed)).toEqual(stepsOf(kind));
  });

  test.each(KINDS)('%s are all reached', (kind) => {
    const reached = new Set([...stepsOf(kind)].map((step) => step.split('→')[1]));
    expect([...reached].toSorted()).toEqual(Object.keys(machines[kind].states).toSorted());
  });

  test.each(KINDS)('%s are kept by a service of the flow', (kind) => {
    expect(pipeline.map(({ service }) => service)).toContain(machines[kind].owner);
  });
});

describe('a record of a table', () => {
  test.each<[Owner, string, Kind | undefined]>([
    ['ingest', 'file#default', 'file'],
    ['ingest', 'sync#default', 'sync'],
    ['validate', 'sync#default', 'validation'],
    ['validate', 'shards#default-000042', 'shard'],
    ['publish', 'sync#default', 'sending'],
    ['publish', 'batches#default-000042', 'batch'],
    ['transform', 'plan#default', 'plan'],
    ['monitor', 'handle#default-000042-0a1b', 'handle'],
    ['monitor', 'alert#plan-held-0a1b', 'alert'],
    ['ingest', 'waiting#default', undefined],
    ['ingest', 'catalog#default', undefined],
    ['transform', 'pointer#default', undefined],
    ['publish', 'breaker#default', undefined],
    ['transform', 'sync#default', undefined],
    ['monitor', 'batches#default-000042', undefined],
  ])('of %s under %s is a %s', (owner, pk, kind) => expect(kindOf(owner, { pk })).toBe(kind));

  test.each<[Kind, object, string]>([
    ['batch', { state: 'sending', attempt: 2 }, 'sending'],
    ['alert', { alert: { state: 'open' }, told: true }, 'open'],
  ])('of a %s says its state', (kind, record, state) => expect(stateOf(kind, record)).toBe(state));

  test.each<[Kind, object]>([
    ['batch', { attempt: 2 }],
    ['batch', { state: null }],
    ['alert', { state: 'open' }],
  ])('of a %s without a state is a defect', (kind, record) =>
    expect(() => stateOf(kind, record)).toThrow(`a ${kind}'s record has no state`),
  );
});

test.each([
  [0, 1, true],
  [41, 42, true],
  [41, 41, false],
  [41, 43, false],
  [42, 41, false],
])('the pointer goes from %d to %d: %s', (from, to, may) => expect(pointerMayMove(from, to)).toBe(may));
