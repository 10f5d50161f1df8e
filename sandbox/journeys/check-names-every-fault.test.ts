import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Answer, command, EXAMPLES } from './harness/command-line.ts';

interface Checked {
  file: string;
  rows: number;
  valid: number;
  findings: {
    line: number;
    row: number | null;
    column: string | null;
    code: string;
    severity: string;
    message: string;
    remedy: string;
  }[];
}

const BROKEN = join(EXAMPLES, 'broken');
const names = readdirSync(BROKEN).sort();
let answer: Answer;
let checked: Checked[];

beforeAll(async () => {
  answer = await command(['check', '--json', ...names.map((name) => join(BROKEN, name))]);
  checked = answer.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Checked);
});

/** `row-bad-price.csv` → `row`, `bad-price`. */
const partsOf = (name: string): [kind: string, code: string] => {
  const [kind = '', ...code] = name.replace(/\.csv(\.gz)?$/, '').split('-');
  return [kind, code.join('-')];
};

const of = (name: string): Checked | undefined => checked.find(({ file }) => basename(file) === name);

test('check answers one line a file, and ends with 2', () => {
  expect(answer.exit).toBe(2);
  expect(checked.map(({ file }) => basename(file))).toEqual(names);
  expect(names.length).toBeGreaterThan(60);
});

test.each(names)('%s: file, line, column, code, remedy', (name) => {
  const [kind, code] = partsOf(name);
  const { rows, valid, findings = [] } = of(name) ?? {};
  const found = findings.find((one) => one.code === code);
  expect(found).toMatchObject({
    severity: kind === 'warning' ? 'warning' : 'error',
    message: expect.stringMatching(/./),
    remedy: expect.stringMatching(/./),
  });
  expect(found?.line).toBeGreaterThanOrEqual(1);
  if (kind === 'file') expect({ row: found?.row, rows, valid }).toEqual({ row: null, rows: 0, valid: 0 });
  if (kind === 'row') {
    expect({ line: found?.line, row: found?.row, rows, valid }).toEqual({ line: 3, row: 2, rows: 3, valid: 2 });
    const column = /^(?:empty|too-long|bad-url|bad)-(.+)$/.exec(code)?.[1];
    if (column !== undefined && column !== 'quote') expect(found?.column).toBe(column);
  }
  if (kind === 'warning') expect(valid).toBe(rows);
});

test('a clean file has nothing to say, and ends with 0', async () => {
  const { exit, stdout } = await command(['check', '--json', join(EXAMPLES, 'small-shop.csv')]);
  expect(exit).toBe(0);
  expect(JSON.parse(stdout)).toEqual(expect.objectContaining({ rows: 5, valid: 5, findings: [] }));
});
