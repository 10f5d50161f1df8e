/** Scenarios that broke something once: kept for ever, and run by every test. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Invariant } from './checks/facts.ts';
import type { Scenario } from './shrink.ts';

export interface Regression extends Scenario {
  /** What was wrong, in a sentence. */
  why: string;
  /** What it broke when it was found. */
  invariant: Invariant;
  seed: number;
  commit: string;
}

const FOLDER = fileURLToPath(new URL('./regressions/', import.meta.url));

export const readRegressions = (): { name: string; regression: Regression }[] =>
  readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({
      name: name.replace(/\.json$/, ''),
      regression: JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Regression,
    }));

/** Keeps a regression; returns its path. */
export const keepRegression = (regression: Regression): string => {
  mkdirSync(FOLDER, { recursive: true });
  const path = join(FOLDER, `${regression.invariant.toLowerCase()}-seed-${regression.seed}.json`);
  writeFileSync(path, `${JSON.stringify(regression, null, 1)}\n`);
  return path;
};
