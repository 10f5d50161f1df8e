import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request as overHttp, type ServerResponse } from 'node:http';
import { request as overHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Mask } from './mask.ts';
import type { Exchange } from './recording.ts';

/** Stands between us and Meta on 127.0.0.1, hands everything on as it is, and writes down what passes, masked. */
export interface RecordingProxy {
  url: string;
  /** What has passed since the last time, in the order in which the calls came. */
  take(): Exchange[];
  close(): Promise<void>;
}

/** About one connection each, and so no matter of the call's (RFC 9110, 7.6.1). */
const OF_THE_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length']);

export const openRecordingProxy = async (target: string, mask: Mask): Promise<RecordingProxy> => {
  const base = new URL(target);
  let exchanges: Exchange[] = [];

  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = 'GET', url = '/', headers } = request;
    const exchange: Exchange = { method, path: mask.path(url), body: null, status: null, headers: {}, answer: '' };
    exchanges.push(exchange);
    const body = await whole(request);
    if (body.length > 0) exchange.body = mask.body(body.toString('utf8'));
    const calling = (base.protocol === 'https:' ? overHttps : overHttp)(
      `${target}${url}`,
      // Packed bytes would be no text to write down.
      { method, agent: false, headers: { ...ofTheCall(headers), host: base.host, 'accept-encoding': 'identity' } },
    );
    // Told by what is waited for below; without a listener it would end the process.
    calling.on('error', () => undefined);
    response.once('close', () => calling.destroy());
    calling.end(body);
    const [answer] = (await once(calling, 'response')) as [IncomingMessage];
    const bytes = await whole(answer);
    exchange.status = answer.statusCode ?? null;
    exchange.headers = mask.headers(answer.headers);
    exchange.answer = mask.text(bytes.toString('utf8'));
    response.writeHead(answer.statusCode ?? 502, ofTheCall(answer.headers)).end(bytes);
  };

  const server = createServer((request, response) => {
    // No answer from there is no answer from here: whoever calls must find out by itself, as without us.
    pass(request, response).catch(() => request.socket.resetAndDestroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take: () => {
      const taken = exchanges;
      exchanges = [];
      return taken;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const whole = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const ofTheCall = (headers: IncomingMessage['headers']): IncomingMessage['headers'] =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_THE_CONNECTION.has(name)));
