import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { startDynamoDb } from '../aws/dynamodb/server.ts';
import { startEvents } from '../aws/events/server.ts';
import { startParameters, startSecrets } from '../aws/parameters/server.ts';
import { startS3 } from '../aws/s3/server.ts';
import { startSns } from '../aws/sns/server.ts';
import { startSqs } from '../aws/sqs/server.ts';
import { sandboxClock } from '../clock.ts';
import { closers } from '../process/closers.ts';

export interface Clients {
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  readonly ssm: SSMClient;
  readonly secrets: SecretsManagerClient;
  readonly events: EventBridgeClient;
}

/** An account to try the suites on: a real one, or the sandbox's. */
export interface Target {
  readonly region: string;
  readonly clients: Clients;
  /** Begins the name of everything that is made. */
  readonly prefix: string;
  /** How long a receive waits for messages: a queue of AWS asks only some of its machines when it need not wait. */
  readonly pollSeconds: number;
  /** Lets that much time pass. */
  pass(seconds: number): Promise<void>;
  /** Waits until rules and policies that were just put are in force. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** Begins the prefix of every run, so that what any of them left can be found. */
export const PREFIX = 'catalog-sync-conformance-';
export const newPrefix = (): string => `${PREFIX}${randomUUID().slice(0, 8)}`;

const clientsFor = (settings: (service: keyof Clients) => object): Clients => ({
  s3: new S3Client(settings('s3')),
  dynamodb: new DynamoDBClient(settings('dynamodb')),
  sqs: new SQSClient(settings('sqs')),
  sns: new SNSClient(settings('sns')),
  ssm: new SSMClient(settings('ssm')),
  secrets: new SecretsManagerClient(settings('secrets')),
  events: new EventBridgeClient(settings('events')),
});

const destroy = (clients: Clients): void => {
  for (const client of Object.values(clients) as { destroy(): void }[]) client.destroy();
};

/** AWS user guide of EventBridge: "allow a short period of time for changes to take effect" of rules and targets. */
const SETTLE_MS = 60_000;

/** The account of the caller's credentials, as the SDK finds them. */
export const awsTarget = (region: string, prefix: string): Target => {
  const clients = clientsFor(() => ({ region }));
  return {
    region,
    clients,
    prefix,
    pollSeconds: 1,
    pass: (seconds) => sleep(seconds * 1000),
    settle: () => sleep(SETTLE_MS),
    close: async () => destroy(clients),
  };
};

/** The sandbox's servers on a folder that is gone afterwards; their clock is moved rather than waited for. */
export const sandboxTarget = async (prefix = newPrefix()): Promise<Target> => {
  const region = 'eu-central-1';
  const dir = await mkdtemp(join(tmpdir(), 'conformance-'));
  const closing = closers();
  closing.add(() => rm(dir, { recursive: true, force: true }));
  const clock = sandboxClock();
  closing.add(clock.stop);
  const common = (service: string) => ({
    dir: join(dir, service),
    clock,
    region,
    accountId: '000000000000',
    beforeWrite: () => undefined,
  });
  const opened = async <T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const server = await starting;
    closing.add(server.close);
    return server;
  };
  try {
    const sqs = await opened(startSqs({ ...common('sqs'), speedup: 1 }));
    const servers = {
      sqs,
      s3: await opened(startS3({ ...common('s3'), onEvent: () => undefined })),
      dynamodb: await opened(startDynamoDb(common('dynamodb'))),
      sns: await opened(
        startSns({
          ...common('sns'),
          outboxDir: join(dir, 'outbox'),
          deliverToQueue: (arn, body) => sqs.send(arn, body),
        }),
      ),
      ssm: await opened(startParameters(common('ssm'))),
      secrets: await opened(startSecrets(common('secrets'))),
      events: await opened(
        startEvents({
          ...common('events'),
          speedup: 1,
          deliver: (arn, body) => sqs.send(arn, body),
          deadLetter: (arn, body) => sqs.send(arn, body),
        }),
      ),
    };
    const clients = clientsFor((service) => ({
      endpoint: servers[service].url,
      region,
      credentials: { accessKeyId: 'conformance', secretAccessKey: 'conformance' },
      maxAttempts: 1,
    }));
    closing.add(() => destroy(clients));
    return {
      region,
      clients,
      prefix,
      pollSeconds: 0,
      pass: async (seconds) => {
        clock.advance(seconds * 1000);
        await setImmediate();
      },
      settle: async () => undefined,
      close: closing.closeAll,
    };
  } catch (error) {
    await closing.closeAll();
    throw error;
  }
};

/** The target that `npm run conformance` names in the environment; the sandbox's when it names none. */
export const targetOfRun = async (env: NodeJS.ProcessEnv = process.env): Promise<Target> => {
  const prefix = env.CONFORMANCE_PREFIX ?? newPrefix();
  const region = env.CONFORMANCE_AWS_REGION;
  return region === undefined ? sandboxTarget(prefix) : awsTarget(region, prefix);
};
