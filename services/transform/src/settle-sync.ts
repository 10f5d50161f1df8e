import { changeEntries, type Entries, entryAt, findEntry } from '@catalog-sync/shared/baseline/entries.ts';
import { type HashKey, hashKey, highOf, lowOf, partitionOf } from '@catalog-sync/shared/baseline/id-hash.ts';
import type { Partition } from '@catalog-sync/shared/baseline/partition.ts';
import { MINUTE } from '@catalog-sync/shared/catalog/instant.ts';
import { type SyncRef, syncFolder, syncId } from '@catalog-sync/shared/catalog/sync.ts';
import { hashOf } from '@catalog-sync/shared/hash.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import type { SyncRecord } from '@catalog-sync/shared/records/ingest.ts';
import { type LeafOutcome, Outcomes } from '@catalog-sync/shared/records/publish.ts';
import { readStoredJson } from '@catalog-sync/shared/records/record.ts';
import type { BatchEntry, Plan, Pointer, State, SyncReport } from '@catalog-sync/shared/records/transform.ts';
import { Validation } from '@catalog-sync/shared/records/validate.ts';
import type { CatalogSettings } from '@catalog-sync/shared/settings.ts';
import { readContents } from './content-of.ts';
import { emptyReport, openTally, reportOf } from './domain/report.ts';
import { type SentItem, type Settled, type SettledBatch, settle } from './domain/settle.ts';
import { type Stretch, stretchesOf } from './domain/stretches.ts';
import type { Outside } from './outside.ts';
import { nextDue, openPartitions, troubledIn, writePartition, writeState } from './states.ts';

/** One line an item, as it was written. */
const readEntries = async (work: Objects, key: string): Promise<BatchEntry[]> => {
  const body = await work.read(key);
  if (body === undefined) throw new Error(`object ${key} is gone, though a batch names it`);
  const lines = new TextDecoder().decode(body).split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as BatchEntry);
};

/** What lies in a leaf's body, needed only of one whose items wait to be sent again. */
const contentsOf = async (work: Objects, leaf: LeafOutcome, mapping: number): Promise<SettledBatch['content']> => {
  const contents = leaf.status === 'unknown' ? await readContents(work, leaf.bodyKey, mapping) : null;
  return (place) => {
    const found = contents?.[place];
    if (found === undefined) throw new Error(`object ${leaf.bodyKey} has no request ${place}`);
    return found.content;
  };
};

/** How what was sent lies in the partitions: a first load fills a few of them, one after the other. */
interface Spread {
  /** Items by partition. */
  counts: Uint32Array;
  /** By leaf: the partitions that it reaches over. */
  reach: Stretch[];
}

const spreadOf = async (work: Objects, { leaves }: Outcomes, { bits }: State): Promise<Spread> => {
  const counts = new Uint32Array(2 ** bits);
  const reach: Stretch[] = [];
  for (const { entriesKey } of leaves) {
    const over = { from: counts.length, to: 0 };
    for (const { id } of await readEntries(work, entriesKey)) {
      const partition = partitionOf(highOf(hashKey(id)), bits);
      counts[partition]! += 1;
      over.from = Math.min(over.from, partition);
      over.to = Math.max(over.to, partition + 1);
    }
    reach.push(over);
  }
  return { counts, reach };
};

/** What was sent of the products in a stretch, by partition. */
const readBatches = async (
  work: Objects,
  leaves: readonly LeafOutcome[],
  { bits, mapping }: State,
  { from, to }: Stretch,
): Promise<Map<number, SettledBatch[]>> => {
  const partitions = new Map<number, SettledBatch[]>();
  for (const leaf of leaves) {
    const content = await contentsOf(work, leaf, mapping);
    const parts = new Map<number, SentItem[]>();
    for (const [place, entry] of (await readEntries(work, leaf.entriesKey)).entries()) {
      const key = hashKey(entry.id);
      const partition = partitionOf(highOf(key), bits);
      if (partition < from || partition >= to) continue;
      const items = parts.get(partition);
      if (items === undefined) parts.set(partition, [{ key, entry, place }]);
      else items.push({ key, entry, place });
    }
    for (const [partition, items] of parts) {
      const batch = { leaf, items, content };
      const batches = partitions.get(partition);
      if (batches === undefined) partitions.set(partition, [batch]);
      else batches.push(batch);
    }
  }
  return partitions;
};

/** What was sent, in portions: all of it when it is little, else so that each holds about `most` items. */
async function* portionsOf(
  work: Objects,
  outcomes: Outcomes,
  draft: State,
  planned: number,
  most: number,
): AsyncGenerator<Map<number, SettledBatch[]>> {
  const { leaves } = outcomes;
  if (planned <= most) {
    yield readBatches(work, leaves, draft, { from: 0, to: 2 ** draft.bits });
    return;
  }
  const { counts, reach } = await spreadOf(work, outcomes, draft);
  for (const stretch of stretchesOf(counts, most)) {
    const within = leaves.filter((_, n) => reach[n]!.from < stretch.to && reach[n]!.to > stretch.from);
    yield readBatches(work, within, draft, stretch);
  }
}

const known =
  (entries: Entries) =>
  (key: HashKey): ReturnType<typeof entryAt> | undefined => {
    const place = findEntry(entries, highOf(key), lowOf(key));
    return place < 0 ? undefined : entryAt(entries, place);
  };

const withOutcomes = ({ entries, waiting }: Partition, { changes, carried, embargoes }: Settled): Partition => ({
  entries: changeEntries(entries, changes),
  waiting: {
    carried: new Map([...waiting.carried, ...carried]),
    embargoes: new Map([...waiting.embargoes, ...embargoes]),
  },
});

const writeReport = async (work: Objects, ref: SyncRef, report: SyncReport): Promise<string> => {
  const body = JSON.stringify(report, null, 1);
  const key = `${syncFolder(ref)}report-${hashOf([body], 16)}.json`;
  await work.putOnce(key, body, { contentType: 'application/json' });
  return key;
};

/** A plan that was carried out: what publish froze turns its draft into the next state, partition by partition. */
export const settlePlanned = async (
  ref: SyncRef,
  sync: SyncRecord,
  validationKey: string,
  plan: Plan,
  outcomesKey: string | null,
  settings: CatalogSettings,
  { work, sizes }: Pick<Outside, 'work' | 'sizes'>,
  /** Called now and then while it goes on. */
  goesOn: () => Promise<void>,
): Promise<Pointer> => {
  const outcomes = outcomesKey === null ? { leaves: [] } : await readStoredJson(Outcomes, work, outcomesKey);
  const validation = await readStoredJson(Validation, work, validationKey);
  const { draft } = plan;
  const drafted = openPartitions(work, draft, draft.bits);
  const partitions = [...draft.partitions];
  const planned = plan.batches.reduce((sum, batch) => sum + batch.items, 0);
  const tally = openTally(plan);
  let judged = 0;
  for await (const portion of portionsOf(work, outcomes, draft, planned, sizes.settledItems)) {
    for (const [place, sent] of portion) {
      await goesOn();
      const partition = await drafted(place);
      const settled = settle(known(partition.entries), plan.openedAt, sent, settings.embargoMinutes * MINUTE);
      judged += settled.changes.size;
      tally.add(settled.items);
      partitions[place] = await writePartition(work, ref, place, withOutcomes(partition, settled));
    }
  }
  if (judged !== planned || tally.items() !== planned) {
    // An item without an outcome would be in no state any more: missing in silence.
    throw new Error(
      `${syncId(ref)} sent ${planned} items, but ${outcomesKey} judges ${judged} (${tally.items()} outcomes)`,
    );
  }
  const head = { id: syncId(ref), catalog: ref.catalog, sync: ref.sync, openedAt: sync.openedAt };
  const state: State = { ...draft, partitions };
  const report = reportOf(head, validation, plan, outcomes, tally, troubledIn(state));
  return {
    sync: ref.sync,
    stateKey: await writeState(work, ref, state),
    due: nextDue(state),
    reportKey: await writeReport(work, ref, report),
  };
};

/** A failed or discarded sync: everything stays as it was, only the number moves. */
export const settleUnchanged = async (
  ref: SyncRef,
  sync: SyncRecord,
  validationKey: string,
  status: 'failed-validation' | 'discarded',
  pointer: Pointer,
  work: Objects,
  decidedBy: string | null,
): Promise<Pointer> => {
  const validation = await readStoredJson(Validation, work, validationKey);
  const head = { id: syncId(ref), catalog: ref.catalog, sync: ref.sync, openedAt: sync.openedAt };
  const reportKey = await writeReport(work, ref, emptyReport(head, validation, status, decidedBy));
  return { ...pointer, sync: ref.sync, reportKey };
};
