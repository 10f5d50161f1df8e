import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../bundle.ts';
import type { Peer, Run } from './peers.ts';

const PEERS = fileURLToPath(new URL('peer-process.ts', import.meta.url));
const PANDAS = fileURLToPath(new URL('by_pandas.py', import.meta.url));

export const bundlePeers = (dir: string): string => bundle(PEERS, join(dir, 'peers.mjs'));

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
