/**
 * Runs the suites of what the product relies on of AWS: on the sandbox, or with `--aws` on the account of the caller's
 * credentials. `npm run conformance -- [--aws [--yes] [--clean]] [--archives] [s3 dynamodb sqs sns parameters events]`
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { planOf } from '../sandbox/conformance/plan.ts';
import { sweep } from '../sandbox/conformance/sweep.ts';
import { awsTarget, newPrefix, PREFIX } from '../sandbox/conformance/target.ts';
import { type Words, wordsOf } from '../sandbox/conformance/words.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** A step on AWS may wait for a queue's retention, or for an archive to fill. */
const STEP_MS = { sandbox: 60_000, aws: 30 * 60_000 };

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Jest's settings for the suites: those of the tests of the servers, but for which files and how long. */
const settingsFor = ({ aws, services }: Words): string => {
  const { projects } = JSON.parse(readFileSync(join(root, 'jest.config.json'), 'utf8')) as {
    projects: Record<string, unknown>[];
  };
  const { displayName: _, testPathIgnorePatterns: __, ...common } = projects[0] ?? {};
  return JSON.stringify({
    ...common,
    rootDir: root,
    testMatch: services.map((service) => `<rootDir>/sandbox/conformance/${service}.run.ts`),
    testTimeout: aws ? STEP_MS.aws : STEP_MS.sandbox,
  });
};

/** Runs the suites; resolves with jest's exit code. */
const run = (words: Words, prefix: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
    const args = [jest, '--config', settingsFor(words), ...(words.aws ? ['--runInBand'] : [])];
    const child = spawn(process.execPath, args, {
      stdio: 'inherit',
      cwd: root,
      env: {
        ...process.env,
        CONFORMANCE_PREFIX: prefix,
        ...(words.aws && { CONFORMANCE_AWS_REGION: words.region }),
        ...((words.archives || !words.aws) && { CONFORMANCE_ARCHIVES: 'yes' }),
      },
    });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });

/** Removes what is called so; resolves with whether all is gone. */
const clean = async (region: string, prefix: string): Promise<boolean> => {
  const target = awsTarget(region, prefix);
  try {
    const { removed, failed } = await sweep(target);
    say(`removed ${removed.length} of what is called ${prefix}*`);
    for (const line of failed) process.stderr.write(`not removed: ${line}\n`);
    if (failed.length > 0) process.stderr.write('try again: npm run conformance -- --aws --clean\n');
    return failed.length === 0;
  } finally {
    await target.close();
  }
};

const main = async (): Promise<number> => {
  const words = wordsOf(process.argv.slice(2), process.env);
  const prefix = newPrefix();
  if (!words.aws) return run(words, prefix);
  if (words.clean) {
    say(`This removes what is called ${PREFIX}* in ${words.region}: also that of a run that is under way.`);
  } else say(planOf(words.services, words.region, prefix));
  if (!words.yes) {
    say('Nothing was done. Add --yes to do it.');
    return 2;
  }
  if (words.clean) return (await clean(words.region, PREFIX)) ? 0 : 1;
  // Ctrl-C ends the suites, which get it too; what they made is removed all the same.
  process.on('SIGINT', () => undefined);
  let code = 1;
  try {
    code = await run(words, prefix);
  } finally {
    if (!(await clean(words.region, prefix))) code = 1;
  }
  return code;
};

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
