/**
 * Kills the sandbox before every single write of a small journey, at each of four servers, and starts it again:
 * `node scripts/kill-everywhere.ts [--from n]`, from the n-th write of each server on. The journey
 * `killed-before-every-write` tries a sample of them; all of them, more than three hundred, take the better part of an hour.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { from: { type: 'string', default: '1' } } });
if (!/^[1-9]\d*$/.test(values.from)) {
  process.stderr.write(`--from is a whole number from 1, not "${values.from}"\n`);
  process.exit(64);
}
const root = join(import.meta.dirname, '..');
const words = ['--selectProjects', 'journeys', '--runInBand', '--testPathPatterns', 'killed-before-every-write'];
const jest = spawn(process.execPath, [join(root, 'node_modules/jest/bin/jest.js'), ...words], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, KILL_BEFORE_EVERY_WRITE_FROM: values.from },
});
const [code] = (await once(jest, 'close')) as [number | null];
process.exitCode = code ?? 1;
