/**
 * Loaded before a command (`--import`): when its process ends, writes what that has used to the file that BENCH_USAGE names.
 * All threads are in it, and the processes that it started and waited for, where the system tells of them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/** Clock ticks a second in what Linux tells of processes: USER_HZ is 100 on all of Node's platforms (time(7)). */
const TICKS = 100;

const secondsOfChildren = (): number => {
  try {
    // The command's name, in brackets, may hold blanks. Behind it cutime and cstime are fields 14 and 15 (proc(5)).
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[13]) + Number(fields[14])) / TICKS;
  } catch {
    return 0;
  }
};

const tell = (): void => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6 + secondsOfChildren();
  writeFileSync(process.env.BENCH_USAGE!, JSON.stringify({ cpuSeconds, peakRss: maxRSS * 1024 }));
};
if (isMainThread) process.on('exit', tell);
