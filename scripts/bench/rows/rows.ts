import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ITEMS_A_BATCH } from './batch-file.ts';
import { writeFeed } from './feed.ts';
import { type Peer, peers, type Run } from './peers.ts';
import { bundlePeers, hashOfFile, isThere, runPeer } from './run-peer.ts';

/** The goals at a million rows. */
export const goals = { timesFewerCpuSeconds: 7, peakMegabytes: 120, growth: 0.1 };

const ROUNDS = 3;
/** The engine's memory must not grow with the file: it is measured once more with so many times the rows. */
const TIMES_LARGER = 4;

export interface PeerResult {
  peer: Peer;
  /** The run in the middle, by processor time. */
  run: Run;
}

export interface RowsBench {
  rows: number;
  bytes: number;
  results: PeerResult[];
  missing: Peer[];
  larger: { rows: number; run: Run };
}

const touched = (path: string): string => {
  writeFileSync(path, '');
  return path;
};

const middle = (runs: readonly Run[]): Run =>
  runs.toSorted((a, b) => a.cpuSeconds - b.cpuSeconds)[Math.floor((runs.length - 1) / 2)]!;

/**
 * Every peer reads the same generated file and writes batches, round by round, in the other order every second round, so
 * that what else the machine does meets all alike. Throws when outputs differ that must not.
 */
export const benchRows = async (rows: number, say: (text: string) => void): Promise<RowsBench> => {
  const dir = mkdtempSync(join(tmpdir(), 'bench-rows-'));
  const source = join(dir, 'feed.csv');
  const target = join(dir, 'batches');
  try {
    const bundle = bundlePeers(dir);
    const { bytes } = writeFeed(source, rows);
    say(`a feed of ${rows} rows, ${bytes} bytes`);
    const present = peers.filter(isThere);
    // Whoever writes a new file is charged for its pages, more or less as the machine happens to have some: all of them
    // write over the same file.
    runPeer(peers[0]!, bundle, source, touched(target));
    const runs = new Map<Peer, Run[]>(present.map((peer) => [peer, []]));
    let expected = '';
    for (let round = 0; round < ROUNDS; round++) {
      for (const peer of round % 2 === 0 ? present : present.toReversed()) {
        const run = runPeer(peer, bundle, source, target);
        say(`round ${round + 1}, ${peer.name}: ${run.cpuSeconds.toFixed(2)} s, ${run.valid} of ${run.rows} rows valid`);
        runs.get(peer)!.push(run);
        if (peer.sameBytes && round === 0) {
          const hash = await hashOfFile(target);
          expected ||= hash;
          if (hash !== expected) throw new Error(`${peer.name} wrote other bytes than ${present[0]!.name}`);
        }
      }
    }
    writeFeed(source, TIMES_LARGER * rows);
    const engine = peers[0]!;
    const larger = { rows: TIMES_LARGER * rows, run: runPeer(engine, bundle, source, target) };
    say(`${larger.rows} rows, engine: ${larger.run.cpuSeconds.toFixed(2)} s`);
    return {
      rows,
      bytes,
      results: present.map((peer) => ({ peer, run: middle(runs.get(peer)!) })),
      missing: peers.filter((peer) => !present.includes(peer)),
      larger,
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
};

export const howMeasured = ({ rows, bytes }: RowsBench): string =>
  `A generated feed of ${rows.toLocaleString('en-US')} rows and ${Math.round(bytes / 1e6).toLocaleString('en-US')} MB ` +
  '(ten columns, eight languages, texts in quotes over several lines, 1 % bad rows of seven kinds), from a file to a ' +
  `file of batches of ${ITEMS_A_BATCH.toLocaleString('en-US')} items. Each peer in a process of its own; the figure is the user and system ` +
  `seconds of the whole process, its start included, in the middle one of ${ROUNDS} interleaved rounds. All write over a file that is there. All but pandas write the very same bytes.`;
