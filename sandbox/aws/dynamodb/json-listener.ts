import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';
import type { SandboxServer } from '../../server.ts';

/** DynamoDB takes requests of up to 16 MB, SQS of 1 MiB; one bound serves both. */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

export interface JsonRequest {
  /** The part of x-amz-target behind the dot, for example PutItem. */
  readonly operation: string;
  readonly body: Record<string, unknown>;
  /** Ends when the caller hangs up or the server closes: a long poll must not take a message for nobody. */
  readonly signal: AbortSignal;
}
export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
}

const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    // What is too much is read all the same, as the caller reads no answer before it has sent everything.
    if (size <= MAX_REQUEST_BYTES) parts.push(part);
  }
  return size <= MAX_REQUEST_BYTES ? Buffer.concat(parts) : undefined;
};

const parseObject = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text === '' ? '{}' : text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
};

const answerWith = (response: ServerResponse, { status, body, headers }: JsonAnswer): void => {
  if (response.destroyed) return;
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': bytes.length,
    'x-amzn-requestid': randomUUID(),
    'x-amz-crc32': crc32(bytes),
    ...headers,
  });
  response.end(bytes);
};

const refusal = (type: string, message: string, status = 400): JsonAnswer => ({
  status,
  body: { __type: `com.amazon.coral.service#${type}`, message },
});

/**
 * Listens on 127.0.0.1 for the AWS JSON 1.0 protocol. `answer` must not reject for what a caller did wrong; what it
 * rejects with is answered as a 500, which the SDK tries again. `close` waits for the answers under way.
 */
export const listenJson = async (answer: (request: JsonRequest) => Promise<JsonAnswer>): Promise<SandboxServer> => {
  const underWay = new Set<Promise<void>>();

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    try {
      const bytes = await readBody(request);
      const body = bytes && parseObject(bytes.toString('utf8'));
      const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1];
      if (request.method !== 'POST' || !operation) {
        answerWith(response, refusal('UnknownOperationException', 'send a POST with the header x-amz-target', 404));
      } else if (!bytes) {
        answerWith(response, refusal('RequestEntityTooLarge', `a request is at most ${MAX_REQUEST_BYTES} bytes`, 413));
      } else if (!body) {
        answerWith(response, refusal('SerializationException', 'the body is not a JSON object'));
      } else {
        answerWith(response, await answer({ operation, body, signal: gone.signal }));
      }
    } catch (error) {
      if (gone.signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      answerWith(response, refusal('InternalServerError', message, 500));
    }
  };

  const server = createServer((request, response) => {
    const work = handle(request, response).finally(() => underWay.delete(work));
    underWay.add(work);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });

  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await stopped;
    await Promise.all(underWay);
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      closed ??= close();
      return closed;
    },
  };
};
