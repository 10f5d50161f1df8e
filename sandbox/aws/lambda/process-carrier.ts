import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { SandboxClock } from '../../clock.ts';
import { writeWhole } from '../../process/write-whole.ts';
import type { Carrier, CarrierEvents } from './function-worker.ts';
import type { FromProcess, HandlerSetup, ProcessSetup, ToProcess } from './worker-protocol.ts';

export interface ProcessOptions {
  /** The file that `buildWorkerProcess` made. */
  entry: string;
  setup: HandlerSetup;
  clock: SandboxClock;
  env: Record<string, string>;
  /** All memory of the process, Node's own too: beyond it the process is killed. */
  memoryMb: number;
  /** What the function writes to its standard output and error. */
  print(text: Buffer | string): void;
  /** Is told the most resident memory that the process has had so far, in bytes. */
  onPeak(bytes: number): void;
}

/** How often memory and clock are looked at during an invocation. The peak is the kernel's, so no burst is missed. */
const LOOK_EVERY_MS = 20;
/** What Lambda's runtime gives V8 of a function's memory for old objects. */
const HEAP_SHARE = 0.9;

/**
 * Makes the code of worker processes as JavaScript in `dir`, and gives its path: Node's own stripping of types would
 * count for some 20 MB of each function's memory.
 */
export const buildWorkerProcess = async (dir: string): Promise<string> => {
  const entry = join(dir, 'worker-process.mjs');
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./worker-process.ts', import.meta.url))],
    write: false,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  });
  // Several functions start at once, and each makes it.
  writeWhole(entry, outputFiles[0]!.text);
  return entry;
};

/** The most resident memory that a process has had, as Linux tells it; undefined elsewhere, and when it has ended. */
const peakOf = (pid: number): number | undefined => {
  try {
    const kilobytes = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
};

const SIGNALS: Readonly<Record<string, string>> = {
  SIGKILL: 'killed',
  SIGABRT: 'aborted',
  SIGSEGV: 'segmentation fault',
};

/**
 * A worker in a process of its own, whose memory is measured and limited as a whole. It ends with this process, however
 * this one ends; only a handler that never lets go of its thread lives on until it does.
 */
export const startProcess = (options: ProcessOptions, events: CarrierEvents): Carrier => {
  const { entry, setup, clock, env, memoryMb, print, onPeak } = options;
  const offsetNow = (): number => Number(Atomics.load(clock.offsetCell, 0));
  const arguments_: ProcessSetup = { ...setup, offsetMs: offsetNow() };
  const child = fork(entry, [JSON.stringify(arguments_)], {
    cwd: setup.taskRoot,
    env,
    execArgv: [`--max-old-space-size=${Math.floor(memoryMb * HEAP_SHARE)}`],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  child.stdout!.on('data', print);
  child.stderr!.on('data', print);
  const ended = once(child, 'close').then(
    () => undefined,
    () => undefined,
  );

  let looking: NodeJS.Timeout | undefined;
  let requestId = '';
  let offsetTold = arguments_.offsetMs;
  const send = (message: ToProcess): void => {
    offsetTold = message.offsetMs;
    // A process that ended in between is noticed by its end.
    if (child.connected) child.send(message, () => undefined);
  };
  /** Whether the process has had no more memory than it may. Kills it otherwise. */
  const withinMemory = (bytes: number | undefined): boolean => {
    if (bytes === undefined) return true;
    onPeak(bytes);
    if (bytes <= memoryMb * 1024 * 1024) return true;
    const errorMessage = `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`;
    events.failed({ errorType: 'Runtime.OutOfMemory', errorMessage, trace: '' });
    child.kill('SIGKILL');
    return false;
  };
  const look = (): void => {
    withinMemory(peakOf(child.pid!));
    if (offsetNow() !== offsetTold) send({ offsetMs: offsetNow() });
  };

  child.on('message', (message: FromProcess) => {
    if ('ready' in message) events.ready();
    else if ('thrown' in message) events.failed(message.thrown);
    else {
      clearInterval(looking);
      if (withinMemory(peakOf(child.pid!) ?? message.maxRssBytes)) events.answered(message.answer);
    }
  });
  child.on('error', ({ name, message, stack = '' }) => {
    events.failed({ errorType: name, errorMessage: message, trace: stack });
    print(`${stack}\n`);
  });
  child.on('exit', (code, signal) => {
    const how = signal === null ? `exit status ${code}` : `signal: ${SIGNALS[signal] ?? constants.signals[signal]}`;
    events.failed({
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: ${how}`,
      trace: '',
    });
  });
  void ended.then(() => {
    clearInterval(looking);
    events.ended();
  });

  return {
    send: (invocation) => {
      requestId = invocation.requestId;
      clearInterval(looking);
      looking = setInterval(look, LOOK_EVERY_MS);
      send({ offsetMs: offsetNow(), invocation });
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
};
