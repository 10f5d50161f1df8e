import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const LOOK_AGAIN_MS = 100;
/** Nobody packages for so long: its holder is gone, and its process id is another's by now. */
const ABANDONED_MS = 10 * 60_000;

/** Works while nobody else does under the same lock, a file that holds its holder's process id; waits for its turn. */
export const oneAtATime = async <A>(lock: string, work: () => Promise<A>): Promise<A> => {
  mkdirSync(dirname(lock), { recursive: true });
  while (!taken(lock)) {
    if (!isAlive(holder(lock)) || age(lock) > ABANDONED_MS) rmSync(lock, { force: true });
    else await wait(LOOK_AGAIN_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
};

/** A link appears whole, or not at all: nobody reads a lock that has no holder yet. */
const taken = (lock: string): boolean => {
  const mine = `${lock}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
};

const holder = (lock: string): number => {
  try {
    return Number(readFileSync(lock, 'utf8'));
  } catch {
    return 0;
  }
};

const age = (lock: string): number => {
  try {
    return Date.now() - statSync(lock).mtimeMs;
  } catch {
    return 0;
  }
};

/** Signal 0 asks whether a process is there. */
const isAlive = (pid: number): boolean => {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
