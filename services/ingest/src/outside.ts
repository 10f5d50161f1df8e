import { dynamoReader, dynamoTable } from '@catalog-sync/shared/adapters/aws/dynamo-table.ts';
import { eventBridgeBus } from '@catalog-sync/shared/adapters/aws/eventbridge-bus.ts';
import { s3Objects } from '@catalog-sync/shared/adapters/aws/s3-objects.ts';
import { parkIn } from '@catalog-sync/shared/adapters/parking.ts';
import { jsonLog, systemClock } from '@catalog-sync/shared/adapters/system.ts';
import type { Clock } from '@catalog-sync/shared/ports/clock.ts';
import type { EventBus } from '@catalog-sync/shared/ports/event-bus.ts';
import type { Log } from '@catalog-sync/shared/ports/log.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import type { Parking } from '@catalog-sync/shared/ports/parking.ts';
import type { Table, TableReader } from '@catalog-sync/shared/ports/table.ts';
import type { Settings } from '@catalog-sync/shared/settings.ts';
import { config } from './config.ts';

/** What ingest needs from outside. */
export interface Outside {
  /** Catalogs, files, syncs: its own. */
  table: Table;
  transform: TableReader;
  monitor: TableReader;
  landing: Objects;
  synced: Objects;
  work: Objects;
  bus: EventBus;
  clock: Clock;
  log: Log;
  parking: Parking;
  settings: Settings;
}

export const outside = (): Outside => {
  const env = config();
  const work = s3Objects(env.WORK_BUCKET);
  return {
    table: dynamoTable(env.INGEST_TABLE),
    transform: dynamoReader(env.TRANSFORM_TABLE),
    monitor: dynamoReader(env.MONITOR_TABLE),
    landing: s3Objects(env.LANDING_BUCKET),
    synced: s3Objects(env.SYNCED_BUCKET),
    work,
    bus: eventBridgeBus(env.BUS_NAME),
    clock: systemClock,
    log: jsonLog('ingest'),
    parking: parkIn(work, 'ingest'),
    settings: env.settings,
  };
};
