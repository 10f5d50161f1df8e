import { peers, type Run } from './peers.ts';
import { judgeGoals, rowsPicture, rowsTable } from './report.ts';
import type { RowsBench } from './rows.ts';

const run = (cpuSeconds: number, megabytes: number): Run => ({
  rows: 1_000_000,
  valid: 990_000,
  cpuSeconds,
  peakRss: megabytes * 2 ** 20,
});
const benchOf = (engine: Run, libraries: Run, larger: Run): RowsBench => ({
  rows: 1_000_000,
  bytes: 800e6,
  results: [
    { peer: peers[0]!, run: engine },
    { peer: peers[1]!, run: libraries },
  ],
  missing: [],
  larger: { rows: 4_000_000, run: larger },
});
const met = (bench: RowsBench) => judgeGoals(bench).map((goal) => goal.met);

test('a table sets the peers against the engine', () => {
  const lines = rowsTable(benchOf(run(4, 100), run(30, 150), run(16, 105))).split('\n');
  expect(lines.slice(2)).toEqual([
    '| the engine | 4.0 | 250,000 | 200 | 100 | 1.0 |',
    '| csv-parse + io-ts + JSON.stringify + SHA-1 | 30.0 | 33,333 | 27 | 150 | 7.5 |',
  ]);
});

test.each([
  ['all are met', run(4, 100), run(28, 150), run(16, 110), [true, true, true]],
  ['the engine is too slow', run(4.1, 100), run(28, 150), run(16, 110), [false, true, true]],
  ['it needs too much memory', run(4, 120), run(28, 150), run(16, 120), [true, false, true]],
  ['it needs more for larger files', run(4, 100), run(28, 150), run(16, 111), [true, true, false]],
])('goals: %s', (_what, engine, libraries, larger, expected) => {
  expect(met(benchOf(engine, libraries, larger))).toEqual(expected);
});

test('a picture has a bar for each peer, as long as it took', () => {
  const picture = rowsPicture(benchOf(run(4, 100), run(40, 150), run(16, 105)));
  const widths = [...picture.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width));
  expect(widths).toEqual([35, 350]);
});
