import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plan } from '../../../shared/records/transform.ts';
import { bundle } from '../bundle.ts';
import { type Goal, line, megabytes, whole } from '../report.ts';
import type { Took } from './sync.ts';

const PROCESS = fileURLToPath(new URL('baseline-process.ts', import.meta.url));
const MOST_MEGABYTES = 512;

export interface BaselineBench {
  products: number;
  partitions: number;
  /** All syncs of the first load, planned and settled. */
  load: Took;
  /** The sync in which some changed. */
  planning: Took;
  settling: Took;
  /** In the last state. */
  entries: number;
  /** Products that changed, and what the plan made of them. */
  changed: number;
  counts: Plan['counts'];
  sent: number;
  stateBytes: number;
  peakRss: number;
}

export const benchBaseline = (products: number): BaselineBench => {
  const dir = mkdtempSync(join(tmpdir(), 'bench-baseline-'));
  const objects = join(dir, 'objects');
  mkdirSync(objects);
  try {
    const words = [bundle(PROCESS, join(dir, 'baseline.mjs')), `${products}`, objects];
    return JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' })) as BaselineBench;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
};

export const howBuilt = ({ products, partitions }: BaselineBench): string =>
  `${whole(products)} products without a feed: rows and small items as validate leaves them, planned and settled by ` +
  `transform’s own code on a folder in place of S3, in ${whole(partitions)} partitions. The first load sends one partition a ` +
  'sync; then comes a whole feed in which one product in fifty has another price. The seconds are those of transform alone; ' +
  'the peak is that of the whole process, which makes the rows, too.';

export const baselineTable = ({ products, load, planning, settling, stateBytes }: BaselineBench): string => {
  const row = (what: string, { cpuSeconds, seconds }: Took): string =>
    line([what, cpuSeconds.toFixed(1), seconds.toFixed(1), ((1e6 * cpuSeconds) / products).toFixed(1)]);
  const head = ['what', 'CPU s', 'wall s', 'CPU µs a product'];
  return [
    line(head),
    line(head.map(() => '---')),
    row('the first load, all its syncs', load),
    row('the plan of the sync in which 2 % changed', planning),
    row('its settling', settling),
    '',
    `The state takes ${megabytes(stateBytes)} MB: ${(stateBytes / products).toFixed(1)} bytes a product.`,
  ].join('\n');
};

export const judgeBaseline = (bench: BaselineBench): Goal[] => {
  const { products, entries, changed, counts, sent, peakRss } = bench;
  return [
    { text: `the state holds ${whole(entries)} of ${whole(products)} products`, met: entries === products },
    {
      text: `the sync sends ${whole(sent)} items; ${whole(changed)} changed, and ${whole(counts.unchanged)} rows are found unchanged`,
      met: sent === changed && counts.updates === changed && counts.unchanged === products - changed,
    },
    {
      text: `${megabytes(peakRss)} MB at the peak; the goal is under ${MOST_MEGABYTES}`,
      met: peakRss < MOST_MEGABYTES * 2 ** 20,
    },
  ];
};
