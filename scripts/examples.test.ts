import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rowCodes } from '../shared/rows/codes.ts';
import { badRows } from './examples/bad-rows.ts';
import { examples } from './examples.ts';

const folder = join(__dirname, '../examples');
const made = examples();

test.each([...made.keys()])('examples/%s is what the script makes', (path) => {
  expect(readFileSync(join(folder, path)).equals(Buffer.from(made.get(path)!))).toBe(true);
});

test('the folder holds nothing else', () => {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  expect(files.sort((a, b) => (a < b ? -1 : 1))).toEqual([...made.keys()].sort((a, b) => (a < b ? -1 : 1)));
});

test('every row code has its bad row', () => {
  expect(new Set(badRows.map(({ code }) => code))).toEqual(new Set(rowCodes));
});
