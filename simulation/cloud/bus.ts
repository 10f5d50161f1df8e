import type { Envelope } from '../../sandbox/aws/events/envelope.ts';
import { lazily } from '../../shared/edge/lazily.ts';
import type { Said } from '../../shared/events/define.ts';
import type { EventBus } from '../../shared/ports/event-bus.ts';
import type { Luck } from './luck.ts';
import { type Caller, type Network, networkFailure } from './network.ts';
import type { SimQueue } from './queues.ts';
import { ACCOUNT, type RuleWiring, type Wiring } from './wiring.ts';

/** A rule and what it feeds, with the names under which luck knows it. */
interface Way {
  rule: RuleWiring;
  queue: SimQueue;
  name: string;
  heard: string;
  /** Of the events that fit this share is heard. */
  share: number;
  delivery: string;
}

export interface SimBus {
  reachedBy(caller: Caller): EventBus;
  /** Puts events past the network: what people, and forgers, say. */
  put(events: readonly Pick<Envelope, 'source' | 'detail-type' | 'detail'>[]): void;
  /** What S3 says on the default bus of an object that has come to be. */
  objectCreated(key: string, versionId: string): void;
  /** One tick of a service's schedule. */
  tick(rule: RuleWiring): void;
  /** The event archive, oldest first. */
  readonly archive: readonly Envelope[];
  /** Says archived events again, marked as replayed. */
  replay(name: string, events: readonly Envelope[]): void;
}

/**
 * monitor hears everything and reads the same truth whatever it hears: that alone would be half of all calls. Most of its
 * events are lost here, as events may be; its ticks come all the same.
 */
const HEARD: Readonly<Record<string, number>> = { 'monitor.WhenAnythingHappens': 0.1 };

/** A word that is said again, each minute, was mostly heard long ago: most of these are lost, too. */
const HEARD_AGAIN = 0.33;

const LONGEST_LATE_MS = 2 * 60 * 60_000;

export const openBus = (
  { rules }: Wiring,
  queues: ReadonlyMap<string, SimQueue>,
  luck: Luck,
  network: Network,
): SimBus => {
  const archive: Envelope[] = [];
  let ids = 0;

  const envelope = (source: string, name: string, detail: object): Envelope => {
    ids += 1;
    return {
      version: '0',
      id: `event-${ids}`,
      'detail-type': name,
      source,
      account: ACCOUNT,
      // Nothing of ours reads it.
      time: '2026-11-23T12:00:00Z',
      region: 'eu-central-1',
      resources: [],
      detail,
    };
  };

  const ways = rules.map((rule): Way => {
    const queue = queues.get(rule.queue);
    if (queue === undefined) throw new Error(`the rule ${rule.name} feeds ${rule.queue}, which is no queue`);
    const name = `${rule.service}.${rule.name}`;
    return { rule, queue, name, heard: `${name} heard`, share: HEARD[name] ?? 1, delivery: `${name} delivery` };
  });
  const deliver = ({ queue, name, heard, share, delivery }: Way, event: Envelope, bodyOf: () => string): void => {
    if (luck.roll(heard) >= share && (event.detail as { id?: string }).id !== 'forged') return;
    const body = bodyOf();
    if (luck.strikes('undelivered', name, 0.005)) {
      // All retries failed: the target's dead-letter queue has it, and nobody reads that by itself.
      queue.dead.push(body);
      return;
    }
    const late = luck.strikes('late-event', name, 0.03);
    const roll = luck.roll(delivery);
    queue.send(body, late ? 5000 * (LONGEST_LATE_MS / 5000) ** roll : 20 + roll * 400);
    if (luck.strikes('double-event', name, 0.03)) queue.send(body, 20 + roll * 60_000);
  };
  const matching = (bus: RuleWiring['bus'], event: Envelope): Way[] =>
    ways.filter(({ rule }) => rule.bus === bus && rule.matches?.(event));
  /** Of each word of our own: its rules look at who says what, and not into it. */
  const listeners = new Map<string, readonly Way[]>();
  const listenersOf = (event: Envelope): readonly Way[] => {
    const word = `${event.source} ${event['detail-type']}`;
    const known = listeners.get(word) ?? matching('own', event);
    listeners.set(word, known);
    return known;
  };
  const route = (to: readonly Way[], event: Envelope): void => {
    // Most events have one listener and monitor, which hears few of them.
    const body = lazily(() => JSON.stringify(event));
    for (const way of to) deliver(way, event, body);
  };
  const said = new Set<string>();
  const putOwn = (source: string, name: string, detail: object): void => {
    const event = envelope(source, name, detail);
    archive.push(event);
    const { id = '' } = detail as { id?: string };
    const again = said.has(id);
    said.add(id);
    if (again && id !== 'forged' && luck.roll(`${name} again`) >= HEARD_AGAIN) return;
    route(listenersOf(event), event);
  };

  return {
    archive,
    put: (events) => {
      for (const event of events) putOwn(event.source, event['detail-type'], event.detail);
    },
    reachedBy: (caller) => ({
      say: async (events: readonly Said[]) => {
        if (events.length === 0) return;
        const what = `bus.say ${events[0]?.name} ${events[0]?.detail.syncId}`;
        await network.call(caller, what, async () => {
          // PutEvents takes some entries and fails others; the adapter gives up when the rest keeps failing.
          const taken = luck.strikes('half-said', what, events.length > 1 ? 0.05 : 0) ? events.slice(0, 1) : events;
          for (const { source, name, detail } of taken) putOwn(source, name, detail);
          if (taken.length < events.length) throw networkFailure('some events were not taken');
        });
      },
    }),
    objectCreated: (key, versionId) => {
      if (luck.strikes('lost-event', `Object Created ${key}`, 0.05)) return;
      const event = envelope('aws.s3', 'Object Created', {
        bucket: { name: 'landing' },
        object: { key, 'version-id': versionId },
      });
      route(matching('default', event), event);
    },
    tick: (rule) => {
      const event = envelope('aws.events', 'Scheduled Event', {});
      const way = ways.find((one) => one.rule === rule);
      if (way !== undefined) deliver(way, event, () => JSON.stringify(event));
    },
    replay: (name, events) => {
      for (const event of events) route(listenersOf(event), { ...event, 'replay-name': name });
    },
  };
};
