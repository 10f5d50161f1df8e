import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxClock } from '../clock.ts';
import type { Batch, Entry, Ran } from './batch.ts';
import { type Batches, batches } from './batches.ts';
import { type CatalogItems, catalogItems } from './catalog-items.ts';
import { type Journal, type JournalRecord, openJournal } from './journal.ts';
import type { Place } from './place.ts';
import { type Quota, type QuotaLine, quotas } from './quota.ts';
import type { Settings } from './settings.ts';

/** All that survives a restart: items, batches with their handles, and what is used of the quotas. */
export interface GraphState {
  items(catalog: string): CatalogItems;
  /** What is said of items for languages and countries. */
  localized(catalog: string): CatalogItems;
  batches: Batches;
  quota: Quota;
  /** Removes all items of a catalog, and what is said of them for languages and countries; its batches stay as they are. */
  empty(catalog: string): void;
  close(): void;
}

/** The head of a record of the journal. */
type Head =
  | QuotaLine
  // A text for each entry: its fields.
  | { t: 'accepted'; batch: Batch; entries: readonly Entry[] }
  // A text for each line that was merged.
  | { t: 'ran'; ran: Ran }
  | { t: 'emptied'; catalog: string }
  // Only in a journal that was rewritten. A text for each key.
  | { t: 'items' | 'localized'; catalog: string; keys: string[] };

const ITEMS_A_RECORD = 1_000;

/** The journal is rewritten at a start when it is this much larger than twice the texts that are still needed. */
const WORTH_REWRITING_BYTES = 16 * 1024 * 1024;

/** The least that brings the items back. */
function* itemRecords(
  t: 'items' | 'localized',
  held: ReadonlyMap<string, CatalogItems>,
): Generator<JournalRecord<Head>> {
  for (const [catalog, items] of held) {
    const all = [...items.places()];
    for (let from = 0; from < all.length; from += ITEMS_A_RECORD) {
      const some = all.slice(from, from + ITEMS_A_RECORD);
      yield { head: { t, catalog, keys: some.map(([key]) => key) }, places: some.map(([, place]) => place) };
    }
  }
}

/** The least that brings the batches back, also those that wait for their late part. */
function* batchRecords(queue: Batches): Generator<JournalRecord<Head>> {
  for (const { batch, entries, lateAt } of queue.all()) {
    const { verdict, ...accepted } = batch;
    yield {
      head: { t: 'accepted', batch: accepted, entries: entries.map(({ place, ...entry }) => entry) },
      places: entries.map(({ place }) => place),
    };
    if (verdict === undefined) continue;
    const skipped = entries.map(({ line }) => line);
    const late = lateAt === undefined ? {} : { lateAt };
    yield { head: { t: 'ran', ran: { handle: batch.handle, verdict, skipped, merged: [], ...late } }, places: [] };
  }
}

/** Opens the state in folder `dir`, makes the folder if there is none, and goes on with what had not run. */
export const openState = (dir: string, clock: SandboxClock, settings: Settings): GraphState => {
  mkdirSync(dir, { recursive: true });
  const read = (places: readonly Place[]): string[] => journal.read(places);
  const keep = (head: Head, texts?: readonly string[]): Place[] => journal.append(head, texts);

  const catalogs = new Map<string, CatalogItems>();
  const localizedOf = new Map<string, CatalogItems>();
  const held = (kept: Map<string, CatalogItems>, catalog: string): CatalogItems => {
    const known = kept.get(catalog) ?? catalogItems(read);
    kept.set(catalog, known);
    return known;
  };
  const items = (catalog: string): CatalogItems => held(catalogs, catalog);
  const localized = (catalog: string): CatalogItems => held(localizedOf, catalog);

  const quota = quotas(keep);
  const queue = batches({
    clock,
    settings,
    items,
    localized,
    read,
    keepAccepted: (batch, entries, texts) => keep({ t: 'accepted', batch, entries }, texts),
    keepRan: (ran, texts) => keep({ t: 'ran', ran }, texts),
  });

  const restore = (head: Head, places: Place[]): void => {
    switch (head.t) {
      case 'items':
      case 'localized': {
        const kept = head.t === 'items' ? items(head.catalog) : localized(head.catalog);
        for (const [n, key] of head.keys.entries()) kept.put(key, places[n]!);
        break;
      }
      case 'emptied':
        items(head.catalog).empty();
        localized(head.catalog).empty();
        break;
      case 'accepted':
        queue.restoreAccepted(head.batch, head.entries, places);
        break;
      case 'ran':
        queue.restoreRan(head.ran, places);
        break;
      case 'called':
      case 'blocked':
        quota.restore(head);
        break;
    }
  };

  function* snapshot(): Generator<JournalRecord<Head>> {
    yield* itemRecords('items', catalogs);
    yield* itemRecords('localized', localizedOf);
    yield* batchRecords(queue);
    for (const head of quota.lines(clock.now())) yield { head, places: [] };
  }

  const neededBytes = (): number => {
    let bytes = 0;
    for (const kept of [...catalogs.values(), ...localizedOf.values()])
      for (const [, place] of kept.places()) bytes += place.bytes;
    for (const { entries } of queue.all()) for (const { place } of entries) bytes += place.bytes;
    return bytes;
  };

  const journal: Journal<Head> = openJournal(join(dir, 'journal.ndjson'), restore);
  // Otherwise it would only ever grow; more often, and each start would copy all items.
  if (journal.bytes > 2 * neededBytes() + WORTH_REWRITING_BYTES) journal.rewrite(snapshot());
  queue.start();

  let closed = false;
  return {
    items,
    localized,
    batches: queue,
    quota,
    empty: (catalog) => {
      keep({ t: 'emptied', catalog });
      items(catalog).empty();
      localized(catalog).empty();
    },
    close: () => {
      if (closed) return;
      closed = true;
      queue.stop();
      journal.close();
    },
  };
};
