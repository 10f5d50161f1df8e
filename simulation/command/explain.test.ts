import { bundle, load } from '../build.ts';
import { mutants } from '../mutants/index.ts';
import { run } from '../run.ts';
import { makeWorld } from '../shop/make-world.ts';
import { breaks, faultsOf, shrink } from '../shrink.ts';
import type { Failure } from '../tally.ts';
import { explain, worthExplaining } from './explain.ts';

const failure = (seed: number, broken: Failure['broken']): Failure => ({ start: { seed }, broken, what: 'no good' });
const DEFECT = 'baseline-before-verdicts';

test('worth explaining is the first failure of each invariant, of three of them', () => {
  const all = [failure(1, 'I1'), failure(2, 'I1'), failure(3, 'throws'), failure(4, 'L2'), failure(5, 'L3')];
  expect(worthExplaining(all).map(({ start }) => start)).toEqual([{ seed: 1 }, { seed: 3 }, { seed: 4 }]);
});

describe('a failure', () => {
  const withDefect = async () => ({
    current: load(await bundle(mutants.find(({ name }) => name === DEFECT)!.patches)),
  });

  test('is made small, still breaks the same, and nothing once the defect is mended', async () => {
    const services = await withDefect();
    for (let seed = 1; ; seed += 1) {
      const world = makeWorld(seed);
      const { violations, struck } = await run(world, services);
      if (violations[0]?.invariant !== 'I1') continue;
      const small = await shrink({ world, faults: faultsOf(struck) }, 'I1', services);
      expect(small.world.uploads).toHaveLength(1);
      expect(small.world.uploads[0]?.rows).toHaveLength(1);
      expect(small.faults).toEqual([]);
      expect(await breaks(JSON.parse(JSON.stringify(small)), services)).toBe('I1');
      expect(await breaks(small, { current: load(await bundle()) })).toBeNull();
      const { text } = await explain(failure(seed, 'I1'), services, { commit: 'abc', keep: false });
      expect(text).toContain(`seed ${seed} at abc breaks I1: `);
      expect(text).toContain('files (1):');
      expect(text).toContain('what went wrong around it (0):');
      return;
    }
  }, 120_000);

  test('that does not come again is called that', async () => {
    const { text } = await explain(
      failure(1, 'I11'),
      { current: load(await bundle()) },
      { commit: 'abc', keep: false },
    );
    expect(text).toBe('seed 1 at abc broke I11 once and does not again: no good');
  });

  test('without an invariant is only told', async () => {
    const { text } = await explain(failure(1, 'hangs'), await withDefect(), { commit: 'abc', keep: false });
    expect(text).toBe('seed 1 at abc hangs: no good');
  });
});
