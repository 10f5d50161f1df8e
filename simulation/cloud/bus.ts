import type { Envelope } from '../../sandbox/aws/events/envelope.ts';
import type { Said } from '../../shared/events/define.ts';
import type { EventBus } from '../../shared/ports/event-bus.ts';
import type { Luck } from './luck.ts';
import { type Caller, type Network, networkFailure } from './network.ts';
import type { SimQueue } from './queues.ts';
import { ACCOUNT, type RuleWiring, type Wiring } from './wiring.ts';

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

  const deliver = (rule: RuleWiring, event: Envelope, body: string): void => {
    const queue = queues.get(rule.queue);
    if (queue === undefined) throw new Error(`the rule ${rule.name} feeds ${rule.queue}, which is no queue`);
    const name = `${rule.service}.${rule.name}`;
    if (luck.roll(`${name} heard`) >= (HEARD[name] ?? 1) && (event.detail as { id?: string }).id !== 'forged') return;
    if (luck.strikes('undelivered', name, 0.005)) {
      // All retries failed: the target's dead-letter queue has it, and nobody reads that by itself.
      queue.dead.push(body);
      return;
    }
    const late = luck.strikes('late-event', name, 0.03);
    const roll = luck.roll(`${name} delivery`);
    queue.send(body, late ? 5000 * (LONGEST_LATE_MS / 5000) ** roll : 20 + roll * 400);
    if (luck.strikes('double-event', name, 0.03)) queue.send(body, 20 + roll * 60_000);
  };
  const route = (bus: RuleWiring['bus'], event: Envelope): void => {
    const body = JSON.stringify(event);
    for (const rule of rules) if (rule.bus === bus && rule.matches?.(event)) deliver(rule, event, body);
  };
  const said = new Set<string>();
  const putOwn = (source: string, name: string, detail: object): void => {
    const event = envelope(source, name, detail);
    archive.push(event);
    const { id = '' } = detail as { id?: string };
    const again = said.has(id);
    said.add(id);
    if (again && id !== 'forged' && luck.roll(`${name} again`) >= HEARD_AGAIN) return;
    route('own', event);
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
      route('default', {
        ...envelope('aws.s3', 'Object Created', {
          bucket: { name: 'landing' },
          object: { key, 'version-id': versionId },
        }),
      });
    },
    tick: (rule) => {
      const event = envelope('aws.events', 'Scheduled Event', {});
      deliver(rule, event, JSON.stringify(event));
    },
    replay: (name, events) => {
      for (const event of events) route('own', { ...event, 'replay-name': name });
    },
  };
};
