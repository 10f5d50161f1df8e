import { performance } from 'node:perf_hooks';
import type { OwnProcess } from './own-process.ts';

export interface Measured {
  /** Wall time. */
  seconds: number;
  /** The server's processor time. */
  serverSeconds: number;
  /** The client's processor time. */
  clientSeconds: number;
  /** The server's memory in bytes: before, and at its highest by the end. */
  rssBefore: number;
  peakRss: number;
}

/** How long `work` takes, and what it takes of client and server. */
export const measure = async (server: OwnProcess, work: () => Promise<unknown>): Promise<Measured> => {
  const before = await server.usage();
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await work();
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const after = await server.usage();
  return {
    seconds,
    serverSeconds: after.cpuSeconds - before.cpuSeconds,
    clientSeconds: (user + system) / 1e6,
    rssBefore: before.rss,
    peakRss: after.peakRss,
  };
};

/** The run in the middle, by wall time: other work on the machine disturbs the slowest ones. */
export const median = (runs: readonly Measured[]): Measured => {
  const middle = [...runs].sort((a, b) => a.seconds - b.seconds)[Math.floor((runs.length - 1) / 2)];
  if (middle === undefined) throw new Error('nothing was measured');
  return middle;
};

/** Does `work` for 0 to `count` - 1, so many at a time. */
export const inParallel = async (
  count: number,
  atATime: number,
  work: (n: number) => Promise<unknown>,
): Promise<void> => {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const n = next;
      next += 1;
      await work(n);
    }
  };
  await Promise.all(Array.from({ length: atATime }, worker));
};
