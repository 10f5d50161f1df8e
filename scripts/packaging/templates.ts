import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { replace } from './bundles.ts';
import { checkConfig } from './config.ts';
import { BUILD, ROOT, type Stack } from './stacks.ts';
import { hashOfFiles, readStamp, writeStamp } from './stamp.ts';

const TEMPLATE = 'cloudformation-template-update-stack.json';
/** Each osls is about one CPU-second: two keep a small machine busy. */
const AT_A_TIME = 2;

const inputs = (stage: string): string[] => [
  'serverless-compose.yml',
  'services/*/serverless.yml',
  'shared/platform/*.{yml,cjs}',
  `config/${stage}.json`,
  'scripts/packaging/*.ts',
  'package-lock.json',
];

/** Where the packaged template of a stack lies, one folder a stage. */
export const templatePath = (stage: string, { name }: Stack): string => join(BUILD, stage, name, TEMPLATE);

/**
 * Has osls package each stack; the templates do not depend on the code. Does nothing and answers false when none of
 * what they are made from has changed since. Throws an error with what osls said, for the first stack that fails.
 */
export const buildTemplates = async (
  stage: string,
  stacks: readonly Stack[],
  log: (line: string) => void,
): Promise<boolean> => {
  const stampPath = join(BUILD, stage, 'templates.sha256');
  const stamp = hashOfFiles(inputs(stage));
  if (readStamp(stampPath) === stamp && stacks.every((stack) => existsSync(templatePath(stage, stack)))) return false;

  checkConfig(stage);
  const waiting = [...stacks];
  const packNext = async (): Promise<void> => {
    for (let stack = waiting.shift(); stack !== undefined; stack = waiting.shift()) {
      log(`packaging ${stack.name} for ${stage}`);
      await osls(stage, stack).catch((error: unknown) => {
        waiting.length = 0;
        throw error;
      });
    }
  };
  // Settled, not all: when one fails, the other still works in the folder of its stack.
  const ends = await Promise.allSettled(Array.from({ length: AT_A_TIME }, packNext));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  writeStamp(stampPath, stamp);
  return true;
};

const osls = async (stage: string, stack: Stack): Promise<void> => {
  const out = join(BUILD, stage, `.${stack.name}.new`);
  rmSync(out, { recursive: true, force: true });
  const bin = join(ROOT, 'node_modules/.bin');
  const { code, text } = await run(join(bin, 'osls'), ['package', '--stage', stage, '--package', out], {
    cwd: stack.dir,
    env: { ...process.env, PATH: [bin, dirname(process.execPath), process.env.PATH].join(delimiter) },
  });
  if (code !== 0) {
    throw new Error(`osls could not package ${relative(ROOT, stack.dir)} for stage "${stage}":\n${text.trim()}`);
  }
  replace(templatePath(stage, stack), readFileSync(join(out, TEMPLATE)));
  rmSync(out, { recursive: true, force: true });
};

const run = (
  command: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<{ code: number | null; text: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (part: string) => {
        text += part;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, text }));
  });
