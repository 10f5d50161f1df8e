import type { SandboxClock } from '../../clock.ts';
import type { BeforeWrite, SandboxServer } from '../../server.ts';
import { archiveOperations } from './archive-operations.ts';
import type { ArchiveSettings } from './archives.ts';
import { listenAwsJson } from './aws-json.ts';
import { type EventsStats, openBuses } from './bus.ts';
import { envelopeOf } from './envelope.ts';
import { archiveArn, busArn } from './names.ts';
import { judgeEntries } from './put-events.ts';
import { ruleOperations } from './rule-operations.ts';
import type { RuleSettings } from './rules.ts';

export interface EventsOptions {
  /** Keeps archives, replays and what is accepted but not delivered. */
  dir: string;
  clock: SandboxClock;
  region: string;
  accountId: string;
  /** Rates of schedules are divided by it; cron is not. */
  speedup: number;
  /**
   * Delivers text, as the target's input settings make it, to a target's ARN. What it rejects with is retried by the
   * target's policy and then dead-lettered; an error whose `code` is NO_RESOURCE or NO_PERMISSIONS at once. The code
   * (else ERROR_FROM_TARGET) and the message go into the dead letter.
   */
  deliver: (targetArn: string, body: string) => Promise<void>;
  /** Sends to a target's dead-letter queue, with the attributes that EventBridge sets. What it rejects is lost. */
  deadLetter: (queueArn: string, body: string, attributes: Record<string, string>) => Promise<void>;
  beforeWrite: BeforeWrite;
  /** Nothing is delivered before it resolves: give it where targets are made after this server. */
  ready?: Promise<void>;
}

/** An event of an AWS service, whose source may begin with `aws.`. */
export interface ServiceEvent {
  source: string;
  'detail-type': string;
  detail: object;
  resources?: string[];
  /** Epoch milliseconds; the clock's when absent. */
  at?: number;
}

export interface EventsServer extends SandboxServer {
  /** Makes a bus if it is not there; gives its ARN. `default` always is. */
  putBus(name: string): string;
  /** Makes a rule, or replaces that of its name on its bus; gives its ARN. Throws as PutRule and PutTargets do. */
  putRule(settings: RuleSettings): string;
  /** Makes an archive, or changes its settings; gives its ARN. What an earlier process kept under its name is in it. */
  putArchive(settings: ArchiveSettings): string;
  /** Accepts an event as PutEvents does, but from an AWS service; gives its id. Safe on disk when it returns. */
  accept(busName: string, event: ServiceEvent): string;
  readonly stats: EventsStats;
  /** Whether nothing is pending delivery and no replay runs. */
  idle(): boolean;
}

/**
 * Starts EventBridge. Rules, buses and archives' settings live in memory and are put again at each start; archived
 * events, replays and undelivered events live in `dir`. Throws when the folder cannot be read.
 */
export const startEvents = async (options: EventsOptions): Promise<EventsServer> => {
  const { clock, region, accountId, beforeWrite } = options;
  const where = { region, accountId };
  const buses = openBuses({ ...options, ready: options.ready ?? Promise.resolve() });
  const http = await listenAwsJson('AWSEvents', {
    ...ruleOperations(buses, where, beforeWrite),
    ...archiveOperations(buses, where, beforeWrite),
    PutEvents: (input) => {
      const judged = judgeEntries(input, clock.now(), where, buses.rules.busNames());
      buses.accept(judged.flatMap((entry) => ('event' in entry ? [entry] : [])));
      return {
        FailedEntryCount: judged.filter((entry) => 'ErrorCode' in entry).length,
        Entries: judged.map((entry) => ('event' in entry ? { EventId: entry.event.id } : entry)),
      };
    },
  });
  return {
    url: http.url,
    putBus: (name) => {
      buses.rules.putBus(name);
      return busArn(where, name);
    },
    putRule: (settings) => buses.putRule(settings).arn,
    putArchive: (settings) => {
      buses.rules.rulesOf(settings.busName);
      buses.archives.put(settings);
      return archiveArn(where, settings.name);
    },
    accept: (busName, { source, 'detail-type': detailType, detail, resources = [], at = clock.now() }) => {
      const event = envelopeOf({ source, detailType, detail, resources, at }, where);
      buses.rules.rulesOf(busName);
      buses.accept([{ busName, event }]);
      return event.id;
    },
    get stats() {
      return buses.stats();
    },
    idle: buses.idle,
    close: async () => {
      await http.close();
      await buses.close();
    },
  };
};
