/** Makes failures small and readable, and keeps them if asked to. */
import type { Invariant } from '../checks/facts.ts';
import { keepRegression } from '../regressions.ts';
import { describeFailure } from '../report.ts';
import { type Outcome, run } from '../run.ts';
import { faultsOf, replay, type Scenario, shrink } from '../shrink.ts';
import type { Versions } from '../stage.ts';
import { beginningOf, nameOf } from '../start.ts';
import type { Failure } from '../tally.ts';

const MOST_EXPLAINED = 3;

export interface Explained {
  text: string;
  /** Where it is kept. */
  path: string | null;
}

/** The first failure of each invariant, of a few of them. */
export const worthExplaining = (failures: readonly Failure[]): Failure[] => {
  const first = new Map<string, Failure>();
  for (const failure of failures) if (!first.has(failure.broken)) first.set(failure.broken, failure);
  return [...first.values()].slice(0, MOST_EXPLAINED);
};

/** The same run again, then the same from its faults alone; what breaks in both is made small. */
export const explain = async (
  { start, broken, what }: Failure,
  services: Versions,
  { commit, keep }: { commit: string; keep: boolean },
): Promise<Explained> => {
  const found = nameOf(start);
  const told = (text: string): Explained => ({ text, path: null });
  if (broken === 'throws' || broken === 'hangs') return told(`${found} at ${commit} ${broken}: ${what}`);
  const { world, plan } = beginningOf(start);
  const again = await run(world, services, plan);
  const [violation] = again.violations;
  if (violation?.invariant !== broken)
    return told(`${found} at ${commit} broke ${broken} once and does not again: ${what}`);
  const scenario: Scenario = { world, faults: faultsOf(again.struck) };
  const describe = (small: Scenario, { timeline }: Outcome, { invariant, what: why } = violation): string =>
    describeFailure({ found, commit, invariant, what: why }, small, { timeline });
  const replayed = await replay(scenario, services);
  if (replayed.violations[0]?.invariant !== broken) {
    const instead = replayed.violations[0]?.invariant ?? 'nothing';
    return told(`${describe(scenario, again)}\nFrom its faults alone it breaks ${instead}: it is not made smaller.`);
  }
  const small = await shrink(scenario, broken satisfies Invariant, services);
  const last = await replay(small, services);
  const path = keep ? keepRegression({ why: what, invariant: broken, found, commit, ...small }) : null;
  return { text: describe(small, last, last.violations[0]), path };
};
