import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { SandboxInfo } from './sandbox-info.ts';
import { writeWhole } from './write-whole.ts';

/** The lock's name in the data folder. */
export const LOCK_FILE = 'sandbox.lock.json';

/** A sandbox runs on the folder already. Its info says where, so that the caller can use that one. */
export class SandboxIsRunning extends Error {
  readonly pid: number;
  /** What `sandbox --json` says of the running one; null when it has not become ready for half a minute. */
  readonly info: SandboxInfo | null;
  constructor(dataDir: string, pid: number, info: SandboxInfo | null) {
    super(`process ${pid} runs a sandbox on ${dataDir}: use that one, stop it, or choose another --data-dir`);
    this.name = 'SandboxIsRunning';
    this.pid = pid;
    this.info = info;
  }
}

export interface FolderLock {
  /** Tells others, by the lock, that the sandbox is ready and where it is. */
  publish(info: SandboxInfo): void;
  /** Gives the folder free. */
  release(): void;
}

interface Owner {
  pid: number;
  /** When the process started, in the system's own words: tells it from a later one with the same pid. */
  started: string | undefined;
  /** Which lock it is, as one process can come and go several times. */
  token: string;
  info?: SandboxInfo;
}

/** What Linux says of a process (proc(5), /proc/<pid>/stat); undefined where there is no such file. */
const statOf = (pid: number): { started: string | undefined; exiting: boolean } | undefined => {
  try {
    // The second field, the command's name in brackets, may hold spaces and brackets itself. State is the third.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const [state, flags, started] = [fields[0], Number(fields[6]), fields[19]];
    return { started, exiting: state === 'Z' || state === 'X' || (flags & PF_EXITING) !== 0 };
  } catch {
    return undefined;
  }
};

/** include/linux/sched.h: the process is being taken down. */
const PF_EXITING = 0x4;

const isAlive = ({ pid, started }: Owner): boolean => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const stat = statOf(pid);
  // A killed process can be signalled until its parent has asked for its end, which some never do.
  if (stat?.exiting) return false;
  return started === undefined || stat?.started === started;
};

const readOwner = (path: string): Owner | undefined => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
};

/** Makes the lock unless there is one. A link appears with its content, or not at all. */
const tryLock = (path: string, owner: Owner): boolean => {
  const own = `${path}.${owner.token}`;
  writeFileSync(own, JSON.stringify(owner));
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
};

/** Takes a dead process's lock away; if another process was faster and it is now a living one's, puts it back. */
const clearStale = (path: string, stale: Owner | undefined, token: string): void => {
  const aside = `${path}.${token}.stale`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (readOwner(aside)?.token !== stale?.token) linkSync(aside, path);
  rmSync(aside, { force: true });
};

/** How long a second start waits for the first one to say where it is, and how often it looks. */
const STARTING_MS = 30_000;
const LOOK_MS = 50;

/**
 * Makes this process the one owner of the folder, whose lock lies at `path`. A lock that a dead process left is taken
 * over. Throws SandboxIsRunning when another sandbox lives there; while that one is still starting, waits for it.
 */
export const lockFolder = async (dataDir: string, path: string): Promise<FolderLock> => {
  const token = `${process.pid}-${Math.random().toString(36).slice(2)}`;
  const owner: Owner = { pid: process.pid, started: statOf(process.pid)?.started, token };
  const patienceEnds = Date.now() + STARTING_MS;
  while (!tryLock(path, owner)) {
    const other = readOwner(path);
    if (other === undefined || !isAlive(other)) clearStale(path, other, token);
    else if (other.info !== undefined || Date.now() > patienceEnds)
      throw new SandboxIsRunning(dataDir, other.pid, other.info ?? null);
    else await wait(LOOK_MS);
  }
  return {
    publish: (info) => writeWhole(path, `${JSON.stringify({ ...owner, info })}\n`),
    release: () => {
      if (readOwner(path)?.token === token) rmSync(path, { force: true });
    },
  };
};

/** The info of the sandbox that runs on the folder whose lock lies at `path`; undefined when none does, or not yet. */
export const runningInfo = (path: string): SandboxInfo | undefined => {
  const owner = readOwner(path);
  return owner !== undefined && isAlive(owner) ? owner.info : undefined;
};
