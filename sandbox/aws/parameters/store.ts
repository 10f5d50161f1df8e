import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A map on disk, small enough to be written whole. */
export interface Store<Value> {
  get(key: string): Value | undefined;
  values(): Value[];
  /** On disk when it returns; the file is whole at any moment. */
  set(key: string, value: Value): void;
  delete(key: string): void;
}

/** Opens a store, or begins one; only its owner may read the file. Throws when the file is damaged. */
export const openStore = <Value>(file: string): Store<Value> => {
  mkdirSync(dirname(file), { recursive: true });
  let entries = new Map<string, Value>();
  try {
    entries = new Map(JSON.parse(readFileSync(file, 'utf8')) as [string, Value][]);
  } catch (error) {
    // The cause would quote what the file holds.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw new Error(`${file} cannot be read. Remove it; it is made anew.`);
  }
  const save = (): void => {
    writeFileSync(`${file}.new`, JSON.stringify([...entries]), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  return {
    get: (key) => entries.get(key),
    values: () => [...entries.values()],
    set: (key, value) => {
      entries.set(key, value);
      save();
    },
    delete: (key) => {
      entries.delete(key);
      save();
    },
  };
};
