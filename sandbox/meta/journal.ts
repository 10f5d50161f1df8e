import { closeSync, createReadStream, existsSync, openSync, renameSync, truncateSync, writeSync } from 'node:fs';

/** An append-only file of JSON lines. What was appended has left the process, so that killing it loses nothing. */
export interface Journal {
  append(line: unknown): void;
  /** Replaces all lines: written beside, then moved into place. */
  rewrite(lines: Iterable<unknown>): void;
  close(): void;
}

const NEWLINE = 0x0a;

/** Calls `take` with each whole line and answers where the last one ends; a killed writer may leave half a line. */
const readLines = async (path: string, take: (line: unknown) => void): Promise<number> => {
  let rest: Buffer[] = [];
  let wholeBytes = 0;
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      take(JSON.parse(Buffer.concat([...rest, chunk.subarray(from, end)]).toString('utf8')));
      rest = [];
      from = end + 1;
      wholeBytes = bytes + from;
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
    bytes += chunk.length;
  }
  return wholeBytes;
};

/** Opens the journal at `path`; every line that it holds already goes to `take` first. */
export const openJournal = async (path: string, take: (line: unknown) => void): Promise<Journal> => {
  if (existsSync(path)) truncateSync(path, await readLines(path, take));
  let file = openSync(path, 'a');
  const write = (to: number, line: unknown): void => {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    for (let done = 0; done < bytes.length; ) done += writeSync(to, bytes, done);
  };
  return {
    append: (line) => write(file, line),
    rewrite: (lines) => {
      const beside = `${path}.new`;
      const fresh = openSync(beside, 'w');
      for (const line of lines) write(fresh, line);
      closeSync(fresh);
      renameSync(beside, path);
      closeSync(file);
      file = openSync(path, 'a');
    },
    close: () => closeSync(file),
  };
};
