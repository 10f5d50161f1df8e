import type { Batch, Entry } from './batch.ts';
import type { CatalogItems } from './catalog-items.ts';
import { judgeWhenRun, nothingFound, type RunFindings } from './judge-item.ts';
import { judgeLocalizedWhenRun } from './judge-localized.ts';
import { messages } from './messages.ts';
import type { Place } from './place.ts';
import type { Fields } from './product-fields.ts';
import type { Settings } from './settings.ts';

/** What the running of entries works with. */
export interface EntryOutside {
  settings: Settings;
  items(catalog: string): CatalogItems;
  /** What is said of items for languages and countries, by item and place. */
  localized(catalog: string): CatalogItems;
}

/** What is found of an entry, and what it comes to if nothing is wrong. */
export interface JudgedRun extends RunFindings {
  /** By how many items there are more then. */
  growth: number;
  /** What is to be stored, as JSON text; undefined: the entry's own text, or nothing. */
  merged?: string;
}

/** Entries are judged against what is stored when their batch runs; what comes of it is applied when it is written down. */
export interface EntryRunner {
  /** How many items there are in the batch's catalog. */
  sizeOf(batch: Batch): number;
  /** What is stored of each of these entries, no two of which are about the same. */
  storedOf(batch: Batch, entries: readonly Entry[]): (Fields | undefined)[];
  /**
   * @param fields the entry's own
   * @param before what is stored of it
   * @param size how many items there are when its turn comes
   */
  judge(batch: Batch, entry: Entry, fields: Fields, before: Fields | undefined, size: number): JudgedRun;
  /** @param place where the text lies that is stored of it from now on */
  apply(batch: Batch, entry: Entry, place: Place): void;
}

/** What an entry is kept under: its id, or what the item says for one language or country. */
const keyOf = ({ id, localization }: Entry): string =>
  localization === undefined ? id : JSON.stringify([id, localization.type, localization.value]);

/** Lays `fields` over what is there; a cleared field keeps the empty value that cleared it. Most entries name all that is there. */
const merge = (before: Fields | undefined, fields: Fields): { merged?: string } => {
  if (before === undefined || Object.keys(before).every((name) => Object.hasOwn(fields, name))) return {};
  return { merged: JSON.stringify({ ...before, ...fields }) };
};

export const entryRunner = ({ settings, items, localized }: EntryOutside): EntryRunner => {
  const keptOf = ({ catalog }: Batch, { localization }: Entry): CatalogItems =>
    localization === undefined ? items(catalog) : localized(catalog);
  const error = (message: string): JudgedRun => ({ ...nothingFound(), errors: [message], growth: 0 });

  return {
    sizeOf: ({ catalog }) => items(catalog).size,
    // Each edge takes entries of one kind, so that they are all kept where the first is.
    storedOf: (batch, entries) => (entries[0] === undefined ? [] : keptOf(batch, entries[0]).get(entries.map(keyOf))),
    judge: ({ catalog, upsert }, entry, fields, before, size) => {
      const { line, id, method, refused, localization } = entry;
      const say = messages[settings.language];
      if (refused) return error(refused.message ?? say.refused(line, id));
      if (localization !== undefined) {
        const found = judgeLocalizedWhenRun(entry, items(catalog).has(id), say);
        return { ...found, growth: 0, ...(method === 'DELETE' ? {} : merge(before, fields)) };
      }
      if (method === 'DELETE') return { ...nothingFound(), growth: before === undefined ? 0 : -1 };
      if (before === undefined && method === 'UPDATE' && !upsert) return error(say.unknownItem(line, id));
      if (before !== undefined && method === 'CREATE' && settings.createOfExisting === 'error')
        return error(say.existingItem(line, id));
      if (before === undefined && settings.maxItems !== null && size >= settings.maxItems)
        return error(say.catalogFull(line, id, settings.maxItems));
      return {
        ...judgeWhenRun(line, before, fields, say, settings),
        growth: before === undefined ? 1 : 0,
        ...merge(before, fields),
      };
    },
    apply: (batch, entry, place) => {
      if (entry.method === 'DELETE') keptOf(batch, entry).delete(keyOf(entry));
      else keptOf(batch, entry).put(keyOf(entry), place);
    },
  };
};
