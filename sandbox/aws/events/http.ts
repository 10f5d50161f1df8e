import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SandboxServer } from '../../server.ts';

export interface TextRequest {
  headers: IncomingHttpHeaders;
  body: string;
}
export interface TextAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Above what any of these services takes; a caller beyond it is cut off rather than kept in memory. */
const MOST_REQUEST_BYTES = 20 * 1024 * 1024;

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MOST_REQUEST_BYTES) throw new Error(`a request is at most ${MOST_REQUEST_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
};

/** Listens on 127.0.0.1 and a free port. `answer` does not reject: it turns what went wrong into an answer. */
export const listen = async (answer: (request: TextRequest) => Promise<TextAnswer>): Promise<SandboxServer> => {
  const server = createServer((request, response) => {
    bodyOf(request)
      .then((body) => answer({ headers: request.headers, body }))
      .then(({ status, headers, body }) => {
        response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
        response.end(body);
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  let closed: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      closed ??= new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closed;
    },
  };
};
