/** A sync as people name it: by its number, or by its id, which says the catalog, too. */
export interface NameOfSync {
  /** Null when only a number was given. */
  catalog: string | null;
  sync: number;
}

const NAME = /^(?:([a-z0-9][a-z0-9-]*)-)?(\d{1,15})$/;

/** `42`, `000042` and `default-000042`; undefined for what names no sync. Pure. */
export const nameOfSync = (word: string): NameOfSync | undefined => {
  const [, catalog, digits] = NAME.exec(word) ?? [];
  const sync = Number(digits ?? '0');
  return sync > 0 ? { catalog: catalog ?? null, sync } : undefined;
};
