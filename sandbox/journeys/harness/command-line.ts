import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';

export const REPOSITORY = resolve(__dirname, '../../..');
export const EXAMPLES = join(REPOSITORY, 'examples');

export const BIN = join(REPOSITORY, 'node_modules/.bin/catalog-sync');
/** Longer than any journey's command takes on a slow machine. */
const COMMAND_MS = 120_000;
/** How long a command may take to stop of itself before it is killed. */
const STOP_MS = 10_000;

/** A command as a process of its own, with all that it starts: they can be signalled together. */
export interface Running {
  readonly child: ChildProcess;
  /** All that it has written so far. */
  readonly written: { stdout: string; stderr: string };
  /** Resolves with the exit code, null after a signal. */
  readonly ended: Promise<number | null>;
  /** To the command and to whatever it started: nothing of it is left to flush or to tell. */
  kill(): Promise<void>;
  /** As Ctrl-C does; kills after a while. */
  stop(): Promise<number | null>;
}

const alive = new Set<ChildProcess>();
const signal = ({ pid }: ChildProcess, name: NodeJS.Signals): void => {
  try {
    // The command's own process group: the launcher and the Node that it handed over to.
    if (pid !== undefined) process.kill(-pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};
process.on('exit', () => {
  for (const child of alive) signal(child, 'SIGKILL');
});

/** Only what a user's shell would have: no setting of the tests' own environment reaches the command. */
const plainEnvironment = (): NodeJS.ProcessEnv => {
  const { PATH, HOME, TMPDIR } = process.env;
  return { PATH, HOME, ...(TMPDIR === undefined ? {} : { TMPDIR }) };
};

/** Starts `catalog-sync` with these words, as somebody types them. */
export const start = (words: readonly string[], env: Readonly<Record<string, string>> = {}): Running => {
  const child = spawn(BIN, words, {
    cwd: REPOSITORY,
    env: { ...plainEnvironment(), ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  alive.add(child);
  const written = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (written.stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (written.stderr += text));
  const ended = once(child, 'close').then(([code]) => {
    alive.delete(child);
    return code as number | null;
  });
  const kill = async (): Promise<void> => {
    signal(child, 'SIGKILL');
    await ended;
  };
  const stop = async (): Promise<number | null> => {
    signal(child, 'SIGTERM');
    const late = setTimeout(() => signal(child, 'SIGKILL'), STOP_MS);
    const code = await ended;
    clearTimeout(late);
    return code;
  };
  return { child, written, ended, kill, stop };
};

export interface Answer {
  exit: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a command to its end. */
export const command = async (
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Answer> => {
  const running = start(words, env);
  const late = setTimeout(() => signal(running.child, 'SIGKILL'), COMMAND_MS);
  const exit = await running.ended;
  clearTimeout(late);
  return { exit, ...running.written };
};

/** The JSON in the last line of what was written. */
export const lastLine = <A>(text: string): A => JSON.parse(text.trimEnd().split('\n').at(-1) ?? '') as A;
