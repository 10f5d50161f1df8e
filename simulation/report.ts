/** A run, as people read it. */
import { INVARIANTS, type Violation } from './checks/facts.ts';
import type { Line } from './notes.ts';
import type { Outcome } from './run.ts';
import { textOf, type World } from './shop/world.ts';
import type { Scenario } from './shrink.ts';

const LAST_LINES = 120;
const LONGEST_LINE = 300;

const cut = (text: string): string => (text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE - 1)}…` : text);

/** Where an error was thrown is a matter of the build, not of the run: it is left out, and two runs can be compared. */
const withoutStack = (_: string, value: unknown): unknown =>
  typeof value === 'string' ? value.replace(/(?:\n {4}at .*)+/g, '') : value;

export const lineOf = ({ at, what, fields }: Line): string => {
  const time = new Date(at).toISOString().slice(5, 23).replace('T', ' ');
  return `${time}  ${what}${fields === undefined ? '' : ` ${JSON.stringify(fields, withoutStack)}`}`;
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: naming them is the point
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f]/g;

const filesOf = ({ uploads }: World): string[] =>
  uploads.flatMap((upload) => [
    `  ${upload.key} ${JSON.stringify(upload.metadata)}`,
    ...textOf(upload)
      .trimEnd()
      .split('\n')
      // Titles and headers may hold anything.
      .map((line) => cut(`    ${line}`).replaceAll(UNPRINTABLE, '·')),
  ]);

/** People and circumstances that are not as in the plainest world. */
const aroundOf = ({ people, troubles, skewMs, mixed, oddShare }: World): string[] => [
  ...troubles.map((trouble) => `  Meta: ${JSON.stringify(trouble)}`),
  ...(['pauses', 'reprocesses', 'forgeries', 'replays'] as const).flatMap((name) =>
    people[name].map((one) => `  ${name}: ${JSON.stringify(one)}`),
  ),
  ...(people.retries ? ['  a person asks for errored items again'] : []),
  ...(oddShare > 0 ? [`  Meta answers oddly: ${oddShare}`] : []),
  ...(skewMs > 0 ? [`  clocks are off by up to ${skewMs} ms`] : []),
  ...(mixed ? ['  half of the workers run the version before'] : []),
];

/** All that a world is made of, and what happened in it. */
export const describeRun = (
  { world, faults }: Scenario,
  { timeline }: Pick<Outcome, 'timeline'>,
  lastLines: number,
): string[] => [
  `files (${world.uploads.length}):`,
  ...filesOf(world),
  ...Object.entries(world.catalogs).map(([name, { settings }]) => `settings of ${name}: ${JSON.stringify(settings)}`),
  `what went wrong around it (${faults.length}):`,
  ...faults.map((fault) => `  ${fault}`),
  ...aroundOf(world),
  `time line${timeline.length > lastLines ? ` (its last ${lastLines} lines)` : ''}:`,
  ...timeline.slice(-lastLines).map((line) => cut(`  ${lineOf(line)}`)),
];

export const describeFailure = (
  { found, commit, invariant, what }: { found: string; commit: string } & Pick<Violation, 'invariant' | 'what'>,
  scenario: Scenario,
  outcome: Pick<Outcome, 'timeline'>,
): string =>
  [
    `${found} at ${commit} breaks ${invariant}: ${INVARIANTS[invariant]}`,
    `  ${what}`,
    ...describeRun(scenario, outcome, LAST_LINES),
  ].join('\n');
