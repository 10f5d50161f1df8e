/**
 * One peer in a process of its own, so that its processor time and memory are its own. Arguments: the peer's name, the
 * file to read, the file to write. Says at the end what it did and took.
 */
import type { Counts, ModuleName, Run } from './peers.ts';

type Peer = (source: string, target: string) => Promise<Counts>;

/** Each loads what it needs alone. */
const peers: Record<ModuleName, () => Promise<Peer>> = {
  engine: async () => (await import('./by-engine.ts')).byEngine,
  libraries: async () => (await import('./by-libraries.ts')).byLibraries,
  reference: async () => (await import('./by-libraries.ts')).byReference,
};

const [name, source = '', target = ''] = process.argv.slice(2);
const peer = await peers[name as ModuleName]();
const counts = await peer(source, target);
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
const run: Run = { ...counts, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakRss: maxRSS * 1024 };
process.stdout.write(JSON.stringify(run));
