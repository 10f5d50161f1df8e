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
import { type Sizes, sizes } from '@catalog-sync/shared/sizes.ts';
import { config } from './config.ts';

/** What transform needs from outside. */
export interface Outside {
  /** Pointer and plans: its own. */
  table: Table;
  ingest: TableReader;
  validate: TableReader;
  publish: TableReader;
  /** The work bucket. */
  work: Objects;
  bus: EventBus;
  clock: Clock;
  log: Log;
  parking: Parking;
  settings: Settings;
  sizes: Sizes;
}

export const outside = (): Outside => {
  const { BUS_NAME, WORK_BUCKET, INGEST_TABLE, VALIDATE_TABLE, TRANSFORM_TABLE, PUBLISH_TABLE, settings } = config();
  const work = s3Objects(WORK_BUCKET);
  return {
    table: dynamoTable(TRANSFORM_TABLE),
    ingest: dynamoReader(INGEST_TABLE),
    validate: dynamoReader(VALIDATE_TABLE),
    publish: dynamoReader(PUBLISH_TABLE),
    work,
    bus: eventBridgeBus(BUS_NAME),
    clock: systemClock,
    log: jsonLog('transform'),
    parking: parkIn(work, 'transform'),
    settings,
    sizes,
  };
};
