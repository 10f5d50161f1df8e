/** The owner's view of a sandbox: its buckets and tables over the same ports that the services use. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { SandboxInfo } from '@catalog-sync/sandbox/start.ts';
import { dynamoTable } from '@catalog-sync/shared/adapters/aws/dynamo-table.ts';
import { eventBridgeBus } from '@catalog-sync/shared/adapters/aws/eventbridge-bus.ts';
import { s3Objects } from '@catalog-sync/shared/adapters/aws/s3-objects.ts';
import type { EventBus } from '@catalog-sync/shared/ports/event-bus.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import type { Table } from '@catalog-sync/shared/ports/table.ts';

export interface Cloud {
  landing: Objects;
  synced: Objects;
  work: Objects;
  ingest: Table;
  transform: Table;
  publish: Table;
  monitor: Table;
  bus: EventBus;
}

const STAGE = 'sandbox';

export const cloudOf = (info: SandboxInfo): Cloud => {
  const owner = { region: info.region, credentials: { accessKeyId: 'owner', secretAccessKey: 'owner' } };
  const s3 = new S3Client({ ...owner, endpoint: info.s3, forcePathStyle: true });
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ ...owner, endpoint: info.dynamodb }), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const table = (service: string): Table => dynamoTable(`catalog-sync-${STAGE}-${service}`, documents);
  return {
    landing: s3Objects(info.landingBucket, s3),
    synced: s3Objects(info.syncedBucket, s3),
    work: s3Objects(info.workBucket, s3),
    ingest: table('ingest'),
    transform: table('transform'),
    publish: table('publish'),
    monitor: table('monitor'),
    bus: eventBridgeBus(info.busName, new EventBridgeClient({ ...owner, endpoint: info.events })),
  };
};
