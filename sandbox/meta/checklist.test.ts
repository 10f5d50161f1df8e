import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kinds } from './fault-kinds.ts';

const read = (file: string): string => readFileSync(join(__dirname, file), 'utf8');

/** The names in a cell of a table. */
const namesIn = (cell: string): string[] => [...cell.matchAll(/`([\w-]+)`/g)].map(([, name = '']) => name);

/** The first and the last cell of each row of the table below a heading of the README. */
const table = (heading: string): { first: string; last: string }[] =>
  (read('README.md').split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2)
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map((cells) => ({ first: cells[1] ?? '', last: cells.at(-2) ?? '' }));

const sorted = (entries: Iterable<[string, Iterable<string>]>): Record<string, string[]> =>
  Object.fromEntries([...entries].map(([name, list]) => [name, [...new Set(list)].sort()]));

/** By area, the test files that cite it. */
const cited = new Map<string, Set<string>>();
for (const file of readdirSync(__dirname).filter((name) => name.endsWith('.test.ts')))
  for (const [, area = ''] of read(file).matchAll(/^describe\('checklist, ([^:]+):/gm))
    cited.set(area, (cited.get(area) ?? new Set()).add(file.replace('.test.ts', '')));

test('every row of the checklist names the tests that cite it, and every test cites a row', () => {
  const rows = table('Checklist').map(({ first, last }): [string, string[]] => [first, namesIn(last)]);
  expect(rows.length).toBeGreaterThan(0);
  expect(sorted(rows)).toEqual(sorted(cited));
});

test('the table of faults has them all, with what they take', () => {
  const listed = table('Faults').map(({ first, last }) => ({ faults: namesIn(first), parameters: namesIn(last) }));
  expect(listed.flatMap(({ faults }) => faults).sort()).toEqual(Object.keys(kinds).sort());
  for (const { faults, parameters } of listed) {
    const takes = faults.flatMap((name) => [...kinds[name as keyof typeof kinds].takes]);
    expect(sorted([[faults.join(), parameters]])).toEqual(sorted([[faults.join(), takes]]));
  }
});
