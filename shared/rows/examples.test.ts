import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkFile } from './check.ts';
import { allCodes, rowCodes } from './codes.ts';
import { extraColumns, requiredColumns } from './contract.ts';
import { pieces } from './testing.ts';

const folder = join(__dirname, '../../examples');
const check = (path: string) => checkFile(pieces(readFileSync(join(folder, path)), 1_000), path);
const broken = (kind: string) =>
  readdirSync(join(folder, 'broken'))
    .filter((name) => name.startsWith(`${kind}-`))
    .map((name) => [name, name.replace(`${kind}-`, '').replace(/\.csv(\.gz)?$/, '')] as const);

const names = [...requiredColumns, ...extraColumns].map(({ name }) => name as string);
const columnOf = (code: string) => names.filter((name) => code.endsWith(name)).sort((a, b) => b.length - a.length)[0];

test('there is an example for every code', () => {
  const shown = [...broken('file'), ...broken('row'), ...broken('warning')].map(([, code]) => code);
  expect(new Set(shown)).toEqual(new Set(allCodes));
});

test.each(broken('file'))('broken/%s is refused: %s', async (name, code) => {
  const checked = await check(`broken/${name}`);
  expect(checked).toMatchObject({ file: `broken/${name}`, rows: 0, valid: 0 });
  expect(checked.findings.filter(({ severity }) => severity === 'error').map((found) => found.code)).toEqual([code]);
  for (const found of checked.findings) {
    expect(found.line).toBeGreaterThanOrEqual(1);
    expect(found.row).toBeNull();
    expect(found.message).not.toBe('');
    expect(found.remedy).not.toBe('');
  }
});

test.each(broken('row'))('broken/%s has one bad row: %s', async (name, code) => {
  const checked = await check(`broken/${name}`);
  expect(checked).toMatchObject({ rows: 3, valid: 2, omitted: 0 });
  expect(checked.findings).toEqual([
    {
      line: 3,
      row: 2,
      column: ['ragged-row', 'bad-quote'].includes(code) ? null : code === 'nul' ? 'title' : columnOf(code),
      code,
      severity: 'error',
      message: expect.stringMatching(/./),
      remedy: expect.stringMatching(/./),
    },
  ]);
});

test.each(broken('warning'))('broken/%s is used, with a warning: %s', async (name, code) => {
  const checked = await check(`broken/${name}`);
  expect(checked.valid).toBe(checked.rows);
  expect(checked.findings.map((found) => `${found.severity} ${found.code}`)).toEqual([`warning ${code}`]);
});

test('bad-rows.csv has a bad row for every row code, and three good ones', async () => {
  const checked = await check('bad-rows.csv');
  expect(checked.valid).toBe(3);
  expect(checked.rows).toBe(rowCodes.length + 3);
  expect(checked.findings.map(({ code }) => code).sort()).toEqual([...rowCodes].sort());
});

test.each(['small-shop.csv', 'thousand/1.csv', 'thousand/2.csv', 'thousand/3.csv'])('%s is clean', async (path) => {
  const checked = await check(path);
  expect(checked.findings).toEqual([]);
  expect(checked.rows).toBe(
    { 'small-shop.csv': 5, 'thousand/1.csv': 400, 'thousand/2.csv': 500, 'thousand/3.csv': 300 }[path],
  );
});
