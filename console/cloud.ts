/** The owner's view of a sandbox: its buckets and tables over the same ports that the services use. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { SandboxInfo } from '@catalog-sync/sandbox/start.ts';
import { dynamoTable } from '@catalog-sync/shared/adapters/aws/dynamo-table.ts';
import { eventBridgeBus } from '@catalog-sync/shared/adapters/aws/eventbridge-bus.ts';
import { s3Objects } from '@catalog-sync/shared/adapters/aws/s3-objects.ts';
import { s3Upload } from '@catalog-sync/shared/adapters/aws/s3-upload.ts';
import type { EventBus } from '@catalog-sync/shared/ports/event-bus.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import type { Table } from '@catalog-sync/shared/ports/table.ts';

export interface Cloud {
  landing: Objects;
  /** Writes an object of any size to the landing bucket. */
  land: ReturnType<typeof s3Upload>;
  synced: Objects;
  work: Objects;
  ingest: Table;
  transform: Table;
  publish: Table;
  monitor: Table;
  bus: EventBus;
}

const STAGE = 'sandbox';
const ACCOUNT_ID = '000000000000';

export const cloudOf = (info: SandboxInfo): Cloud => {
  const { owner, s3, table } = clientsOf(info);
  return {
    landing: s3Objects(info.landingBucket, s3),
    land: s3Upload(info.landingBucket, s3),
    synced: s3Objects(info.syncedBucket, s3),
    work: s3Objects(info.workBucket, s3),
    ingest: table('ingest'),
    transform: table('transform'),
    publish: table('publish'),
    monitor: table('monitor'),
    bus: eventBridgeBus(info.busName, new EventBridgeClient({ ...owner, endpoint: info.events })),
  };
};

type Places = Pick<SandboxInfo, 'region' | 's3' | 'dynamodb'>;

/** What a sandbox keeps of its catalogs; undefined when none has been deployed to these servers yet. */
export const storesOf = async (places: Places): Promise<Pick<Cloud, 'ingest' | 'transform' | 'work'> | undefined> => {
  const { s3, table } = clientsOf(places);
  const workBucket = `catalog-sync-${STAGE}-work-${ACCOUNT_ID}-${places.region}`;
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  if (!Buckets.some(({ Name }) => Name === workBucket)) return undefined;
  return { ingest: table('ingest'), transform: table('transform'), work: s3Objects(workBucket, s3) };
};

const clientsOf = ({ region, s3, dynamodb }: Places) => {
  const owner = { region, credentials: { accessKeyId: 'owner', secretAccessKey: 'owner' } };
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ ...owner, endpoint: dynamodb }), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return {
    owner,
    s3: new S3Client({ ...owner, endpoint: s3, forcePathStyle: true }),
    table: (service: string): Table => dynamoTable(`catalog-sync-${STAGE}-${service}`, documents),
  };
};
