import { tableOf, withSection } from './report.ts';

const measured = { seconds: 2, serverSeconds: 1, clientSeconds: 0.5, rssBefore: 100 * 2 ** 20, peakRss: 120 * 2 ** 20 };

test('a table says what was measured, and whether the goal was met', () => {
  const row = { what: 'put', measured, amount: 3000, unit: 'MB' };
  const lines = tableOf([
    { ...row, goalPerSecond: 1500 },
    { ...row, goalPerSecond: 1501 },
  ]).split('\n');
  expect(lines.slice(2)).toEqual([
    '| put | 1,500 MB/s | 1,500 MB/s | yes | 3,000 | 2.0 | 1.0 | 0.5 | 100 / 120 |',
    '| put | 1,500 MB/s | 1,501 MB/s | no | 3,000 | 2.0 | 1.0 | 0.5 | 100 / 120 |',
  ]);
});

test('a section takes the place of the one with its title, and leaves the others', () => {
  const first = withSection('# Benchmarks\n', 'A', 'one');
  expect(first).toBe('# Benchmarks\n\n## A\n\none\n');
  const both = withSection(first, 'B', 'two');
  expect(both).toBe('# Benchmarks\n\n## A\n\none\n\n## B\n\ntwo\n');
  expect(withSection(both, 'A', 'three')).toBe('# Benchmarks\n\n## A\n\nthree\n\n## B\n\ntwo\n');
  expect(withSection(both, 'B', 'four')).toBe('# Benchmarks\n\n## A\n\none\n\n## B\n\nfour\n');
});
