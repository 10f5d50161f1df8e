import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mutants } from './index.ts';

const patches = mutants.flatMap(({ name, patches: all }) => all.map(({ file, find }) => [name, file, find] as const));

/** Bundling fails on a patch that is out of date; this says so in seconds, and of all at once. */
test.each(patches)('the defect %s finds what it changes in %s', (_name, file, find) => {
  const text = readFileSync(join(__dirname, '../..', file), 'utf8');
  expect(text.split(find)).toHaveLength(2);
});
