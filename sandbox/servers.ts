import { join } from 'node:path';
import { startDynamoDb } from './aws/dynamodb/server.ts';
import { startEvents } from './aws/events/server.ts';
import { startParameters, startSecrets } from './aws/parameters/server.ts';
import { startS3 } from './aws/s3/server.ts';
import { startSns } from './aws/sns/server.ts';
import { startSqs } from './aws/sqs/server.ts';
import type { SandboxClock } from './clock.ts';
import type { FailSwitch } from './control/fail-switch.ts';
import type { Servers } from './deploy/deploy.ts';
import type { Closers } from './process/closers.ts';
import { together } from './process/together.ts';

export interface ServersOptions {
  /** Each server keeps its state in a folder of its own below it. */
  dataDir: string;
  clock: SandboxClock;
  region: string;
  accountId: string;
  failSwitch: FailSwitch;
  outboxDir: string;
  /** Invokes a function asynchronously with an event that is JSON text. Not called before `deployed` resolves. */
  invokeFunction: (functionArn: string, event: string) => void;
  /** Nothing is delivered to a queue or a function before it resolves. */
  deployed: Promise<void>;
  /** Is handed every server that starts, also if another one fails. */
  closing: Closers;
}

/** Queue delays and schedule periods are divided by it, so that people need not wait; nothing else is. */
const SPEEDUP = 10;
/**
 * Two in a hundred each. By this seed the first ten events after a start are plain, so that a demonstration of a few
 * files is; the twelfth comes twice, the twenty-second late.
 */
const S3_EVENTS = { duplicate: 0.02, reorder: 0.02, seed: 30 };

/** Starts the emulators of AWS, wired to each other: S3 speaks on the default bus, buses and topics fill queues. */
export const startServers = async (options: ServersOptions): Promise<Servers> => {
  const { dataDir, clock, region, accountId, failSwitch, outboxDir, invokeFunction, deployed, closing } = options;
  const common = (service: string) => ({ dir: join(dataDir, service), clock, region, accountId });

  // The others send to queues, and closing goes the other way round.
  const sqs = await startSqs({ ...common('sqs'), speedup: SPEEDUP, beforeWrite: failSwitch.beforeWrite('sqs') });
  closing.add(sqs.close);

  const opened = <T extends { close(): Promise<void> }>(server: T): T => {
    closing.add(server.close);
    return server;
  };
  const [dynamodb, sns, ssm, secrets, events] = await together(
    startDynamoDb({ ...common('dynamodb'), beforeWrite: failSwitch.beforeWrite('dynamodb') }).then(opened),
    startSns({ ...common('sns'), outboxDir, ready: deployed, deliverToQueue: (arn, body) => sqs.send(arn, body) }).then(
      opened,
    ),
    startParameters(common('ssm')).then(opened),
    startSecrets(common('secrets')).then(opened),
    startEvents({
      ...common('events'),
      speedup: SPEEDUP,
      ready: deployed,
      beforeWrite: failSwitch.beforeWrite('events'),
      deliver: async (arn, body) => {
        if (arn.startsWith('arn:aws:lambda:')) invokeFunction(arn, body);
        else await sqs.send(arn, body);
      },
      deadLetter: (arn, body, attributes) =>
        sqs.send(
          arn,
          body,
          Object.fromEntries(
            Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
          ),
        ),
    }).then(opened),
  );
  const s3 = opened(
    await startS3({
      ...common('s3'),
      beforeWrite: failSwitch.beforeWrite('s3'),
      events: S3_EVENTS,
      ready: deployed,
      onEvent: ({ detailType, bucket, detail, at }) =>
        void events.accept('default', {
          source: 'aws.s3',
          'detail-type': detailType,
          detail,
          resources: [`arn:aws:s3:::${bucket}`],
          at,
        }),
    }),
  );
  return { s3, dynamodb, sqs, sns, ssm, secrets, events };
};
