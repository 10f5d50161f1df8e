import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { Peer, Run } from './peers.ts';

const PEERS = fileURLToPath(new URL('peer-process.ts', import.meta.url));
const PANDAS = fileURLToPath(new URL('by_pandas.py', import.meta.url));

/** Bundles the peers as functions are, so that nobody is charged for taking the types off. */
export const bundlePeers = (dir: string): string => {
  const outfile = join(dir, 'peers.mjs');
  buildSync({
    entryPoints: [PEERS],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    // io-ts and fp-ts are CommonJS.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  return outfile;
};

export const isThere = ({ name }: Peer): boolean => {
  if (name !== 'pandas') return true;
  try {
    execFileSync('python3', ['-c', 'import pandas'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** One peer from file to file, in a process of its own. */
export const runPeer = ({ name }: Peer, bundle: string, source: string, target: string): Run => {
  const [command, script] = name === 'pandas' ? ['python3', [PANDAS]] : [process.execPath, [bundle, name]];
  return JSON.parse(execFileSync(command, [...script, source, target], { encoding: 'utf8' })) as Run;
};

export const hashOfFile = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
};
