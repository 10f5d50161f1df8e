import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The least that speaks Meta's two batch calls: takes everything, and keeps the bodies as they came. */
export interface StandIn {
  url: string;
  /** The bodies of items_batch calls, byte for byte. */
  readonly bodies: string[];
  close(): Promise<void>;
}

export const openStandIn = async (): Promise<StandIn> => {
  const bodies: string[] = [];
  const answerTo = async (request: IncomingMessage): Promise<object> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const url = new URL(request.url ?? '/', 'http://stand-in');
    if (request.method === 'POST' && url.pathname.endsWith('/items_batch')) {
      bodies.push(Buffer.concat(chunks).toString('utf8'));
      return { handles: [`handle-${bodies.length}`] };
    }
    const counts = { errors_total_count: 0, warnings_total_count: 0, ids_of_invalid_requests: [] };
    const handle = url.searchParams.get('handle');
    return { data: [{ handle, status: 'finished', errors: [], warnings: [], ...counts }] };
  };
  const server = createServer((request, response) => {
    void answerTo(request).then((body) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
