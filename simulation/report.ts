/** A failure, as people read it. */
import { INVARIANTS, type Violation } from './checks/facts.ts';
import type { Line, Outcome } from './run.ts';
import { textOf } from './shop/world.ts';
import type { Scenario } from './shrink.ts';

const LAST_LINES = 120;
const LONGEST_LINE = 300;

const lineOf = ({ at, what, fields }: Line): string =>
  `  ${new Date(at).toISOString().slice(5, 23).replace('T', ' ')}  ${what}${fields === undefined ? '' : ` ${JSON.stringify(fields)}`}`.slice(
    0,
    LONGEST_LINE,
  );

export const describeFailure = (
  { seed, commit, invariant, what }: { seed: number; commit: string } & Pick<Violation, 'invariant' | 'what'>,
  { world, faults }: Scenario,
  { timeline }: Pick<Outcome, 'timeline'>,
): string =>
  [
    `seed ${seed} at ${commit} breaks ${invariant}: ${INVARIANTS[invariant]}`,
    `  ${what}`,
    `files (${world.uploads.length}):`,
    ...world.uploads.flatMap((upload) => [
      `  ${upload.key} ${JSON.stringify(upload.metadata)}`,
      ...textOf(upload)
        .split('\n')
        .map((line) => `    ${line}`.slice(0, LONGEST_LINE)),
    ]),
    `settings: ${JSON.stringify(Object.values(world.catalogs).map(({ settings }) => settings))}`,
    `what went wrong around it (${faults.length}):`,
    ...faults.map((fault) => `  ${fault}`),
    ...world.troubles.map((trouble) => `  ${JSON.stringify(trouble)}`),
    `time line${timeline.length > LAST_LINES ? ` (its last ${LAST_LINES} lines)` : ''}:`,
    ...timeline.slice(-LAST_LINES).map(lineOf),
  ].join('\n');
