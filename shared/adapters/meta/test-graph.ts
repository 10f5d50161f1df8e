import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MetaSecret, Secrets } from '../../ports/secrets.ts';
import { graphClient } from './graph-client.ts';

/** A request as the little server of a test saw it. */
export interface Seen {
  method: string;
  url: URL;
  headers: IncomingMessage['headers'];
  body: string;
}

export type Answer = (seen: Seen, response: ServerResponse) => void;

/** Answers with JSON, or with text as it is. */
export const answering =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (_seen, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

export const graphError = (code: number, more: Record<string, unknown> = {}) => ({
  error: { message: `(#${code}) Něco je špatně`, type: 'OAuthException', code, fbtrace_id: 'Axyz', ...more },
});

export const TOKEN = 'EAAB-canary-token';
export const APP_SECRET = 'canary-app-secret';

/** A secret whose versions follow each other each time it is read anew. */
export const secretVersions = (...versions: MetaSecret[]): Secrets & { reads: () => number } => {
  let at = 0;
  let reads = 0;
  return {
    reads: () => reads,
    meta: async ({ fresh = false } = {}) => {
      reads += 1;
      if (fresh) at = Math.min(at + 1, versions.length - 1);
      return versions[at]!;
    },
  };
};

export const secret = (accessToken = TOKEN, appSecret: string | null = null, version = '1'): MetaSecret => ({
  accessToken,
  appSecret,
  version,
});

/** Runs a test against a server that gives one answer after the other, the last one again and again. */
export const withGraph = async <A>(
  answers: Answer | readonly Answer[],
  run: (at: { graph: ReturnType<typeof graphClient>; seen: Seen[]; url: string }) => Promise<A>,
  secrets: Secrets = secretVersions(secret()),
  httpTimeoutMs = 5000,
): Promise<A> => {
  const seen: Seen[] = [];
  const list = typeof answers === 'function' ? [answers] : answers;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const one = { method, url: new URL(url, 'http://graph'), headers, body: Buffer.concat(chunks).toString() };
      seen.push(one);
      list[Math.min(seen.length, list.length) - 1]!(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    return await run({ graph: graphClient({ baseUrl: url, version: 'v26.0', httpTimeoutMs, secrets }), seen, url });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
};
