/** A sync as transform goes through it, with what the others do in between made up: all that is sent is accepted. */

import { clearAway } from '../../../services/transform/src/clear-away.ts';
import { makePlan, readInputs } from '../../../services/transform/src/make-plan.ts';
import { settlePlanned } from '../../../services/transform/src/settle-sync.ts';
import { epochMs } from '../../../shared/catalog/instant.ts';
import type { FileOrder } from '../../../shared/catalog/order.ts';
import { type CatalogName, type SyncNumber, syncFolder } from '../../../shared/catalog/sync.ts';
import type { Objects } from '../../../shared/ports/objects.ts';
import type { SyncRecord } from '../../../shared/records/ingest.ts';
import type { LeafOutcome, Outcomes } from '../../../shared/records/publish.ts';
import type { Plan, Pointer } from '../../../shared/records/transform.ts';
import type { RowsPart, Validation, ValidationRecord } from '../../../shared/records/validate.ts';
import { MAPPING_VERSION } from '../../../shared/rows/engine/index.ts';
import { readSettings } from '../../../shared/settings.ts';
import { sizes } from '../../../shared/sizes.ts';
import type { MadeRows } from './products.ts';

const MINUTE = 60_000;
const settings = readSettings({ default: { metaCatalogId: '1', maxBatches: 100_000 } }).default!;

export interface Judged {
  bits: number;
  /** The file says it is whole. */
  whole: boolean;
  rows: number;
  parts: RowsPart[];
}

/** What a phase took. */
export interface Took {
  cpuSeconds: number;
  seconds: number;
}
const measured = async <A>(work: () => Promise<A>): Promise<{ value: A; took: Took }> => {
  const before = process.cpuUsage();
  const begun = performance.now();
  const value = await work();
  const { user, system } = process.cpuUsage(before);
  return { value, took: { cpuSeconds: (user + system) / 1e6, seconds: (performance.now() - begun) / 1000 } };
};

export interface Gone {
  plan: Plan;
  pointer: Pointer;
  planning: Took;
  settling: Took;
}

const refOf = (n: number) => ({ catalog: 'default' as CatalogName, sync: n as SyncNumber });

export const putRows = async (
  work: Objects,
  sync: number,
  partition: number,
  part: number,
  { table, items }: MadeRows,
): Promise<RowsPart> => {
  const name = `${syncFolder(refOf(sync))}${partition}-${part}`;
  const itemsKey = items.length === 0 ? null : `${name}.ndjson`;
  if (itemsKey !== null) await work.putOnce(itemsKey, items);
  await work.putOnce(`${name}.bin`, table);
  const itemsKeys = itemsKey === null ? [] : [itemsKey];
  const tables: RowsPart['tables'] = [[partition, 0, table.length, itemsKey === null ? null : 0, 0]];
  return { file: 0, key: `${name}.bin`, tables, itemsKeys, rowsBefore: 0 };
};

/** Plans sync n, has Meta accept it all, settles, and clears away. */
export const goThrough = async (work: Objects, n: number, pointer: Pointer, judged: Judged): Promise<Gone> => {
  const ref = refOf(n);
  const openedAt = epochMs(Date.UTC(2026, 10, 23) + n * MINUTE);
  const order: FileOrder = { instant: openedAt, key: 'data/feed.csv', age: 0 };
  const { bits, rows, parts, whole } = judged;
  const file = { key: order.key, versionId: `v${n}`, order, reportKey: null, why: null };
  const validation: Validation = {
    files: [{ ...file, outcome: 'usable', landed: rows, valid: rows, rejected: 0 }],
    bits,
    mapping: MAPPING_VERSION,
    parts,
    wholeFeeds: whole ? [{ order, files: [0] }] : [],
    notes: [],
  };
  const key = `${syncFolder(ref)}validation.json`;
  await work.putOnce(key, JSON.stringify(validation));
  const validated: ValidationRecord = { state: 'validated', key, files: 1, landed: rows, valid: rows, rejected: 0 };
  const sync: SyncRecord = {
    state: 'active',
    filesKey: null,
    files: 1,
    openedAt,
    day: '2026/11/23',
    asks: [],
    reportKey: null,
  };

  const planned = await measured(async () =>
    makePlan(ref, sync, await readInputs(validated, pointer, work), settings, { work, sizes }),
  );
  const { plan } = planned.value;
  const outcomes: Outcomes = {
    leaves: plan.batches.map(({ batchId, bodyKey, entriesKey, items }) => {
      const verdict: Pick<LeafOutcome, 'handle' | 'status' | 'amb' | 'errored'> = {
        handle: 'handle',
        status: 'accepted',
        amb: epochMs(0),
        errored: [],
      };
      return { batchId, bodyKey, entriesKey, items, ...verdict };
    }),
  };
  const outcomesKey = `${syncFolder(ref)}outcomes.json`;
  await work.putOnce(outcomesKey, JSON.stringify(outcomes));
  const settled = await measured(async () => {
    const next = await settlePlanned(ref, sync, key, plan, outcomesKey, settings, { work, sizes }, async () => {});
    await clearAway(work, key, plan, next.stateKey);
    return next;
  });
  return { plan, pointer: settled.value, planning: planned.took, settling: settled.took };
};
