import type { Loop } from './loop.ts';
import type { QueueWiring } from './wiring.ts';

export interface Message {
  id: string;
  body: string;
  /** Nobody receives it before this time. */
  visibleAt: number;
  receives: number;
}

export interface SimQueue {
  readonly name: string;
  send(body: string, afterMs?: number): void;
  /** Up to so many that are visible; they are hidden for the visibility timeout. Those received too often are dead. */
  receive(most: number): Message[];
  delete(id: string): void;
  /** What was given up. */
  readonly dead: string[];
  /** Messages that are there, visible or hidden. */
  size(): number;
}

/** `wake` is called whenever a message may have become visible; it says whether that led to anything. */
export const openQueue = (
  { name, delayMs, visibilityMs, mostReceives }: QueueWiring,
  loop: Loop,
  wake: () => boolean,
) => {
  const messages = new Map<string, Message>();
  const dead: string[] = [];
  let sent = 0;
  const queue: SimQueue = {
    name,
    dead,
    size: () => messages.size,
    send: (body, afterMs = 0) => {
      sent += 1;
      const visibleAt = loop.now() + delayMs + afterMs;
      const id = `${name}-${sent}`;
      messages.set(id, { id, body, visibleAt, receives: 0 });
      loop.at(visibleAt, wake);
    },
    receive: (most) => {
      const received: Message[] = [];
      for (const message of messages.values()) {
        if (received.length >= most) break;
        if (message.visibleAt > loop.now()) continue;
        message.receives += 1;
        if (mostReceives !== null && message.receives > mostReceives) {
          messages.delete(message.id);
          dead.push(message.body);
          continue;
        }
        message.visibleAt = loop.now() + visibilityMs;
        loop.at(message.visibleAt, wake);
        received.push(message);
      }
      return received;
    },
    delete: (id) => void messages.delete(id),
  };
  return queue;
};
