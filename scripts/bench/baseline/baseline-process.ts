/**
 * A catalog of many products in a process of its own: a first load, partition by partition, then a sync of a whole feed in
 * which some changed. Arguments: how many products, an empty folder. Says at the end what it did and took.
 */
import { folderObjects } from '../../../console/folder-objects.ts';
import { readState } from '../../../services/transform/src/states.ts';
import { partitionBits } from '../../../services/validate/src/domain/partitions.ts';
import { epochMs } from '../../../shared/catalog/instant.ts';
import type { SyncNumber } from '../../../shared/catalog/sync.ts';
import type { Pointer } from '../../../shared/records/transform.ts';
import type { RowsPart } from '../../../shared/records/validate.ts';
import { MAPPING_VERSION } from '../../../shared/rows/engine/index.ts';
import { sizes } from '../../../shared/sizes.ts';
import type { BaselineBench } from './baseline.ts';
import { byPartition, makeRows } from './products.ts';
import { goThrough, putRows, type Took } from './sync.ts';

/** Of a row in a feed. */
const BYTES_A_ROW = 790;
/** One product in fifty changes. */
const EVERY = 50;
/** Rows that validate writes into one object, where there are many partitions. */
const ROWS_A_PART = 10_000;

const products = Number(process.argv[2]);
const work = folderObjects(process.argv[3]!, { now: () => epochMs(Date.now()) });
const bits = partitionBits([{ key: 'feed.csv', size: BYTES_A_ROW * products }], sizes.partitionRows, 0);
const all = byPartition(products, bits);

const add = (sum: Took, more: Took): Took => ({
  cpuSeconds: sum.cpuSeconds + more.cpuSeconds,
  seconds: sum.seconds + more.seconds,
});
const none: Took = { cpuSeconds: 0, seconds: 0 };

let pointer: Pointer = { sync: 0 as SyncNumber, stateKey: null, due: null, reportKey: null };
let load = none;
let sync = 0;
for (const [partition, its] of all.entries()) {
  sync++;
  const parts = [
    await putRows(
      work,
      sync,
      partition,
      0,
      makeRows(its, () => ({ version: 0, kept: true })),
    ),
  ];
  const gone = await goThrough(work, sync, pointer, { bits, whole: false, rows: its.length, parts });
  ({ pointer } = gone);
  load = add(load, add(gone.planning, gone.settling));
}

const parts: RowsPart[] = [];
sync++;
for (const [partition, its] of all.entries()) {
  for (let from = 0; from < its.length; from += ROWS_A_PART) {
    const rows = makeRows(its.subarray(from, from + ROWS_A_PART), (n) => {
      const changed = n % EVERY === 0;
      return { version: changed ? 1 : 0, kept: changed };
    });
    parts.push(await putRows(work, sync, partition, from, rows));
  }
}
const {
  plan,
  planning,
  settling,
  pointer: last,
} = await goThrough(work, sync, pointer, {
  bits,
  whole: true,
  rows: products,
  parts,
});

const state = await readState(work, last.stateKey, MAPPING_VERSION);
let bytes = 0;
let entries = 0;
for (const partition of state.partitions) {
  entries += partition.entries;
  bytes += partition.key === null ? 0 : (await work.head(partition.key))!.size;
}
const told: BaselineBench = {
  products,
  partitions: 2 ** bits,
  load,
  planning,
  settling,
  entries,
  changed: Math.ceil(products / EVERY),
  counts: plan.counts,
  sent: plan.batches.reduce((sum, { items }) => sum + items, 0),
  stateBytes: bytes,
  peakRss: process.resourceUsage().maxRSS * 1024,
};
process.stdout.write(JSON.stringify(told));
