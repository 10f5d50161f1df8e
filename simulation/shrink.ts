/** Makes a failure small enough to read: leaves out faults, files, rows and people while the same invariant still breaks. */
import type { Services } from './build.ts';
import type { Invariant } from './checks/facts.ts';
import { run } from './run.ts';
import type { World } from './shop/world.ts';

/** A run that can be made again: a world, and exactly these misfortunes (`kind name#turn`). */
export interface Scenario {
  world: World;
  faults: readonly string[];
}

export interface Versions {
  current: Services;
  previous?: Services;
}

/** The first invariant that a scenario breaks; null: none. */
export const breaks = async ({ world, faults }: Scenario, services: Versions): Promise<Invariant | null> => {
  const { violations } = await run(world, services, { kind: 'only', these: new Set(faults) });
  return violations[0]?.invariant ?? null;
};

const MOST_RUNS = 600;

/** All ways of leaving something out of a list: halves first, then smaller parts, at last single ones. */
function* without<A>(list: readonly A[]): Generator<readonly A[]> {
  for (let size = Math.ceil(list.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < list.length; at += size) yield [...list.slice(0, at), ...list.slice(at + size)];
  }
}

/** Smaller worlds than this one, each without one thing. */
function* smallerWorlds(world: World): Generator<World> {
  const { people, catalogs, uploads } = world;
  for (const less of without(uploads)) yield { ...world, uploads: less };
  for (const less of without(world.troubles)) yield { ...world, troubles: less };
  for (const name of Object.keys(catalogs)) {
    const { [name]: _, ...others } = catalogs;
    const rest = uploads.filter(({ key }) => !key.startsWith(`data/${name}/`));
    if (name !== 'default') yield { ...world, catalogs: others, uploads: rest };
  }
  for (const part of ['pauses', 'reprocesses', 'forgeries', 'replays'] as const) {
    for (const less of without<unknown>(people[part])) yield { ...world, people: { ...people, [part]: less } };
  }
  if (people.retries) yield { ...world, people: { ...people, retries: false } };
  if (world.skewMs > 0) yield { ...world, skewMs: 0 };
  if (world.mixed) yield { ...world, mixed: false };
  for (const [place, upload] of uploads.entries()) {
    for (const rows of without(upload.rows)) {
      if (rows.length > 0) yield { ...world, uploads: uploads.with(place, { ...upload, rows }) };
    }
  }
}

/**
 * A scenario as small as can be found that breaks the same invariant. Reprocessed uploads go by their place, so the first
 * ones are left out only together with those.
 */
export const shrink = async (scenario: Scenario, invariant: Invariant, services: Versions): Promise<Scenario> => {
  let best = scenario;
  let runs = 0;
  const tries = async (next: Scenario): Promise<boolean> => {
    runs += 1;
    if (runs > MOST_RUNS) return false;
    const broken = await breaks(next, services).catch(() => null);
    if (broken === invariant) best = next;
    return broken === invariant;
  };
  const step = async (): Promise<boolean> => {
    for (const faults of without(best.faults)) if (await tries({ ...best, faults })) return true;
    for (const world of smallerWorlds(best.world)) if (await tries({ ...best, world })) return true;
    return false;
  };
  while (runs <= MOST_RUNS && (await step()));
  return best;
};
