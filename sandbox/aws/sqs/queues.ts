import { randomUUID } from 'node:crypto';
import type { SandboxClock } from '../../clock.ts';
import type { BeforeWrite } from '../../server.ts';
import { openJournal } from './journal.ts';
import { checkMessage, type Message, type MessageAttributes } from './message.ts';
import { makeQueue, type Queue } from './queue.ts';
import type { QueueAttributes } from './queue-attributes.ts';
import { parseReceipt } from './receipt-handle.ts';
import { invalidValue, SqsError } from './sqs-error.ts';

export interface QueuesOptions {
  readonly path: string;
  readonly clock: SandboxClock;
  readonly arnOf: (name: string) => string;
  /** The DelaySeconds of queues are divided by it. */
  readonly speedup: number;
  readonly beforeWrite: BeforeWrite;
}

export interface NewMessage {
  readonly body: string;
  readonly attributes?: MessageAttributes;
  readonly traceHeader?: string;
  /** Instead of the queue's delay; not sped up. */
  readonly delayMs?: number;
}

/** All queues and what is done to them. Each change is in the journal before it is in memory. */
export interface Queues {
  /** Throws QueueDoesNotExist. Takes a queue's name, ARN or URL. */
  find(reference: string): Queue;
  has(name: string): boolean;
  list(): Queue[];
  /** Makes the queue, or gives an existing one these attributes. */
  configure(name: string, attributes: QueueAttributes): Queue;
  /** Throws SqsError when the message is not one SQS would take. */
  send(queue: Queue, message: NewMessage): Message;
  /** Up to `max` messages, now in flight; those received too often go to the dead-letter queue instead. */
  receive(queue: Queue, max: number, visibilityMs?: number): Message[];
  /** Deletes the message, unless it was received again since: then the handle is stale and nothing happens. */
  remove(queue: Queue, handle: string): void;
  /** Throws MessageNotInflight when no receiver has the message with this handle. */
  changeVisibility(queue: Queue, handle: string, visibilityMs: number): void;
  purge(queue: Queue): void;
  /** Puts a message of a dead-letter queue into `to` as a new one. */
  redrive(from: Queue, id: string, to: Queue): void;
  close(): void;
}

type Change =
  | { do: 'configure'; queue: string; attributes: QueueAttributes; at: number; createdAt?: number }
  | { do: 'place'; queue: string; message: Message }
  | { do: 'receive'; queue: string; id: string; at: number; visibleAt: number }
  | { do: 'show'; queue: string; id: string; visibleAt: number }
  | { do: 'remove'; queue: string; id: string }
  | { do: 'move'; queue: string; id: string; to: string; as: Partial<Message> }
  | { do: 'purge'; queue: string };

const nameIn = (reference: string): string => reference.split(/[/:]/).at(-1) ?? '';

/** Opens the queues at `path` with all that was in them. */
export const openQueues = ({ path, clock, arnOf, speedup, beforeWrite }: QueuesOptions): Queues => {
  const queues = new Map<string, Queue>();

  const apply = (change: Change): void => {
    if (change.do === 'configure') {
      const queue = queues.get(change.queue) ?? makeQueue(change.queue, clock, change.createdAt ?? change.at);
      queues.set(change.queue, queue);
      queue.configure(change.attributes, change.at);
      return;
    }
    const queue = queues.get(change.queue)!;
    if (change.do === 'place') {
      queue.place(change.message);
      return;
    }
    if (change.do === 'purge') {
      queue.clear();
      return;
    }
    // Gone when it expired: that is not in the journal, as the clock says it.
    const message = queue.get(change.id);
    if (!message) return;
    switch (change.do) {
      case 'receive':
        message.receives += 1;
        message.firstReceivedAt ??= change.at;
        message.visibleAt = change.visibleAt;
        queue.place(message);
        return;
      case 'show':
        message.visibleAt = change.visibleAt;
        queue.place(message);
        return;
      case 'move':
        queue.remove(change.id);
        queues.get(change.to)!.place({ ...message, ...change.as });
        return;
      case 'remove':
        queue.remove(change.id);
        return;
    }
  };

  function* snapshot(): Generator<Change> {
    for (const { name, attributes, modifiedAt: at, createdAt } of queues.values()) {
      yield { do: 'configure', queue: name, attributes, at, createdAt };
    }
    for (const queue of queues.values()) {
      for (const message of queue.all()) yield { do: 'place', queue: queue.name, message };
    }
  }

  const journal = openJournal<Change>(path, apply);
  journal.rewrite(snapshot());

  const commit = (changes: readonly Change[]): void => {
    if (changes.length === 0) return;
    journal.append(changes);
    for (const change of changes) apply(change);
    if (journal.isWorthRewriting) journal.rewrite(snapshot());
  };

  const find = (reference: string): Queue => {
    const queue = queues.get(nameIn(reference));
    if (queue) return queue;
    throw new SqsError('QueueDoesNotExist', `The specified queue does not exist: ${reference}`);
  };

  const deadLetterQueue = (queue: Queue, message: Message): Queue | undefined => {
    const { redrive } = queue.settings;
    // A policy that points to no queue here moves nothing, as when the right to send there is missing.
    return redrive && message.receives >= redrive.maxReceiveCount
      ? queues.get(nameIn(redrive.deadLetterTargetArn))
      : undefined;
  };

  return {
    find,
    has: (name) => queues.has(name),
    list: () => [...queues.values()],
    configure: (name, attributes) => {
      if (!/^[A-Za-z0-9_-]{1,80}$/.test(name)) {
        throw invalidValue(`A queue's name has 1 to 80 letters, digits, - and _, unlike ${JSON.stringify(name)}`);
      }
      commit([{ do: 'configure', queue: name, attributes, at: clock.now() }]);
      return find(name);
    },
    send: (queue, { body, attributes = {}, traceHeader, delayMs }) => {
      checkMessage(body, attributes, queue.settings.maximumBytes);
      const sentAt = clock.now();
      const message: Message = {
        id: randomUUID(),
        body,
        attributes,
        ...(traceHeader !== undefined && { traceHeader }),
        sentAt,
        visibleAt: sentAt + (delayMs ?? Math.round(queue.settings.delayMs / speedup)),
        receives: 0,
      };
      beforeWrite();
      commit([{ do: 'place', queue: queue.name, message }]);
      return message;
    },
    receive: (queue, max, visibilityMs = queue.settings.visibilityMs) => {
      const at = clock.now();
      const received: Message[] = [];
      const changes: Change[] = [];
      for (const message of queue.visible()) {
        if (received.length >= max) break;
        const common = { queue: queue.name, id: message.id };
        const dead = deadLetterQueue(queue, message);
        if (dead) {
          changes.push({ ...common, do: 'move', to: dead.name, as: { visibleAt: at, deadFrom: arnOf(queue.name) } });
        } else {
          changes.push({ ...common, do: 'receive', at, visibleAt: at + visibilityMs });
          received.push(message);
        }
      }
      commit(changes);
      return received;
    },
    remove: (queue, handle) => {
      const { id, receive } = parseReceipt(handle);
      if (queue.get(id)?.receives !== receive) return;
      beforeWrite();
      commit([{ do: 'remove', queue: queue.name, id }]);
    },
    changeVisibility: (queue, handle, visibilityMs) => {
      const { id, receive } = parseReceipt(handle);
      const message = queue.get(id);
      if (!message) {
        throw invalidValue('Message does not exist or is not available for visibility timeout change.');
      }
      if (message.receives !== receive || !queue.isInFlight(message)) {
        throw new SqsError('MessageNotInflight', 'The message referred to is not in flight.');
      }
      commit([{ do: 'show', queue: queue.name, id, visibleAt: clock.now() + visibilityMs }]);
    },
    purge: (queue) => {
      beforeWrite();
      commit([{ do: 'purge', queue: queue.name }]);
    },
    redrive: (from, id, to) => {
      const now = clock.now();
      const as = { id: randomUUID(), sentAt: now, visibleAt: now, receives: 0 };
      commit([{ do: 'move', queue: from.name, id, to: to.name, as }]);
    },
    close: () => {
      for (const queue of queues.values()) queue.stop();
      journal.close();
    },
  };
};
