import type { Batch, Entry, Localization } from './batch.ts';
import type { CatalogItems } from './catalog-items.ts';
import { judgeWhenRun, nothingFound, type RunFindings } from './judge-item.ts';
import { judgeLocalizedWhenRun } from './judge-localized.ts';
import { messages } from './messages.ts';
import type { Settings } from './settings.ts';

/** What the running of entries works with. */
export interface EntryOutside {
  settings: Settings;
  items(catalog: string): CatalogItems;
  /** What is said of items for languages and countries, by item and place. */
  localized(catalog: string): CatalogItems;
}

/** Entries are judged against what is stored when they run, and applied if nothing is wrong. */
export interface EntryRunner {
  judge(batch: Batch, entry: Entry): RunFindings;
  apply(batch: Batch, entry: Entry): void;
}

/** What one item says for one language or country is kept under. */
const localizedKey = (id: string, { type, value }: Localization): string => JSON.stringify([id, type, value]);

export const entryRunner = ({ settings, items, localized }: EntryOutside): EntryRunner => {
  const apply = ({ catalog }: Batch, { id, method, data, localization }: Entry): void => {
    const isLocalized = localization !== undefined;
    const [kept, key] = isLocalized ? [localized(catalog), localizedKey(id, localization)] : [items(catalog), id];
    if (method === 'DELETE') kept.delete(key);
    else kept.merge(key, { ...data, id, ...(isLocalized ? { localization } : {}) });
  };

  const judge = ({ catalog, upsert }: Batch, entry: Entry): RunFindings => {
    const { line, id, method, data, refused, localization } = entry;
    const say = messages[settings.language];
    const error = (message: string): RunFindings => ({ ...nothingFound(), errors: [message] });
    if (refused) return error(refused.message ?? say.refused(line, id));
    const stored = items(catalog);
    const before = stored.get(id);
    if (localization !== undefined) return judgeLocalizedWhenRun(entry, before, say);
    if (method === 'DELETE') return nothingFound();
    if (before === undefined && method === 'UPDATE' && !upsert) return error(say.unknownItem(line, id));
    if (before !== undefined && method === 'CREATE' && settings.createOfExisting === 'error')
      return error(say.existingItem(line, id));
    if (before === undefined && settings.maxItems !== null && stored.size >= settings.maxItems)
      return error(say.catalogFull(line, id, settings.maxItems));
    return judgeWhenRun(line, before, { ...data, id }, say, settings);
  };

  return { judge, apply };
};
