import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { BUILD } from './stacks.ts';

const LOCK = join(BUILD, 'lock');
const LOOK_AGAIN_MS = 100;

/** Packagings of one repository go one after the other: osls works in a folder of each stack, whatever the stage. */
export const oneAtATime = async <A>(work: () => Promise<A>): Promise<A> => {
  mkdirSync(BUILD, { recursive: true });
  while (!taken()) {
    if (!isAlive(holder())) rmSync(LOCK, { force: true });
    else await wait(LOOK_AGAIN_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(LOCK, { force: true });
  }
};

/** A link appears whole, or not at all: nobody reads a lock that has no holder yet. */
const taken = (): boolean => {
  const mine = `${LOCK}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, LOCK);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
};

const holder = (): number => {
  try {
    return Number(readFileSync(LOCK, 'utf8'));
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
