import { closeSync, ftruncateSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { type Place, placesFrom, runs, withLineEnds } from './place.ts';
import { readAt, readRecords, unreadable } from './read-records.ts';

/** A head, and where its texts lie. */
export interface JournalRecord<Head> {
  head: Head;
  places: readonly Place[];
}

/**
 * An append-only file of records: a head, and any number of JSON texts that belong to it. Who opens it reads the heads
 * alone, for these say how long the texts are; a text is read when somebody asks for it. Heads and texts are lines, so
 * that people can read the file, too.
 */
export interface Journal<Head extends object> {
  /**
   * Adds a record, and says where its texts lie. It has left the process then, so that killing it loses nothing; a
   * record that was not written to its end counts as not written at all. Throws when the disk does not take it.
   */
  append(head: Head, texts?: readonly string[]): Place[];
  /** The texts at these places; neighbours are read at once. */
  read(places: readonly Place[]): string[];
  /** Replaces all records: written beside, then moved into place. */
  rewrite(records: Iterable<JournalRecord<Head>>): void;
  readonly bytes: number;
  close(): void;
}

/** The first line. Its number changes with what the records mean. */
const FORMAT = Buffer.from('{"journal":"emulator of Meta","format":2}\n');

const writeAll = (file: number, bytes: Uint8Array): void => {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
};

const headLine = (head: object, bytes: readonly number[]): Buffer =>
  Buffer.from(`${JSON.stringify(bytes.length === 0 ? head : { ...head, bytes })}\n`);

const readRun = (file: number, run: readonly Place[]): Buffer => {
  const [{ at }, last] = [run[0]!, run.at(-1)!];
  return readAt(file, at, last.at + last.bytes + 1 - at);
};

/** Where the records end. A file that is new, or was left with a part of its first line, gets that line. */
const restore = <Head extends object>(
  file: number,
  path: string,
  take: (head: Head, places: Place[]) => void,
): number => {
  const start = readAt(file, 0, FORMAT.length);
  if (!start.equals(FORMAT.subarray(0, start.length)))
    throw unreadable(path, 'was written by another version of the emulator');
  if (start.length < FORMAT.length) {
    ftruncateSync(file, 0);
    writeAll(file, FORMAT);
    return FORMAT.length;
  }
  const end = readRecords(file, path, FORMAT.length, take);
  ftruncateSync(file, end);
  return end;
};

/** Opens the journal at `path`; every record that it holds already goes to `take` first. */
export const openJournal = <Head extends object>(
  path: string,
  take: (head: Head, places: Place[]) => void,
): Journal<Head> => {
  const beside = `${path}.new`;
  rmSync(beside, { force: true });
  let file = openSync(path, 'a+');
  let isClosed = false;
  let end: number;
  try {
    end = restore(file, path, take);
  } catch (error) {
    closeSync(file);
    throw error;
  }
  // The number of a closed file may be another's by now.
  const checkOpen = (): void => {
    if (isClosed) throw new Error(`${path} is closed`);
  };

  return {
    append: (head, texts = []) => {
      checkOpen();
      const sizes = texts.map((text) => Buffer.byteLength(text));
      const line = headLine(head, sizes);
      try {
        writeAll(file, line);
        if (texts.length > 0) writeAll(file, Buffer.from(`${texts.join('\n')}\n`));
      } catch (error) {
        ftruncateSync(file, end);
        throw error;
      }
      const places = placesFrom(end + line.length, sizes);
      end += line.length + withLineEnds(sizes);
      return places;
    },
    read: (places) => {
      checkOpen();
      return [...runs(places)].flatMap((run) => {
        const bytes = readRun(file, run);
        const { at: start } = run[0]!;
        return run.map((place) => bytes.toString('utf8', place.at - start, place.at - start + place.bytes));
      });
    },
    rewrite: (records) => {
      const fresh = openSync(beside, 'a+');
      writeAll(fresh, FORMAT);
      let next = FORMAT.length;
      for (const { head, places } of records) {
        const line = headLine(
          head,
          places.map(({ bytes }) => bytes),
        );
        writeAll(fresh, line);
        next += line.length;
        for (const run of runs(places)) writeAll(fresh, readRun(file, run));
        for (const place of places) {
          place.at = next;
          next += place.bytes + 1;
        }
      }
      renameSync(beside, path);
      closeSync(file);
      [file, end] = [fresh, next];
    },
    get bytes() {
      return end;
    },
    close: () => {
      isClosed = true;
      closeSync(file);
    },
  };
};
