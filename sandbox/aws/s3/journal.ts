import { closeSync, createReadStream, existsSync, ftruncateSync, openSync, renameSync, writeSync } from 'node:fs';

/**
 * An append-only file of JSON lines. A line counts once its line feed is on disk, so a process that dies while it
 * writes leaves either the whole line or none of it.
 */
export interface Journal {
  /** Returns when the operating system has the line: it then outlives the process. */
  append(record: unknown): void;
  /** Puts these records in place of all there are, at once. */
  rewrite(records: Iterable<unknown>): void;
  close(): void;
}

const writeAll = (file: number, text: string): void => {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
};

const REWRITE_CHUNK_CHARACTERS = 1 << 20;

/** Reads the journal from its beginning into `onRecord`, drops a last line that was cut short, and opens it for more. */
export const openJournal = async (path: string, onRecord: (record: unknown) => void): Promise<Journal> => {
  let complete = 0;
  if (existsSync(path)) {
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      let start = 0;
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
        onRecord(JSON.parse(bytes.toString('utf8', start, end)));
        complete += end + 1 - start;
        start = end + 1;
      }
      rest = bytes.subarray(start);
    }
  }
  let file = openSync(path, 'a');
  ftruncateSync(file, complete);
  let closed = false;

  return {
    append: (record) => {
      if (closed) throw new Error(`${path} is closed: nothing can be written after the server was stopped`);
      writeAll(file, `${JSON.stringify(record)}\n`);
    },
    rewrite: (records) => {
      const next = openSync(`${path}.next`, 'w');
      let text = '';
      for (const record of records) {
        text += `${JSON.stringify(record)}\n`;
        if (text.length < REWRITE_CHUNK_CHARACTERS) continue;
        writeAll(next, text);
        text = '';
      }
      writeAll(next, text);
      renameSync(`${path}.next`, path);
      closeSync(file);
      file = next;
    },
    close: () => {
      if (!closed) closeSync(file);
      closed = true;
    },
  };
};
