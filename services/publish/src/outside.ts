import { dynamoReader, dynamoTable } from '@catalog-sync/shared/adapters/aws/dynamo-table.ts';
import { eventBridgeBus } from '@catalog-sync/shared/adapters/aws/eventbridge-bus.ts';
import { s3Objects } from '@catalog-sync/shared/adapters/aws/s3-objects.ts';
import { secretsManager } from '@catalog-sync/shared/adapters/aws/secrets-manager.ts';
import { graphClient } from '@catalog-sync/shared/adapters/meta/graph-client.ts';
import { parkIn } from '@catalog-sync/shared/adapters/parking.ts';
import { jsonLog, systemClock } from '@catalog-sync/shared/adapters/system.ts';
import type { Clock } from '@catalog-sync/shared/ports/clock.ts';
import type { EventBus } from '@catalog-sync/shared/ports/event-bus.ts';
import type { Graph } from '@catalog-sync/shared/ports/graph.ts';
import type { Log } from '@catalog-sync/shared/ports/log.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import type { Parking } from '@catalog-sync/shared/ports/parking.ts';
import type { Secrets } from '@catalog-sync/shared/ports/secrets.ts';
import type { Table, TableReader } from '@catalog-sync/shared/ports/table.ts';
import type { Settings } from '@catalog-sync/shared/settings.ts';
import { config } from './config.ts';
import { HTTP_TIMEOUT_MS } from './domain/times.ts';

/** What publish needs from outside. */
export interface Outside {
  /** Sendings, batches, breaker and quota: its own. */
  table: Table;
  ingest: TableReader;
  transform: TableReader;
  monitor: TableReader;
  /** The work bucket. */
  work: Objects;
  /** The synced-products bucket: what was sent, and what came of it. */
  synced: Objects;
  graph: Graph;
  secrets: Secrets;
  bus: EventBus;
  clock: Clock;
  log: Log;
  parking: Parking;
  settings: Settings;
}

/** What one invocation knows beside: how long it may go on, in milliseconds. */
export type Needs = Outside & { timeLeftMs(): number };

export const outside = (): Outside => {
  const env = config();
  const work = s3Objects(env.WORK_BUCKET);
  const secrets = secretsManager(env.META_SECRET_ID, systemClock);
  return {
    table: dynamoTable(env.PUBLISH_TABLE),
    ingest: dynamoReader(env.INGEST_TABLE),
    transform: dynamoReader(env.TRANSFORM_TABLE),
    monitor: dynamoReader(env.MONITOR_TABLE),
    work,
    synced: s3Objects(env.SYNCED_BUCKET),
    graph: graphClient({
      baseUrl: env.META_GRAPH_URL,
      version: env.META_GRAPH_VERSION,
      httpTimeoutMs: HTTP_TIMEOUT_MS,
      secrets,
    }),
    secrets,
    bus: eventBridgeBus(env.BUS_NAME),
    clock: systemClock,
    log: jsonLog('publish'),
    parking: parkIn(work, 'publish'),
    settings: env.settings,
  };
};
