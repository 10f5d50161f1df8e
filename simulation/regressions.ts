/** Scenarios that broke something once: kept for ever, and run by every test. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Invariant } from './checks/facts.ts';
import type { Scenario } from './shrink.ts';

export interface Regression extends Scenario {
  /** What was wrong, in a sentence. */
  why: string;
  /** What it broke when it was found. */
  invariant: Invariant;
  /** `seed 7`, as it was found; what is kept is smaller. */
  found: string;
  commit: string;
}

const FOLDER = fileURLToPath(new URL('./regressions/', import.meta.url));

export const readRegressions = (folder = FOLDER): { name: string; regression: Regression }[] =>
  (existsSync(folder) ? readdirSync(folder) : [])
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => ({
      name: name.replace(/\.json$/, ''),
      regression: JSON.parse(readFileSync(join(folder, name), 'utf8')) as Regression,
    }));

/** Keeps a regression; returns its path. */
export const keepRegression = (regression: Regression, folder = FOLDER): string => {
  mkdirSync(folder, { recursive: true });
  const name = `${regression.invariant} ${regression.found}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const path = join(folder, `${name}.json`);
  writeFileSync(path, `${JSON.stringify(regression, null, 2)}\n`);
  return path;
};
