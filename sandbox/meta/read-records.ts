import { fstatSync, readSync } from 'node:fs';
import { type Place, placesFrom, withLineEnds } from './place.ts';

const NEWLINE = 0x0a;
/** What is read at once when a head is looked for: as much as the head of a large batch has. */
const WINDOW_BYTES = 256 * 1024;

/** What is wrong with a file that cannot be read, and what to do about it. */
export const unreadable = (path: string, what: string, cause?: unknown): Error =>
  new Error(`${path} ${what}: start on a new folder, or remove this file with all items that it holds`, { cause });

/** So many bytes of a file, fewer if it ends before. */
export const readAt = (file: number, at: number, bytes: number): Buffer => {
  const buffer = Buffer.allocUnsafe(bytes);
  let done = 0;
  while (done < bytes) {
    const more = readSync(file, buffer, done, bytes - done, at + done);
    if (more === 0) break;
    done += more;
  }
  return buffer.subarray(0, done);
};

/** Reads the line that begins at a place, without its end; undefined if it has none. Places may only go up. */
const lineReader = (file: number): ((at: number) => Buffer | undefined) => {
  let window: Buffer = Buffer.alloc(0);
  let windowAt = 0;
  return (at) => {
    for (let wanted = WINDOW_BYTES; ; wanted *= 2) {
      const from = at - windowAt;
      const end = from < window.length ? window.indexOf(NEWLINE, from) : -1;
      if (end >= 0) return window.subarray(from, end);
      [window, windowAt] = [readAt(file, at, wanted), at];
      if (window.length < wanted && !window.includes(NEWLINE)) return undefined;
    }
  };
};

/**
 * Gives each record that is whole to `take`, and answers where the last one ends: a killed writer may leave a part of
 * one. Of the texts it only sees how long they are.
 */
export const readRecords = <Head extends object>(
  file: number,
  path: string,
  from: number,
  take: (head: Head, places: Place[]) => void,
): number => {
  const lineAt = lineReader(file);
  const { size } = fstatSync(file);
  let at = from;
  for (let line = lineAt(at); line !== undefined; line = lineAt(at)) {
    let head: { bytes?: number[] };
    try {
      head = JSON.parse(line.toString('utf8'));
    } catch (error) {
      throw unreadable(path, `is damaged at byte ${at}`, error);
    }
    const { bytes = [], ...own } = head;
    const texts = at + line.length + 1;
    const end = texts + withLineEnds(bytes);
    if (end > size) break;
    take(own as Head, placesFrom(texts, bytes));
    at = end;
  }
  return at;
};
