/** What the simulation looks for, what it must find, and what it has found, as tables. */
import { INVARIANTS } from '../../simulation/checks/facts.ts';
import { readCaught } from '../../simulation/mutants/caught.ts';
import { mutants } from '../../simulation/mutants/index.ts';
import { readRegressions } from '../../simulation/regressions.ts';

const table = (columns: readonly string[], rows: readonly (readonly string[])[]): string =>
  [columns, columns.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

export const invariantTable = (): string =>
  table(
    ['', 'what holds'],
    Object.entries(INVARIANTS).map(([name, what]) => [name, what]),
  );

/** Seeds are tried from 1 on, so the seed that catches a defect is also how many it took. */
export const mutantTable = (): string => {
  const caught = readCaught();
  return table(
    ['the defect', 'shows as', 'after seeds'],
    mutants.map(({ name, sentence }) => {
      const { invariant, seed } = caught[name] ?? {};
      return [sentence, invariant ?? 'not yet', seed === undefined ? '–' : seed.toLocaleString('en-US')];
    }),
  );
};

export const foundTable = (): string =>
  table(
    ['what was wrong', 'broke', 'found', 'kept as'],
    readRegressions().map(({ name, regression: { why, invariant, found, commit } }) => [
      why,
      invariant,
      `${found} at ${commit}`,
      `\`simulation/regressions/${name}.json\``,
    ]),
  );
