import { closeSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SandboxClock } from '../../clock.ts';
import type { Envelope } from './envelope.ts';

/** One line of an archive's file: an event and when it came, in epoch milliseconds. */
interface Line {
  at: number;
  event: Envelope;
}

/** The events that an archive keeps, on disk as JSON lines. */
export interface Archive {
  /** The events are on disk when this returns (they survive the process, not the machine). */
  add(events: readonly Envelope[]): void;
  /** What is kept, in the order in which it came. */
  events(): Envelope[];
  size(): { events: number; bytes: number };
  close(): void;
}

const DAY_MS = 24 * 3600 * 1000;

const linesOf = (file: string): Line[] => {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  // A line without its end was being written when the process ended, before its event was accepted.
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
};

/** Opens an archive's file, or begins one. `retentionDays` 0 keeps events for good. */
export const openArchive = (file: string, clock: SandboxClock, retentionDays: number): Archive => {
  mkdirSync(dirname(file), { recursive: true });
  let handle = -1;
  let count = 0;
  let bytes = 0;
  let oldest = Number.POSITIVE_INFINITY;

  const rewrite = (lines: readonly Line[]): void => {
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
    if (handle >= 0) closeSync(handle);
    handle = openSync(file, 'a');
    count = lines.length;
    bytes = Buffer.byteLength(text);
    oldest = lines[0]?.at ?? Number.POSITIVE_INFINITY;
  };
  const isKept = ({ at }: { at: number }): boolean => retentionDays === 0 || at > clock.now() - retentionDays * DAY_MS;
  const expire = (): void => {
    if (oldest !== Number.POSITIVE_INFINITY && !isKept({ at: oldest })) rewrite(linesOf(file).filter(isKept));
  };

  rewrite(linesOf(file).filter(isKept));
  return {
    add: (events) => {
      const at = clock.now();
      const buffer = Buffer.from(events.map((event) => `${JSON.stringify({ at, event })}\n`).join(''));
      for (let from = 0; from < buffer.length; ) from += writeSync(handle, buffer, from);
      count += events.length;
      bytes += buffer.length;
      oldest = Math.min(oldest, at);
    },
    events: () => {
      expire();
      return linesOf(file).map(({ event }) => event);
    },
    size: () => {
      expire();
      return { events: count, bytes };
    },
    close: () => {
      if (handle >= 0) closeSync(handle);
      handle = -1;
    },
  };
};
