import type { SandboxClock } from '../../clock.ts';
import { dueHeap } from './due-heap.ts';
import type { Message } from './message.ts';
import { type QueueAttributes, type QueueSettings, settingsOf } from './queue-attributes.ts';

/** How many messages a queue has for a receiver, waiting out a delay, and with a receiver. */
export interface Depth {
  readonly visible: number;
  readonly delayed: number;
  readonly inFlight: number;
}

/** One queue's messages in memory. Nothing here is on disk; the queues' journal is. */
export interface Queue {
  readonly name: string;
  readonly createdAt: number;
  modifiedAt: number;
  attributes: QueueAttributes;
  settings: QueueSettings;
  configure(attributes: QueueAttributes, at: number): void;
  get(id: string): Message | undefined;
  all(): Iterable<Message>;
  /** Takes in a message, or takes notice of its new visibleAt. */
  place(message: Message): void;
  remove(id: string): void;
  clear(): void;
  /** The messages that can be received now, the longest visible first. */
  visible(): Iterable<Message>;
  depth(): Depth;
  /** True for a message that a receiver has. */
  isInFlight(message: Message): boolean;
  /** Resolves with true as soon as a message is visible; with false at `until`, on the signal, or on `stop`. */
  wait(until: number | undefined, signal: AbortSignal | undefined): Promise<boolean>;
  stop(): void;
}

export const makeQueue = (name: string, clock: SandboxClock, createdAt: number): Queue => {
  const messages = new Map<string, Message>();
  const ready = new Set<Message>();
  const inFlight = new Set<Message>();
  /** Ids of all that is not visible yet; an entry whose message has since moved on is skipped when it comes up. */
  const hidden = dueHeap<string>();
  const waiters = new Set<(found: boolean) => void>();
  let nextExpiry = 0;
  let armedFor: number | undefined;
  let callOff = (): void => {};
  let stopped = false;

  const dropExpired = (now: number): void => {
    if (now < nextExpiry) return;
    const { retentionMs } = queue.settings;
    nextExpiry = Number.POSITIVE_INFINITY;
    for (const { id, sentAt } of messages.values()) {
      if (sentAt + retentionMs <= now) queue.remove(id);
      else nextExpiry = Math.min(nextExpiry, sentAt + retentionMs);
    }
  };

  const showDue = (now: number): void => {
    for (let next = hidden.next(); next !== undefined && next <= now; next = hidden.next()) {
      const { at, thing: id } = hidden.pop()!;
      const message = messages.get(id);
      if (message?.visibleAt !== at) continue;
      inFlight.delete(message);
      ready.add(message);
    }
  };

  /** Brings the queue up to the clock, wakes who waits, and sets the alarm for the next message if somebody does. */
  const settle = (): void => {
    const now = clock.now();
    showDue(now);
    dropExpired(now);
    if (ready.size > 0) for (const wake of [...waiters]) wake(true);
    const next = waiters.size > 0 ? hidden.next() : undefined;
    if (next === armedFor) return;
    callOff();
    armedFor = next;
    if (next === undefined) return;
    callOff = clock.at(next, () => {
      armedFor = undefined;
      settle();
    });
  };

  const queue: Queue = {
    name,
    createdAt,
    modifiedAt: createdAt,
    attributes: {},
    settings: settingsOf({}),
    configure: (attributes, at) => {
      queue.attributes = attributes;
      queue.settings = settingsOf(attributes);
      queue.modifiedAt = at;
      nextExpiry = 0;
    },
    get: (id) => messages.get(id),
    all: () => {
      settle();
      return messages.values();
    },
    place: (message) => {
      messages.set(message.id, message);
      nextExpiry = Math.min(nextExpiry, message.sentAt + queue.settings.retentionMs);
      ready.delete(message);
      inFlight.delete(message);
      if (message.visibleAt <= clock.now()) {
        ready.add(message);
      } else {
        hidden.push(message.visibleAt, message.id);
        if (message.receives > 0) inFlight.add(message);
      }
      if (waiters.size > 0) settle();
    },
    remove: (id) => {
      const message = messages.get(id);
      if (!message) return;
      messages.delete(id);
      ready.delete(message);
      inFlight.delete(message);
    },
    clear: () => {
      messages.clear();
      ready.clear();
      inFlight.clear();
      hidden.clear();
    },
    visible: () => {
      settle();
      return ready;
    },
    depth: () => {
      settle();
      const delayed = messages.size - ready.size - inFlight.size;
      return { visible: ready.size, delayed, inFlight: inFlight.size };
    },
    isInFlight: (message) => {
      settle();
      return inFlight.has(message);
    },
    wait: async (until, signal) => {
      settle();
      if (ready.size > 0) return true;
      if (stopped || signal?.aborted) return false;
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const giveUp = (): void => resolve(false);
      waiters.add(resolve);
      const noLonger = until === undefined ? undefined : clock.at(until, giveUp);
      signal?.addEventListener('abort', giveUp);
      settle();
      try {
        return await promise;
      } finally {
        waiters.delete(resolve);
        noLonger?.();
        signal?.removeEventListener('abort', giveUp);
        settle();
      }
    },
    stop: () => {
      stopped = true;
      callOff();
      for (const wake of waiters) wake(false);
      waiters.clear();
    },
  };
  return queue;
};
