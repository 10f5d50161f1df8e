import { closeSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * What was accepted and is not done yet, on disk as JSON lines: `{"add":…}` and `{"done":"<id>"}`. It survives the end
 * of the process at any moment (not that of the machine: nothing is synced), so an entry may be found again although
 * it was done just before.
 */
export interface Journal<Entry extends { id: string }> {
  /** The entries are on disk when this returns. */
  add(entries: readonly Entry[]): void;
  /** Forgets an entry: at once here, on disk soon. */
  done(id: string): void;
  /** What is not done, oldest first. */
  entries(): Entry[];
  close(): void;
}

/** Rewritten when it has grown by this much and holds at least four times what is not done. */
const COMPACT_BYTES = 8 * 1024 * 1024;

type Line<Entry> = { add: Entry } | { done: string };

const read = <Entry extends { id: string }>(file: string): Map<string, Entry> => {
  const pending = new Map<string, Entry>();
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  // What stands behind the last line feed was being written when the process ended: nobody was told that it is kept.
  for (const line of text.split('\n').slice(0, -1)) {
    const parsed = JSON.parse(line) as Line<Entry>;
    if ('add' in parsed) pending.set(parsed.add.id, parsed.add);
    else pending.delete(parsed.done);
  }
  return pending;
};

/** Opens a journal, or begins one. Throws when the file is damaged elsewhere than at its end. */
export const openJournal = <Entry extends { id: string }>(file: string): Journal<Entry> => {
  mkdirSync(dirname(file), { recursive: true });
  const pending = read<Entry>(file);
  let bytes = 0;
  let handle: number;
  let done: string[] = [];
  let flushing: NodeJS.Immediate | undefined;

  const lineOf = (line: Line<Entry>): string => `${JSON.stringify(line)}\n`;
  const rewrite = (): number => {
    const text = [...pending.values()].map((entry) => lineOf({ add: entry })).join('');
    bytes = Buffer.byteLength(text);
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
    return openSync(file, 'a');
  };
  const append = (text: string): void => {
    const buffer = Buffer.from(text);
    for (let at = 0; at < buffer.length; ) at += writeSync(handle, buffer, at);
    bytes += buffer.length;
  };
  const flush = (): void => {
    if (flushing !== undefined) clearImmediate(flushing);
    flushing = undefined;
    if (done.length === 0) return;
    append(done.map((id) => lineOf({ done: id })).join(''));
    done = [];
    if (bytes < nextCompaction) return;
    closeSync(handle);
    handle = rewrite();
    nextCompaction = Math.max(COMPACT_BYTES, 4 * bytes);
  };

  handle = rewrite();
  let nextCompaction = Math.max(COMPACT_BYTES, 4 * bytes);
  let closed = false;
  return {
    add: (entries) => {
      append(entries.map((entry) => lineOf({ add: entry })).join(''));
      for (const entry of entries) pending.set(entry.id, entry);
    },
    done: (id) => {
      if (closed || !pending.delete(id)) return;
      done.push(id);
      flushing ??= setImmediate(flush);
    },
    entries: () => [...pending.values()],
    close: () => {
      if (closed) return;
      closed = true;
      flush();
      closeSync(handle);
    },
  };
};
