import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxClock } from '../../clock.ts';
import { writeWhole } from '../../process/write-whole.ts';
import type { S3Event } from './options.ts';

/**
 * How far events stray from one each, in order. Amazon S3 user guide, "Amazon S3 Event Notifications": they "are
 * designed to be delivered at least once", and they "aren't guaranteed to arrive in the same order".
 */
export interface EventDisorder {
  /** The share of events that come a second time, 0 to 1. */
  readonly duplicate: number;
  /** The share of events that come later than others that happened after them, 0 to 1. */
  readonly reorder: number;
  /** The same seed strays at the same events. */
  readonly seed: number;
}

/** Late enough to be overtaken, soon enough not to be waited for. */
const LONGEST_DELAY_MS = 2000;
/** What is late comes after at most so many others. */
const MOST_OVERTAKING = 3;

/** Mulberry32: numbers from 0 up to but not including 1. */
const numbersFrom = (seed: number): (() => number) => {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

interface Late {
  readonly event: S3Event;
  overtakenBy: number;
  readonly most: number;
  readonly callOff: () => void;
}

export interface Disorder {
  say(event: S3Event): void;
  /** Sends what is late. */
  close(): void;
}

interface DisorderOptions {
  readonly disorder: EventDisorder;
  /** Keeps what is late, so that it comes also if the process dies before. */
  readonly dir: string;
  readonly clock: SandboxClock;
  /** What an earlier process left is not sent before it resolves. */
  readonly ready: Promise<void>;
  readonly send: (event: S3Event) => void;
}

const shareOf = (name: string, share: number): number => {
  if (share >= 0 && share <= 1) return share;
  throw new Error(`the share of events to ${name} must lie between 0 and 1, not be ${share}`);
};

const keptIn = (path: string): S3Event[] => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as S3Event[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new Error(`${path} cannot be read: remove it, and the events in it are lost`, { cause: error });
  }
};

/**
 * Sends each event once or twice, now or a little later, and never not at all: what waits is on disk. Throws when a
 * share is none, or when what an earlier process kept cannot be read.
 */
export const openDisorder = ({ disorder, dir, clock, ready, send }: DisorderOptions): Disorder => {
  const path = join(dir, 'late-events.json');
  const duplicate = shareOf('duplicate', disorder.duplicate);
  const reorder = shareOf('reorder', disorder.reorder);
  const next = numbersFrom(disorder.seed);
  const late = new Set<Late>();
  let closed = false;

  // Until `ready`, what was left stays in the file beside what comes.
  let left = keptIn(path);
  const keep = (): void => {
    mkdirSync(dir, { recursive: true });
    writeWhole(path, JSON.stringify([...left, ...[...late].map(({ event }) => event)]));
  };
  // Sent before it is taken off the disk: rather twice than never.
  const release = (some: readonly Late[]): void => {
    for (const one of some) {
      one.callOff();
      late.delete(one);
      send(one.event);
    }
    if (some.length > 0) keep();
  };
  const delay = (event: S3Event): Late => {
    const at = clock.now() + Math.ceil(next() * LONGEST_DELAY_MS);
    const one: Late = {
      event,
      overtakenBy: 0,
      most: 1 + Math.floor(next() * MOST_OVERTAKING),
      callOff: clock.at(at, () => release([one])),
    };
    late.add(one);
    return one;
  };

  void ready.then(() => {
    if (closed || left.length === 0) return;
    for (const event of left) send(event);
    left = [];
    keep();
  });

  return {
    say: (event) => {
      // Both are drawn each time, so that one share does not move where the other strays.
      const [again, later] = [next() < duplicate, next() < reorder];
      const before = [...late];
      if (again) delay(event);
      if (later) delay(event);
      if (again || later) keep();
      if (!later) send(event);
      for (const one of before) one.overtakenBy += 1;
      release(before.filter(({ overtakenBy, most }) => overtakenBy >= most));
    },
    close: () => {
      closed = true;
      release([...late]);
    },
  };
};
