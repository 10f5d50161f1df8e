import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { SandboxClock } from '../../clock.ts';
import type { BeforeWrite } from '../../server.ts';
import { type Archives, createArchives } from './archives.ts';
import { type Delivery, type Failure, startDeliverer } from './deliverer.ts';
import { type Envelope, envelopeOf } from './envelope.ts';
import { busName, type Where } from './names.ts';
import { createReplays, type Replays } from './replays.ts';
import { createRules, type Rule, type RuleSettings, type Rules } from './rules.ts';
import { createTimetable } from './timetable.ts';

export interface BusOptions extends Where {
  dir: string;
  clock: SandboxClock;
  speedup: number;
  deliver: (targetArn: string, body: string) => Promise<void>;
  deadLetter: (queueArn: string, body: string, attributes: Record<string, string>) => Promise<void>;
  beforeWrite: BeforeWrite;
  ready: Promise<void>;
}

export interface EventsStats {
  /** Events that were accepted, by PutEvents or from within. */
  accepted: number;
  /** Deliveries to a target that ended well. */
  delivered: number;
  /** Deliveries that were given up, dead-lettered or dropped. */
  failed: number;
}

/** EventBridge without its protocol: what the operations over HTTP and the template loader work on. */
export interface Buses {
  readonly rules: Rules;
  readonly archives: Archives;
  readonly replays: Replays;
  /** Puts a rule and takes up its schedule. */
  putRule(settings: RuleSettings): Rule;
  deleteRule(busName: string, name: string): void;
  /** Keeps the events in the archives and their deliveries on disk; when it returns they are accepted. */
  accept(entries: readonly { busName: string; event: Envelope }[]): void;
  stats(): EventsStats;
  idle(): boolean;
  close(): Promise<void>;
}

/** "By default, EventBridge retries sending the event for 24 hours and up to 185 times." */
const ORDINARY_AGE_SECONDS = 86_400;
const ORDINARY_RETRIES = 185;

/** As "Using dead-letter queues to process undelivered events" lists them. */
const attributesOf = ({ ruleArn, targetArn }: Delivery, failure: Failure): Record<string, string> => ({
  ...(ruleArn !== undefined && { RULE_ARN: ruleArn }),
  TARGET_ARN: targetArn,
  ERROR_CODE: failure.code,
  ERROR_MESSAGE: failure.message,
  ...(failure.exhausted !== undefined && { EXHAUSTED_RETRY_CONDITION: failure.exhausted }),
  RETRY_ATTEMPTS: String(failure.retries),
});

const deliveriesOf = (rule: Rule, event: Envelope, now: number): Delivery[] =>
  rule.targets.map(({ settings, input }): Delivery => {
    const common = {
      id: randomUUID(),
      ruleArn: rule.arn,
      targetArn: settings.arn,
      acceptedAt: now,
      maxAgeMs: (settings.retryPolicy?.maximumEventAgeInSeconds ?? ORDINARY_AGE_SECONDS) * 1000,
      maxRetries: settings.retryPolicy?.maximumRetryAttempts ?? ORDINARY_RETRIES,
      ...(settings.deadLetterArn !== undefined && { deadLetterArn: settings.deadLetterArn }),
    };
    try {
      const context = { ruleArn: rule.arn, ruleName: rule.settings.name, ingestionTime: now };
      return { ...common, body: input(event, context) };
    } catch (error) {
      const refusal = { code: 'INVALID_JSON', message: (error as Error).message };
      return { ...common, body: JSON.stringify(event), refusal };
    }
  });

export const openBuses = ({
  dir,
  clock,
  speedup,
  deliver,
  deadLetter,
  beforeWrite,
  ready,
  ...where
}: BusOptions): Buses => {
  let accepted = 0;
  const rules = createRules(where);
  const archives = createArchives(join(dir, 'archives'), clock, where);
  const deliverer = startDeliverer({
    file: join(dir, 'deliveries.jsonl'),
    clock,
    ready,
    send: ({ targetArn, body }) => deliver(targetArn, body),
    giveUp: async (delivery, failure) => {
      if (delivery.deadLetterArn === undefined) return;
      await deadLetter(delivery.deadLetterArn, delivery.body, attributesOf(delivery, failure));
    },
  });
  const wanted = (bus: string, events: readonly Envelope[], only?: ReadonlySet<string>): Delivery[] => {
    const listening = rules
      .rulesOf(bus)
      .filter(({ arn, settings }) => settings.enabled && (only === undefined || only.has(arn)));
    return events.flatMap((event) =>
      listening.flatMap((rule) => (rule.matches?.(event) === true ? deliveriesOf(rule, event, clock.now()) : [])),
    );
  };

  const replays = createReplays(join(dir, 'replays.json'), clock, (replay, events) => {
    beforeWrite();
    const only = replay.ruleArns === undefined ? undefined : new Set(replay.ruleArns);
    deliverer.add(wanted(busName(where, replay.busArn), events, only));
  });
  const timetable = createTimetable(clock, speedup, (rule) => {
    const parts = { source: 'aws.events', detailType: 'Scheduled Event', detail: {}, resources: [rule.arn] };
    const event = envelopeOf({ ...parts, at: clock.now() }, where);
    beforeWrite();
    deliverer.add(deliveriesOf(rule, event, clock.now()));
  });

  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    timetable.stop();
    await replays.close();
    await deliverer.close();
    archives.close();
  };
  return {
    rules,
    archives,
    replays,
    putRule: (settings) => {
      const rule = rules.put(settings);
      timetable.set(rule);
      return rule;
    },
    deleteRule: (bus, name) => {
      timetable.remove(rules.find(bus, name).arn);
      rules.delete(bus, name);
    },
    accept: (entries) => {
      if (entries.length === 0) return;
      const byBus = Map.groupBy(entries, ({ busName: bus }) => bus);
      const deliveries = [...byBus].flatMap(([bus, some]) =>
        wanted(
          bus,
          some.map(({ event }) => event),
        ),
      );
      beforeWrite();
      for (const [bus, some] of byBus)
        archives.keep(
          bus,
          some.map(({ event }) => event),
        );
      deliverer.add(deliveries);
      accepted += entries.length;
    },
    stats: () => ({ accepted, delivered: deliverer.delivered, failed: deliverer.failed }),
    idle: () => deliverer.idle() && !replays.running(),
    close: () => {
      closed ??= close();
      return closed;
    },
  };
};
