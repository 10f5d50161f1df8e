import type { RunResult } from '../../../console/cli/result.ts';
import type { Told } from './command.ts';
import { functionsTable, judgeWhole, wholeTable } from './report.ts';
import type { Synced, WholeBench } from './whole.ts';

const told = (cpuSeconds: number): Told => ({
  json: null,
  seconds: 2 * cpuSeconds,
  cpuSeconds,
  peakRss: 300 * 2 ** 20,
  functions: [{ name: 'work', invocations: 1, errors: 0, peakMemoryBytes: cpuSeconds * 2 ** 20 }],
});
const synced = (cpuSeconds: number, sent: number, sizes: number[], status = 'accepted'): Synced => {
  const batches = sizes.map((items, n) => ({ batchId: `b${n}`, handle: 'h', items, status }));
  const result = { syncs: [{}], items: { sent, deleted: 0 }, batches } as unknown as RunResult;
  return { ...told(cpuSeconds), result };
};
const FIRST = synced(60, 9_900, [3_000, 3_000, 3_000, 900]);
const SECOND = synced(13, 200, [200]);
const THIRD = synced(9, 0, []);
const bench = (syncs: WholeBench['syncs'], more: Partial<WholeBench> = {}): WholeBench => ({
  rows: 10_000,
  first: { bytes: 1, valid: 9_900, changed: 0 },
  second: { bytes: 1, valid: 9_900, changed: 200 },
  syncs,
  check: { ...told(6), checked: { file: 'f', rows: 10_000, valid: 9_900, findings: [], omitted: 0 } },
  start: synced(3, 1, [1]),
  startAgain: synced(4, 0, []),
  ...more,
});

test('a table has what each sync took and did, and what to set it against', () => {
  expect(
    wholeTable(bench([FIRST, SECOND, THIRD]))
      .split('\n')
      .slice(2),
  ).toEqual([
    '| the first sync of 10,000 rows | 60.0 | 120.0 | 300 | 9,900 | 4 | 1 |',
    '| the same feed with 2 % of the rows changed | 13.0 | 26.0 | 300 | 200 | 1 | 1 |',
    '| that feed once more | 9.0 | 18.0 | 300 | 0 | 0 | 1 |',
    '| `catalog-sync check` of that feed | 6.0 | 12.0 | 300 | – | – | – |',
    '| a sandbox that starts in a new folder, syncs one product and stops | 3.0 | 6.0 | 300 | 1 | 1 | 1 |',
    '| one that starts after the first sync, finds one product unchanged and stops | 4.0 | 8.0 | 300 | 0 | 0 | 1 |',
  ]);
  expect(
    functionsTable(bench([FIRST, SECOND, { ...THIRD, functions: [] }]))
      .split('\n')
      .slice(2),
  ).toEqual(['| work | 60 | 13 | – |']);
});

const changed = (n: number) => ({ second: { bytes: 1, valid: 9_900, changed: n } });
test.each<[string, WholeBench['syncs'], Partial<WholeBench>, boolean[]]>([
  ['all are met', [FIRST, SECOND, THIRD], {}, [true, true, true, true, true]],
  ['the first sends too little', [synced(60, 9_899, [1]), SECOND, THIRD], {}, [false, true, true, true, true]],
  ['a batch is refused', [synced(60, 9_900, [1], 'refused'), SECOND, THIRD], {}, [false, true, true, true, true]],
  ['the second sends another number', [FIRST, SECOND, THIRD], changed(201), [true, false, true, true, true]],
  ['in more batches', [FIRST, synced(13, 200, [100, 100]), THIRD], {}, [true, false, true, true, true]],
  ['and takes too long', [FIRST, synced(13.1, 200, [200]), THIRD], {}, [true, true, false, true, true]],
  ['the third sends something', [FIRST, SECOND, synced(9, 1, [1])], {}, [true, true, true, false, true]],
  [
    'the feed is not what it was made as',
    [FIRST, SECOND, THIRD],
    { second: { bytes: 1, valid: 9_901, changed: 200 } },
    [true, true, true, true, false],
  ],
])('goals: %s', (_what, syncs, more, met) =>
  expect(judgeWhole(bench(syncs, more)).map((goal) => goal.met)).toEqual(met),
);
