import type { Carried, Content, Entry } from '@catalog-sync/shared/baseline/content.ts';
import type { Change } from '@catalog-sync/shared/baseline/entries.ts';
import type { HashKey } from '@catalog-sync/shared/baseline/id-hash.ts';
import { ALLOWED_SKEW, type EpochMs, later } from '@catalog-sync/shared/catalog/instant.ts';
import { compareRows } from '@catalog-sync/shared/catalog/order.ts';
import type { LeafOutcome } from '@catalog-sync/shared/records/publish.ts';
import type { BatchEntry } from '@catalog-sync/shared/records/transform.ts';

/** Unknown in this many syncs running: nobody can say what Meta does with it, so it waits for a person or a new row. */
const MOST_TIMES_UNKNOWN = 3;

/** One record of a leaf batch. */
export interface SentItem {
  key: HashKey;
  entry: BatchEntry;
  /** Its place in the batch. */
  place: number;
}

/** A leaf batch, or those records of it that fall into one partition. */
export interface SettledBatch {
  leaf: LeafOutcome;
  items: readonly SentItem[];
  /** What was sent, by place; asked for only where the outcome is unknown. */
  content: (place: number) => Content;
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
  /** What becomes of the entries. */
  changes: Map<HashKey, Change>;
  /** Rows that wait beside those of the draft. */
  carried: Map<HashKey, Carried>;
  embargoes: Map<HashKey, EpochMs>;
  /** Each item that was sent, once. */
  items: { entry: BatchEntry; from: Source; outcome: Outcome }[];
}

/**
 * What the sync's sending changes in the draft of the next state: a pure function of the draft and of what publish says
 * became of the batches. `embargoMs` is G.
 * @param known entries of the draft
 */
export const settle = (
  known: (key: HashKey) => Entry | undefined,
  openedAt: EpochMs,
  batches: readonly SettledBatch[],
  embargoMs: number,
): Settled => {
  const changes = new Map<HashKey, Change>();
  const carried = new Map<HashKey, Carried>();
  const embargoes = new Map<HashKey, EpochMs>();
  const items: Settled['items'] = [];

  for (const { leaf, items: sent, content } of batches) {
    const errored = new Set(leaf.errored.map(({ id }) => id));
    // Unknown though no call ever left: nothing is under embargo, but trying again at once could go on for ever.
    const until = later(leaf.amb > 0 ? leaf.amb : openedAt, embargoMs + 2 * ALLOWED_SKEW);
    for (const { key, entry, place } of sent) {
      const { id } = entry;
      if (leaf.amb > 0) embargoes.set(key, until);
      const old = known(key);
      const from = sourceOf(entry, old);
      const next: Entry = {
        fingerprint: entry.fingerprint,
        outcome: 'accepted',
        order: entry.order,
        times: 0,
        sentAt: openedAt,
        price: entry.price,
        availability: entry.availability,
        where: { batchKey: leaf.bodyKey, index: place },
      };
      const becomes = (becoming: Partial<Entry>) => changes.set(key, { id, entry: { ...next, ...becoming } });
      if (errored.has(id)) {
        const again = old?.outcome === 'errored' && old.fingerprint === entry.fingerprint;
        becomes({ outcome: 'errored', times: again ? old.times + 1 : 1 });
        items.push({ entry, from, outcome: 'errored' });
      } else if (leaf.status !== 'unknown') {
        if (entry.op === 'DELETE') changes.set(key, { id, entry: null });
        else becomes({});
        items.push({ entry, from, outcome: 'accepted' });
      } else {
        const times = old?.outcome === 'unknown' ? old.times + 1 : 1;
        if (entry.op === 'UPDATE' && times >= MOST_TIMES_UNKNOWN) {
          becomes({ outcome: 'parked', times });
          items.push({ entry, from, outcome: 'parked' });
        } else {
          becomes({ outcome: 'unknown', fingerprint: null, times });
          carried.set(key, waitingFor(entry, content(place), until));
          items.push({ entry, from, outcome: 'unknown' });
        }
      }
    }
  }
  return { changes, carried, embargoes, items };
};

const waitingFor = (entry: BatchEntry, content: Content, notBefore: EpochMs): Carried => ({
  op: entry.op,
  order: entry.order,
  content,
  notBefore,
  gated: true,
  asked: entry.asked,
  syncs: entry.syncs + 1,
});
