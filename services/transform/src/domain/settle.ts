import { ALLOWED_SKEW, type EpochMs, later } from '@catalog-sync/shared/catalog/instant.ts';
import type { ItemData } from '@catalog-sync/shared/catalog/item.ts';
import { compareRows } from '@catalog-sync/shared/catalog/order.ts';
import type { LeafOutcome } from '@catalog-sync/shared/records/publish.ts';
import type { BatchEntry, Carried, Entry, Plan } from '@catalog-sync/shared/records/transform.ts';
import type { Known } from './known.ts';

/** Unknown in this many syncs running: nobody can say what Meta does with it, so it waits for a person or a new row. */
const MOST_TIMES_UNKNOWN = 3;

/** One leaf batch with what was in it, in the order of its requests. */
export interface SettledBatch {
  leaf: LeafOutcome;
  entries: readonly BatchEntry[];
  /** The data sent, by place. */
  data: (place: number) => ItemData;
}

export type Outcome = 'accepted' | 'errored' | 'unknown' | 'parked';

/** What an item was sent for: a row of this sync's files, one that was carried into it, or only a person's asking. */
export type Source = 'file' | 'carried' | 'asked';

/** An item sent again unchanged keeps its order, while a file's row is sent only above it. */
const sourceOf = (entry: BatchEntry, old: Entry | undefined): Source => {
  if (entry.wasCarried) return 'carried';
  return old !== undefined && compareRows(entry.order, old.order) === 0 ? 'asked' : 'file';
};

export interface Settled {
  known: Known;
  /** Each item that was sent, once. */
  items: { entry: BatchEntry; from: Source; outcome: Outcome }[];
}

/**
 * The next state: a pure function of the last one, the plan, and what publish says became of its batches.
 * `embargoMs` is G.
 */
export const settle = (
  before: Known,
  plan: Pick<Plan, 'openedAt' | 'raised' | 'carried' | 'floor'>,
  batches: readonly SettledBatch[],
  embargoMs: number,
): Settled => {
  const entries = new Map(before.entries);
  const carried = new Map<string, Carried>(plan.carried);
  const embargoes = new Map([...before.embargoes].filter(([, until]) => until > plan.openedAt));
  const items: Settled['items'] = [];

  for (const [id, order] of plan.raised) {
    const entry = entries.get(id);
    if (entry !== undefined && compareRows(order, entry.order) > 0) entries.set(id, { ...entry, order });
  }
  for (const { leaf, entries: sent, data } of batches) {
    const errored = new Set(leaf.errored.map(({ id }) => id));
    // Unknown though no call ever left: nothing is under embargo, but trying again at once could go on for ever.
    const until = later(leaf.amb > 0 ? leaf.amb : plan.openedAt, embargoMs + 2 * ALLOWED_SKEW);
    sent.forEach((entry, place) => {
      const { id } = entry;
      if (leaf.amb > 0) embargoes.set(id, until);
      const old = entries.get(id);
      const from = sourceOf(entry, old);
      const next: Entry = {
        fingerprint: entry.fingerprint,
        outcome: 'accepted',
        order: entry.order,
        times: 0,
        erroredAt: null,
        price: entry.price,
        availability: entry.availability,
        where: { batchKey: leaf.bodyKey, index: place },
      };
      if (errored.has(id)) {
        const again = old?.outcome === 'errored' && old.fingerprint === entry.fingerprint;
        entries.set(id, { ...next, outcome: 'errored', times: again ? old.times + 1 : 1, erroredAt: plan.openedAt });
        items.push({ entry, from, outcome: 'errored' });
      } else if (leaf.status !== 'unknown') {
        if (entry.op === 'DELETE') entries.delete(id);
        else entries.set(id, next);
        items.push({ entry, from, outcome: 'accepted' });
      } else {
        const times = old?.outcome === 'unknown' ? old.times + 1 : 1;
        if (entry.op === 'UPDATE' && times >= MOST_TIMES_UNKNOWN) {
          entries.set(id, { ...next, outcome: 'parked', times });
          items.push({ entry, from, outcome: 'parked' });
        } else {
          entries.set(id, { ...next, outcome: 'unknown', fingerprint: null, times });
          carried.set(id, waitingFor(entry, data(place), until));
          items.push({ entry, from, outcome: 'unknown' });
        }
      }
    });
  }
  return { known: { entries, carried, embargoes, floor: plan.floor }, items };
};

const waitingFor = (entry: BatchEntry, data: ItemData, notBefore: EpochMs): Carried => ({
  op: entry.op,
  order: entry.order,
  data,
  notBefore,
  gated: true,
  asked: entry.asked,
  syncs: entry.syncs + 1,
});
