import type { Fields } from './product-fields.ts';

/** The items of one catalog, by retailer id (or what is said of them elsewhere, by item and place). Kept as JSON texts: half the memory of objects, and quick to hand out. */
export interface CatalogItems {
  readonly size: number;
  get(id: string): Fields | undefined;
  /** The item's raw fields as JSON text. */
  text(id: string): string | undefined;
  /** All ids in order, made once after each change of the list; not to be changed by who reads it. */
  ids(): readonly string[];
  /** Lays `fields` over what is there; a cleared field keeps the empty value that cleared it. */
  merge(id: string, fields: Fields): void;
  delete(id: string): void;
  empty(): void;
}

export const catalogItems = (): CatalogItems => {
  const texts = new Map<string, string>();
  let ids: string[] | undefined;
  const get = (id: string): Fields | undefined => {
    const text = texts.get(id);
    return text === undefined ? undefined : (JSON.parse(text) as Fields);
  };
  return {
    get size() {
      return texts.size;
    },
    get,
    text: (id) => texts.get(id),
    ids: () => {
      // Code units in order: what a plain sort does with texts, and what a reader's own sort gives.
      ids ??= [...texts.keys()].sort((a, b) => (a < b ? -1 : 1));
      return ids;
    },
    merge: (id, fields) => {
      if (!texts.has(id)) ids = undefined;
      texts.set(id, JSON.stringify({ ...get(id), ...fields }));
    },
    delete: (id) => {
      if (texts.delete(id)) ids = undefined;
    },
    empty: () => {
      texts.clear();
      ids = undefined;
    },
  };
};
