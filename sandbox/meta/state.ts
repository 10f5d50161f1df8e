import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxClock } from '../clock.ts';
import type { Batch, Ran } from './batch.ts';
import { type Batches, batches } from './batches.ts';
import { type CatalogItems, catalogItems } from './catalog-items.ts';
import { type Journal, openJournal } from './journal.ts';
import type { Fields } from './product-fields.ts';
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

/** A line of the journal. */
type Line =
  | QuotaLine
  | { t: 'items'; catalog: string; items: (Fields & { id: string })[] }
  | { t: 'localized'; catalog: string; items: { key: string; fields: Fields }[] }
  | { t: 'emptied'; catalog: string }
  | { t: 'accepted'; batch: Batch }
  | { t: 'ran'; ran: Ran };

const ITEMS_A_LINE = 1_000;

function* slices(ids: readonly string[]): Generator<string[]> {
  for (let from = 0; from < ids.length; from += ITEMS_A_LINE) yield ids.slice(from, from + ITEMS_A_LINE);
}

/** Opens the state in folder `dir`, makes the folder if there is none, and goes on with what had not run. */
export const openState = async (dir: string, clock: SandboxClock, settings: Settings): Promise<GraphState> => {
  mkdirSync(dir, { recursive: true });
  const catalogs = new Map<string, CatalogItems>();
  const localizedOf = new Map<string, CatalogItems>();
  const held = (kept: Map<string, CatalogItems>, catalog: string): CatalogItems => {
    const known = kept.get(catalog) ?? catalogItems();
    kept.set(catalog, known);
    return known;
  };
  const items = (catalog: string): CatalogItems => held(catalogs, catalog);
  const localized = (catalog: string): CatalogItems => held(localizedOf, catalog);

  let journal: Journal | undefined;
  const keep = (line: Line): void => journal?.append(line);
  const quota = quotas(keep);
  const queue = batches({
    clock,
    settings,
    items,
    localized,
    keepAccepted: ({ handle, catalog, acceptedAt, endAt, upsert, entries, fate, overtakenBy }) =>
      keep({
        t: 'accepted',
        batch: {
          handle,
          catalog,
          acceptedAt,
          endAt,
          upsert,
          entries,
          ...(fate === undefined ? {} : { fate }),
          ...(overtakenBy === undefined ? {} : { overtakenBy }),
        },
      }),
    keepRan: (ran) => keep({ t: 'ran', ran }),
  });

  let linesRead = 0;
  const restore = (line: Line): void => {
    linesRead += 1;
    switch (line.t) {
      case 'items':
        for (const item of line.items) items(line.catalog).merge(item.id, item);
        break;
      case 'localized':
        for (const { key, fields } of line.items) localized(line.catalog).merge(key, fields);
        break;
      case 'emptied':
        items(line.catalog).empty();
        localized(line.catalog).empty();
        break;
      case 'accepted':
        queue.restoreAccepted(line.batch);
        break;
      case 'ran':
        queue.restoreRan(line.ran);
        break;
      case 'called':
      case 'blocked':
        quota.restore(line);
        break;
    }
  };

  /** The least that brings the state back: without it the journal would only ever grow. */
  function* snapshot(): Generator<Line> {
    for (const [catalog, kept] of catalogs)
      for (const ids of slices(kept.ids()))
        yield { t: 'items', catalog, items: ids.map((id) => kept.get(id) as Fields & { id: string }) };
    for (const [catalog, kept] of localizedOf)
      for (const keys of slices(kept.ids()))
        yield { t: 'localized', catalog, items: keys.map((key) => ({ key, fields: kept.get(key) ?? {} })) };
    for (const { verdict, lateAt, ...batch } of queue.all()) {
      yield { t: 'accepted', batch };
      if (verdict === undefined) continue;
      const skipped = batch.entries.map(({ line }) => line);
      yield {
        t: 'ran',
        ran: { handle: batch.handle, verdict, skipped, ...(lateAt === undefined ? {} : { lateAt }) },
      };
    }
    yield* quota.lines(clock.now());
  }

  journal = await openJournal(join(dir, 'journal.ndjson'), (line) => restore(line as Line));
  if (linesRead > 0) journal.rewrite(snapshot());
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
      journal?.close();
    },
  };
};
