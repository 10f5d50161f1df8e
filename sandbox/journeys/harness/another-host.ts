import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A Graph API like any other: the emulator, without the control by which one would know it. */
export interface AnotherHost {
  url: string;
  close(): Promise<void>;
}

export const openAnotherHost = async (emulator: () => string): Promise<AnotherHost> => {
  const answerTo = async (request: IncomingMessage): Promise<{ status: number; body: string }> => {
    const { method = 'GET', url = '/', headers } = request;
    if (url.startsWith('/_emulator')) return { status: 404, body: '{}' };
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const answer = await fetch(`${emulator()}${url}`, {
      method,
      headers: { authorization: headers.authorization ?? '', 'content-type': headers['content-type'] ?? '' },
      ...(method === 'GET' ? {} : { body: Buffer.concat(chunks) }),
    });
    return { status: answer.status, body: await answer.text() };
  };
  const server = createServer((request, response) => {
    answerTo(request).then(
      ({ status, body }) => response.writeHead(status, { 'content-type': 'application/json' }).end(body),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
