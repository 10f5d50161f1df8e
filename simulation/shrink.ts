/** Makes a failure small enough to read: leaves out faults, files, rows and people while the same invariant still breaks. */
import type { Invariant } from './checks/facts.ts';
import type { Struck } from './cloud/luck.ts';
import { type Outcome, run } from './run.ts';
import type { World } from './shop/world.ts';
import { smallerWorlds, without } from './smaller.ts';
import type { Versions } from './stage.ts';

/** A run that can be made again: a world, and exactly these misfortunes (`kind name#turn`). */
export interface Scenario {
  world: World;
  faults: readonly string[];
}

export const faultsOf = (struck: readonly Struck[]): string[] => struck.map(({ kind, key }) => `${kind} ${key}`);

export const replay = ({ world, faults }: Scenario, services: Versions): Promise<Outcome> =>
  run(world, services, { kind: 'only', these: new Set(faults) });

/** The first invariant that a scenario breaks; null: none. */
export const breaks = async (scenario: Scenario, services: Versions): Promise<Invariant | null> =>
  (await replay(scenario, services)).violations[0]?.invariant ?? null;

const MOST_RUNS = 600;

/**
 * A scenario as small as can be found that breaks the same invariant. What no longer struck in a smaller one is forgotten
 * with it: a file that is gone takes the faults of its calls along.
 */
export const shrink = async (
  scenario: Scenario,
  invariant: Invariant,
  services: Versions,
  mostRuns = MOST_RUNS,
): Promise<Scenario> => {
  let best = scenario;
  let runs = 0;
  const tries = async (next: Scenario): Promise<boolean> => {
    if (runs >= mostRuns) return false;
    runs += 1;
    const outcome = await replay(next, services).catch(() => null);
    if (outcome?.violations[0]?.invariant !== invariant) return false;
    best = { world: next.world, faults: faultsOf(outcome.struck) };
    return true;
  };
  const step = async (): Promise<boolean> => {
    for (const faults of without(best.faults)) if (await tries({ ...best, faults })) return true;
    for (const world of smallerWorlds(best.world)) if (await tries({ ...best, world })) return true;
    return false;
  };
  while (runs < mostRuns && (await step()));
  return best;
};
