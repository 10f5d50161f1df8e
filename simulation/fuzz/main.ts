/**
 * Fuzzes everything that reads bytes from outside:
 * `node simulation/fuzz/main.ts [--seconds 60] [--runs N] [--seed S] [--target NAME]`; time and runs are for each target.
 * Exits with 1 when a property breaks; the input is made smaller and kept in corpus/.
 */
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { keep } from './corpus.ts';
import { failureText, line } from './show.ts';
import { targets } from './targets/index.ts';
import { watched } from './watched.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    runs: { type: 'string' },
    seed: { type: 'string', default: '1' },
    target: { type: 'string' },
  },
});

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const wrongUse = (text: string): never => {
  process.stderr.write(`${text}\n`);
  process.exit(64);
};
const count = (name: 'seconds' | 'runs' | 'seed'): number | null => {
  const text = values[name];
  if (text === undefined) return null;
  return /^\d{1,9}$/.test(text) ? Number(text) : wrongUse(`--${name} is a whole number, not "${text}"`);
};

const chosen = values.target === undefined ? targets : targets.filter(({ name }) => name === values.target);
if (chosen.length === 0) wrongUse(`--target is one of ${targets.map(({ name }) => name).join(', ')}`);
const runs = count('runs');
const seconds = count('seconds') ?? (runs === null ? 60 : null);
const seed = count('seed') ?? 1;
const folder = join(import.meta.dirname, 'corpus');

let failures = 0;
for (const target of chosen) {
  const report = await watched(target, { folder, seed, runs, seconds }, (now) => say(`  ${line(target, now)}`));
  say(line(target, report));
  const { failure } = report;
  if (failure === null) continue;
  failures++;
  const keptAt =
    failure.file === null ? keep(folder, target, failure.input) : join(folder, target.corpus, failure.file);
  say(failureText(target, report, relative(process.cwd(), keptAt), seed));
}
process.exitCode = failures === 0 ? 0 : 1;
