/** A sandbox as a user starts it, in a process of its own, and what can be asked of it from outside. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { FunctionReport } from '../../../sandbox/control/server.ts';
import type { SandboxInfo } from '../../../sandbox/process/sandbox-info.ts';
import { COMPILED, MAIN, TELL_USAGE } from '../whole/command.ts';

/** Of the emulator of Meta alone. */
export const TOKEN = 'bench-token';

export interface Usage {
  cpuSeconds: number;
  peakRss: number;
}

export interface Sandbox {
  readonly info: SandboxInfo;
  writes(): Promise<Record<'s3' | 'dynamodb' | 'events' | 'sqs', number>>;
  /** Moves its clock on. */
  advance(ms: number): Promise<void>;
  functions(): Promise<FunctionReport[]>;
  /** Ends it as Ctrl-C does, and tells what its process has used. */
  stop(): Promise<Usage>;
}

/** @param usage the file in which its process leaves what it has used */
export const startSandbox = async (dataDir: string, config: string, usage: string): Promise<Sandbox> => {
  const words = ['sandbox', '--json', '--data-dir', dataDir, '--config', config];
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--import', TELL_USAGE, MAIN, ...words],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_COMPILE_CACHE: COMPILED, BENCH_USAGE: usage, META_ACCESS_TOKEN: TOKEN },
    },
  );
  const ended = once(child, 'exit');
  process.once('exit', () => child.kill());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const lines = createInterface(child.stdout);
  const first = await Promise.race([once(lines, 'line'), ended.then(() => undefined)]);
  if (first === undefined) throw new Error('the sandbox has ended before it was there');
  const info = JSON.parse(first[0] as string) as SandboxInfo;
  const ask = async <A>(path: string): Promise<A> => (await (await fetch(`${info.control}/${path}`)).json()) as A;
  return {
    info,
    writes: () => ask('writes'),
    functions: () => ask('functions'),
    advance: async (advanceMs) => {
      await fetch(`${info.control}/clock`, { method: 'POST', body: JSON.stringify({ advanceMs }) });
    },
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      if (!existsSync(usage)) throw new Error('the sandbox did not tell what it has used');
      return JSON.parse(readFileSync(usage, 'utf8')) as Usage;
    },
  };
};
