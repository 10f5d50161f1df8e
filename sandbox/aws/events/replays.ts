import { randomInt } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SandboxClock } from '../../clock.ts';
import { AwsError, validationError } from './aws-error.ts';
import type { Envelope } from './envelope.ts';
import { alreadyExists, checkName, notFound } from './names.ts';

/** What is asked of a replay. Times are epoch milliseconds. */
export interface ReplaySettings {
  name: string;
  description?: string;
  archiveArn: string;
  busArn: string;
  /** Only these rules get the events; all of the bus when absent. */
  ruleArns?: string[];
  from: number;
  to: number;
}

export interface Replay extends ReplaySettings {
  state: 'RUNNING' | 'COMPLETED' | 'FAILED';
  reason?: string;
  startedAt: number;
  endedAt?: number;
  /** The time of the last event that was given to the rules. */
  lastEventAt?: number;
}

export interface Replays {
  /** Gives the archive's events of that span to the rules, after this returns. */
  start(settings: ReplaySettings, events: readonly Envelope[]): Replay;
  find(name: string): Replay;
  list(): Replay[];
  running(): boolean;
  /** Ends what runs; it is failed at the next start. */
  close(): Promise<void>;
}

/** EventBridge runs at most ten replays of an account at once. */
const MOST_RUNNING = 10;
const EVENTS_A_TURN = 100;

const load = (file: string): Replay[] => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Replay[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return [];
  }
};

const shuffle = <T>(entries: T[]): T[] => {
  for (let at = entries.length - 1; at > 0; at--) {
    const other = randomInt(at + 1);
    [entries[at], entries[other]] = [entries[other] as T, entries[at] as T];
  }
  return entries;
};

/** "A replay processes events based on the time in the event, and replays them on one minute intervals": no other order. */
const inReplayOrder = (events: readonly Envelope[], { from, to }: ReplaySettings): Envelope[] => {
  // Events' times are whole seconds, so the second in which the span begins counts as in it.
  const first = Math.floor(from / 1000) * 1000;
  const minutes = new Map<number, Envelope[]>();
  for (const event of events) {
    const at = Date.parse(event.time);
    if (at < first || at > to) continue;
    const minute = Math.floor(at / 60_000);
    minutes.set(minute, [...(minutes.get(minute) ?? []), event]);
  }
  return [...minutes].sort(([a], [b]) => a - b).flatMap(([, within]) => shuffle(within));
};

/** Replays, remembered in `file`. `deliver` takes events for the rules of a bus; what it took is safe when it returns. */
export const createReplays = (
  file: string,
  clock: SandboxClock,
  deliver: (replay: Replay, events: readonly Envelope[]) => void,
): Replays => {
  const save = (): void => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, JSON.stringify([...replays.values()]));
    renameSync(`${file}.new`, file);
  };
  const replays = new Map(load(file).map((replay) => [replay.name, replay]));
  for (const replay of replays.values())
    if (replay.state === 'RUNNING')
      Object.assign(replay, { state: 'FAILED', reason: 'The sandbox stopped while it ran. Start another one.' });

  let closed = false;
  const underWay = new Set<Promise<void>>();
  const run = async (replay: Replay, events: readonly Envelope[]): Promise<void> => {
    const ordered = inReplayOrder(events, replay).map((event): Envelope => ({ ...event, 'replay-name': replay.name }));
    try {
      for (let at = 0; at < ordered.length; at += EVENTS_A_TURN) {
        await nextTurn();
        if (closed) return;
        const some = ordered.slice(at, at + EVENTS_A_TURN);
        deliver(replay, some);
        replay.lastEventAt = Date.parse((some.at(-1) as Envelope).time);
      }
      replay.state = 'COMPLETED';
    } catch (error) {
      Object.assign(replay, { state: 'FAILED', reason: (error as Error).message });
    }
    replay.endedAt = clock.now();
    save();
  };

  return {
    start: (settings, events) => {
      checkName('replayName', settings.name);
      if (replays.has(settings.name)) throw alreadyExists(`Replay ${settings.name}`);
      if (!(settings.to > settings.from))
        throw validationError(
          'Parameter EventEndTime is not valid. Reason: EventEndTime must be after EventStartTime.',
        );
      if (underWay.size >= MOST_RUNNING)
        throw new AwsError('LimitExceededException', `${MOST_RUNNING} replays run already; wait for one to end.`);
      const replay: Replay = { ...settings, state: 'RUNNING', startedAt: clock.now() };
      replays.set(replay.name, replay);
      save();
      const work: Promise<void> = run(replay, events).finally(() => underWay.delete(work));
      underWay.add(work);
      return replay;
    },
    find: (name) => {
      const replay = replays.get(name);
      if (replay === undefined) throw notFound(`Replay ${name}`);
      return replay;
    },
    list: () => [...replays.values()],
    running: () => underWay.size > 0,
    close: async () => {
      closed = true;
      await Promise.all(underWay);
    },
  };
};
