import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One call and its answer, as `doctor --record` writes them down. */
export interface Exchange {
  method: string;
  path: string;
  body: string | null;
  status: number | null;
  headers: Record<string, string>;
  answer: string;
}

/** Meta as it was recorded: it knows the calls of the recording and no others. */
export interface RecordedMeta {
  url: string;
  /** Calls that are not in the recording, with their bodies. */
  readonly strangers: string[];
  /** Calls of the recording that nobody has made yet. */
  unplayed(): string[];
  close(): Promise<void>;
}

const nameOf = (method: string, path: string, body: string | null): string =>
  `${method} ${path}${body === null ? '' : `\n${body}`}`;

const UNKNOWN = JSON.stringify({
  error: { message: 'This call was not recorded', type: 'OAuthException', code: 100, fbtrace_id: 'A' },
});

/**
 * A call is known by method, path with query, and body, byte for byte. The same call gets the answers in the order in
 * which they were recorded. How often a handle is asked about is a matter of time: the last word about it is said again.
 * A batch that is sent once more than it was recorded is a stranger.
 */
export const openRecordedMeta = async (recorded: readonly Exchange[]): Promise<RecordedMeta> => {
  const strangers: string[] = [];
  const answers = new Map<string, Exchange[]>();
  for (const exchange of recorded) {
    const name = nameOf(exchange.method, exchange.path, exchange.body);
    answers.set(name, [...(answers.get(name) ?? []), exchange]);
  }
  const made = new Map<string, number>();

  const answerTo = async (request: IncomingMessage): Promise<Pick<Exchange, 'status' | 'headers' | 'answer'>> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = chunks.length === 0 ? null : Buffer.concat(chunks).toString('utf8');
    const name = nameOf(request.method ?? '', request.url ?? '', body);
    const known = answers.get(name) ?? [];
    const times = made.get(name) ?? 0;
    made.set(name, times + 1);
    const answer = known[times] ?? (request.method === 'GET' ? known.at(-1) : undefined);
    if (answer !== undefined) return answer;
    strangers.push(name);
    return { status: 400, headers: { 'content-type': 'application/json' }, answer: UNKNOWN };
  };

  const server = createServer((request, response) => {
    void answerTo(request).then(({ status, headers, answer }) => {
      if (status === null) request.socket.resetAndDestroy();
      else response.writeHead(status, headers).end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    strangers,
    unplayed: () => [...answers.keys()].filter((name) => !made.has(name)),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
