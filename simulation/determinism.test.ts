/** What a seed stands for: the same run, every time, and again from the list of its misfortunes alone. */
import { bundle, load } from './build.ts';
import { lineOf } from './report.ts';
import { type Outcome, run } from './run.ts';
import { makeWorld } from './shop/make-world.ts';
import { faultsOf, replay } from './shrink.ts';
import type { Versions } from './stage.ts';

const SEEDS = Array.from({ length: 12 }, (_, n) => n + 1);
const lines = ({ timeline }: Outcome): string => timeline.map(lineOf).join('\n');

describe('a seed', () => {
  let text: string;
  let services: Versions;
  beforeAll(async () => {
    text = await bundle();
    services = { current: load(text) };
  });
  const runSeed = (seed: number): Promise<Outcome> => run(makeWorld(seed), services);

  test('makes the same world each time, as plain data', () => {
    for (const seed of SEEDS) expect(JSON.parse(JSON.stringify(makeWorld(seed)))).toEqual(makeWorld(seed));
  });

  test.each(SEEDS)('%i runs alike twice, and from its faults alone', async (seed) => {
    const first = await runSeed(seed);
    const second = await runSeed(seed);
    expect(lines(second)).toBe(lines(first));
    expect(second.struck).toEqual(first.struck);
    const again = await replay({ world: makeWorld(seed), faults: faultsOf(first.struck) }, services);
    expect(lines(again)).toBe(lines(first));
    expect(again.struck).toEqual(first.struck);
    expect(again.calls).toBe(first.calls);
  });

  test('runs alike whatever ran before, in another copy of the services, from a world that was written down', async () => {
    const [seed = 1] = SEEDS;
    const first = await runSeed(seed);
    const kept = JSON.parse(JSON.stringify(makeWorld(seed))) as ReturnType<typeof makeWorld>;
    expect(lines(await run(kept, { current: load(text) }))).toBe(lines(first));
  });

  test('that others run beside it changes nothing', async () => {
    const alone = [];
    for (const seed of SEEDS.slice(0, 4)) alone.push(lines(await runSeed(seed)));
    const together = await Promise.all(SEEDS.slice(0, 4).map(runSeed));
    expect(together.map(lines)).toEqual(alone);
  });
});
