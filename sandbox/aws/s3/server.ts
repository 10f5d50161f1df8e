import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SandboxServer } from '../../server.ts';
import { type BucketProperties, putBucket } from './buckets.ts';
import { type Core, callOf, newRequestId } from './call.ts';
import { S3Error } from './errors.ts';
import { openDisorder } from './event-disorder.ts';
import { runLifecycle, scheduleLifecycle } from './lifecycle.ts';
import type { S3Options } from './options.ts';
import { operationOf } from './router.ts';
import { openStore } from './store.ts';
import { xmlError } from './xml.ts';

export type { BucketProperties } from './buckets.ts';
export type { EventDisorder } from './event-disorder.ts';
export type { LifecycleRule } from './model.ts';
export type { S3Event, S3Options } from './options.ts';

export interface S3Server extends SandboxServer {
  /** Makes a bucket, or gives an existing one these settings. Throws S3Error InvalidBucketName. */
  createBucket(properties: BucketProperties): void;
  /** Does what the lifecycle rules have due now; it also runs at each midnight UTC of the clock. */
  runLifecycle(): void;
}

/** Clients keep connections; ended early, they would meet a reset now and then. */
const KEEP_ALIVE_MS = 120_000;

const answerError = (request: IncomingMessage, response: ServerResponse, requestId: string, error: unknown): void => {
  if (response.headersSent || request.socket.destroyed) {
    response.destroy();
    return;
  }
  const known =
    error instanceof S3Error
      ? error
      : new S3Error('InternalError', error instanceof Error ? error.message : String(error));
  for (const name of response.getHeaderNames()) if (!name.startsWith('x-amz-')) response.removeHeader(name);
  for (const [name, value] of Object.entries(known.headers)) response.setHeader(name, value);
  // The rest of the body is read away, so that the client gets to see the answer.
  request.resume();
  if (known.status === 304 || request.method === 'HEAD') {
    response.writeHead(known.status).end();
    return;
  }
  const text = xmlError([
    ['Code', known.code],
    ['Message', known.message],
    ...Object.entries(known.fields),
    ['Resource', (request.url ?? '/').split('?')[0]],
    ['RequestId', requestId],
    ['HostId', requestId],
  ]);
  const body = Buffer.from(text);
  response.writeHead(known.status, { 'content-type': 'application/xml', 'content-length': body.length }).end(body);
};

/** Amazon S3 over HTTP on 127.0.0.1, path style. A folder must have one server at a time. */
export const startS3 = async (options: S3Options): Promise<S3Server> => {
  const store = await openStore(options.dir, options.clock);
  const disorder = openDisorder({
    disorder: options.events ?? { duplicate: 0, reorder: 0, seed: 0 },
    dir: options.dir,
    clock: options.clock,
    ready: options.ready ?? Promise.resolve(),
    send: options.onEvent,
  });
  const core: Core = { options: { ...options, onEvent: disorder.say }, store };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = newRequestId();
    response.setHeader('x-amz-request-id', requestId);
    response.setHeader('x-amz-id-2', requestId);
    response.setHeader('server', 'AmazonS3');
    try {
      const call = callOf(core, request, response, requestId);
      await operationOf(call)(call);
      request.resume();
    } catch (error) {
      answerError(request, response, requestId, error);
    }
  };
  const running = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const work = handle(request, response).finally(() => running.delete(work));
    running.add(work);
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  // A large body may take longer than Node's five minutes.
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const endLifecycle = scheduleLifecycle(core);

  const stop = async (): Promise<void> => {
    endLifecycle();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
    await Promise.all(running);
    disorder.close();
    await store.close();
  };
  let stopped: Promise<void> | undefined;

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      stopped ??= stop();
      return stopped;
    },
    createBucket: (properties) => putBucket(core, properties),
    runLifecycle: () => runLifecycle(core),
  };
};
