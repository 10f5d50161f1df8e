import { dynamoReader, dynamoTable } from '@catalog-sync/shared/adapters/aws/dynamo-table.ts';
import { emfMetrics } from '@catalog-sync/shared/adapters/aws/emf-metrics.ts';
import { eventBridgeBus } from '@catalog-sync/shared/adapters/aws/eventbridge-bus.ts';
import { s3Objects } from '@catalog-sync/shared/adapters/aws/s3-objects.ts';
import { secretsManager } from '@catalog-sync/shared/adapters/aws/secrets-manager.ts';
import { snsAlerts } from '@catalog-sync/shared/adapters/aws/sns-alerts.ts';
import { graphClient } from '@catalog-sync/shared/adapters/meta/graph-client.ts';
import { parkIn } from '@catalog-sync/shared/adapters/parking.ts';
import { jsonLog, systemClock } from '@catalog-sync/shared/adapters/system.ts';
import type { AlertTopic } from '@catalog-sync/shared/ports/alerts.ts';
import type { Clock } from '@catalog-sync/shared/ports/clock.ts';
import type { EventBus } from '@catalog-sync/shared/ports/event-bus.ts';
import type { Graph } from '@catalog-sync/shared/ports/graph.ts';
import type { Log } from '@catalog-sync/shared/ports/log.ts';
import type { Metrics } from '@catalog-sync/shared/ports/metrics.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import type { Parking } from '@catalog-sync/shared/ports/parking.ts';
import type { Table, TableReader } from '@catalog-sync/shared/ports/table.ts';
import type { Settings } from '@catalog-sync/shared/settings.ts';
import { config } from './config.ts';

/** What monitor needs from outside. */
export interface Outside {
  /** Handles, alerts, how far it has looked: its own. */
  table: Table;
  ingest: TableReader;
  transform: TableReader;
  publish: TableReader;
  work: Objects;
  graph: Pick<Graph, 'checkHandle'>;
  topic: AlertTopic;
  metrics: Metrics;
  bus: EventBus;
  clock: Clock;
  log: Log;
  parking: Parking;
  settings: Settings;
}

/** A status call is small; the functions' timeouts are well above this. */
const HTTP_TIMEOUT_MS = 20_000;

export const outside = (): Outside => {
  const env = config();
  const work = s3Objects(env.WORK_BUCKET);
  return {
    table: dynamoTable(env.MONITOR_TABLE),
    ingest: dynamoReader(env.INGEST_TABLE),
    transform: dynamoReader(env.TRANSFORM_TABLE),
    publish: dynamoReader(env.PUBLISH_TABLE),
    work,
    graph: graphClient({
      baseUrl: env.META_GRAPH_URL,
      version: env.META_GRAPH_VERSION,
      httpTimeoutMs: HTTP_TIMEOUT_MS,
      secrets: secretsManager(env.META_SECRET_ID, systemClock),
    }),
    topic: snsAlerts(env.ALERT_TOPIC_ARN),
    metrics: emfMetrics(env.STAGE),
    bus: eventBridgeBus(env.BUS_NAME),
    clock: systemClock,
    log: jsonLog('monitor'),
    parking: parkIn(work, 'monitor'),
    settings: env.settings,
  };
};
