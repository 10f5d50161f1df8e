import { coverageOf, timesIn } from './coverage.ts';

const reached = new Map([
  ['ingest file seen', 3],
  ['ingest sync active', 2],
  ['publish sync sending → settled', 4],
  ['publish batches nothing → prepared', 1],
  ['ingest waiting x', 1],
]);
const met = new Map([
  ['delay | x.get | open', 1],
  ['delay | x.get | sending', 1],
  ['crash-after | x.get | open', 1],
  ['duplicate | x.write | none', 9],
]);

describe('coverage', () => {
  test('knows each state by its record’s kind, from a state alone or from a step', () => {
    const { states } = coverageOf({ reached, met });
    expect(states.of).toBe(29);
    expect(states.seen).toBe(4);
    expect(states.never).toContain('file archived');
    expect(states.never).not.toContain('sending settled');
  });

  test('knows which steps never came', () => {
    const { steps } = coverageOf({ reached, met });
    expect(steps.seen).toBe(2);
    expect(steps.never).toContain('file nothing → seen');
  });

  test('misses a fault at a port in a phase in which another struck', () => {
    const { combinations, ports } = coverageOf({ reached, met });
    expect(combinations).toEqual({ seen: 4, of: 5, never: ['crash-after | x.get | sending'] });
    expect(ports.map(({ port, phases, faults }) => [port, phases, faults.delay, faults.duplicate])).toEqual([
      ['x.get', 2, 2, 0],
      ['x.write', 1, 0, 1],
    ]);
  });

  test('counts how often a state was reached', () => {
    expect([
      timesIn(reached, 'sync active'),
      timesIn(reached, 'sending settled'),
      timesIn(reached, 'plan held'),
    ]).toEqual([2, 4, 0]);
  });
});
