import type { Journal } from './journal.ts';
import type { Place } from './place.ts';
import type { Fields } from './product-fields.ts';

/**
 * The items of one catalog, by retailer id (or what is said of them elsewhere, by item and place). Here is only where
 * each lies: its fields stay in the journal as JSON text, so that a million items take little memory and no time to start.
 */
export interface CatalogItems {
  readonly size: number;
  has(id: string): boolean;
  /** Each of these items, or undefined where there is none. Ask for many at once: many are neighbours in the journal. */
  get(ids: readonly string[]): (Fields | undefined)[];
  /** The raw fields of these items as JSON texts, without those that there are not. */
  texts(ids: readonly string[]): string[];
  /** All ids in order, made once after each change of the list; not to be changed by who reads it. */
  ids(): readonly string[];
  /** Where each item lies. */
  places(): Iterable<readonly [id: string, place: Place]>;
  /** Lays down where the item lies from now on. */
  put(id: string, place: Place): void;
  delete(id: string): void;
  empty(): void;
}

export const catalogItems = (read: Journal<object>['read']): CatalogItems => {
  const places = new Map<string, Place>();
  let ids: string[] | undefined;
  return {
    get size() {
      return places.size;
    },
    has: (id) => places.has(id),
    get: (of) => {
      const found = of.map((id) => places.get(id));
      const texts = read(found.filter((place) => place !== undefined)).values();
      return found.map((place) => (place === undefined ? undefined : (JSON.parse(texts.next().value!) as Fields)));
    },
    texts: (of) => read(of.flatMap((id) => places.get(id) ?? [])),
    ids: () => {
      // Code units in order: what a plain sort does with texts, and what a reader's own sort gives.
      ids ??= [...places.keys()].sort((a, b) => (a < b ? -1 : 1));
      return ids;
    },
    places: () => places,
    put: (id, place) => {
      const { size } = places;
      places.set(id, place);
      if (places.size > size) ids = undefined;
    },
    delete: (id) => {
      if (places.delete(id)) ids = undefined;
    },
    empty: () => {
      places.clear();
      ids = undefined;
    },
  };
};
