import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readSync, renameSync, writeSync } from 'node:fs';

const CHUNK_BYTES = 1024 * 1024;
/** The journal is rewritten when it has grown by this much and to three times its size after the last time. */
const WORTH_REWRITING_BYTES = 8 * 1024 * 1024;

/**
 * A file of JSON lines that is only ever added to. A record is with the operating system when `append` returns, so it
 * outlives the process, though not the machine.
 */
export interface Journal<Entry> {
  /** Throws when the disk does not take them; then none of them is in the file. */
  append(entries: readonly Entry[]): void;
  /** Replaces all records by those of `snapshot`, which make the same state. */
  rewrite(snapshot: Iterable<Entry>): void;
  readonly isWorthRewriting: boolean;
  close(): void;
}

const writeAll = (file: number, text: string): number => {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
  return bytes.length;
};

/** Calls `replay` with each record. A last line without an end was never answered and is left out. */
const readJournal = <Entry>(path: string, replay: (entry: Entry) => void): void => {
  if (!existsSync(path)) return;
  const file = openSync(path, 'r');
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    let rest = Buffer.alloc(0);
    let line = 0;
    for (;;) {
      const size = readSync(file, chunk);
      if (size === 0) return;
      const bytes = Buffer.concat([rest, chunk.subarray(0, size)]);
      let start = 0;
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
        line += 1;
        try {
          replay(JSON.parse(bytes.toString('utf8', start, end)) as Entry);
        } catch (error) {
          throw new Error(`${path}, line ${line} cannot be read: remove the line, or the file with all its messages`, {
            cause: error,
          });
        }
        start = end + 1;
      }
      rest = bytes.subarray(start);
    }
  } finally {
    closeSync(file);
  }
};

/** Opens the journal at `path`, made when missing, and replays it. Call `rewrite` before the first `append`. */
export const openJournal = <Entry>(path: string, replay: (entry: Entry) => void): Journal<Entry> => {
  readJournal(path, replay);
  let file: number | undefined;
  let size = 0;
  let rewrittenSize = 0;

  return {
    append: (entries) => {
      if (file === undefined) throw new Error(`${path} is closed`);
      try {
        size += writeAll(file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
      } catch (error) {
        ftruncateSync(file, size);
        throw error;
      }
    },
    rewrite: (snapshot) => {
      const fresh = openSync(`${path}.new`, 'w');
      let written = 0;
      let text = '';
      for (const entry of snapshot) {
        text += `${JSON.stringify(entry)}\n`;
        if (text.length < CHUNK_BYTES) continue;
        written += writeAll(fresh, text);
        text = '';
      }
      written += writeAll(fresh, text);
      fsyncSync(fresh);
      renameSync(`${path}.new`, path);
      if (file !== undefined) closeSync(file);
      file = fresh;
      size = written;
      rewrittenSize = written;
    },
    get isWorthRewriting() {
      return size - rewrittenSize > WORTH_REWRITING_BYTES && size > 3 * rewrittenSize;
    },
    close: () => {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
};
