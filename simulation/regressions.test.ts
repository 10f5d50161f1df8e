import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepRegression, readRegressions } from './regressions.ts';
import { canonicalWorld } from './sweep.ts';

test('what is kept can be read again, under a name that says what it is', () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'regressions-')), 'new');
  expect(readRegressions(folder)).toEqual([]);
  const regression = {
    why: 'lost',
    invariant: 'L2',
    found: 'seed 7',
    commit: 'abc',
    world: canonicalWorld(),
    faults: ['delay x#0'],
  } as const;
  expect(keepRegression(regression, folder)).toBe(join(folder, 'l2-seed-7.json'));
  expect(readRegressions(folder)).toEqual([{ name: 'l2-seed-7', regression }]);
});
