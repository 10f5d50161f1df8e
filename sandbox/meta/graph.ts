import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SandboxClock } from '../clock.ts';
import type { SandboxServer } from '../server.ts';
import { type Answer, errorAnswer, sendAnswer } from './answer.ts';
import { answerCall, type Outcome } from './answer-call.ts';
import type { Graph } from './call.ts';
import { callLog, loggedAnswer, maskedQuery, withoutToken } from './call-log.ts';
import { CONTROL, control } from './control.ts';
import { type Exchange, loggedRequest, readExchange } from './exchange.ts';
import { faultBoard } from './faults.ts';
import { GraphError, traceId } from './graph-error.ts';
import { defaultSettings } from './settings.ts';
import { openState } from './state.ts';

/** What the emulator of Meta's Graph API is started with. */
export interface GraphOptions {
  /** Folder of its state, which survives a restart. */
  dir: string;
  clock: SandboxClock;
  /** The catalogs that the token may manage, by their id of digits. */
  catalogs: Record<string, { name: string }>;
  /** The one token that is good. */
  token: string;
  /** With it, proofs that come with a call are verified. */
  appSecret?: string;
}

/** A Graph API on 127.0.0.1. Its control lies below `{url}/_emulator/`. */
export interface GraphServer extends SandboxServer {
  /** Where the control lies, without a slash at the end. */
  readonly controlUrl: string;
}

/**
 * Starts an emulator of Meta's Graph API as far as product catalogs need it. It is written from Meta's public
 * documentation and shares nothing with any client, lest both misread it alike.
 */
export const startGraph = async (options: GraphOptions): Promise<GraphServer> => {
  const settings = defaultSettings(options.token, options.appSecret);
  const state = openState(options.dir, options.clock, settings);
  const graph: Graph = { clock: options.clock, settings, state, faults: faultBoard(), catalogs: options.catalogs };
  const calls = callLog();

  const log = (at: number, request: IncomingMessage, url: URL, call: Exchange | undefined, outcome: Outcome): void => {
    const { answer, faults } = outcome;
    const masked = (text: string): string => withoutToken(text, settings.token);
    calls.add(
      {
        at,
        method: request.method ?? '',
        path: masked(url.pathname),
        query: Object.fromEntries(Object.entries(maskedQuery(url)).map(([name, value]) => [name, masked(value)])),
        status: answer?.http ?? null,
        ...(call?.requests === undefined ? {} : { entries: call.requests.length }),
        ...(faults.length === 0 ? {} : { faults: [...faults] }),
      },
      call && masked(loggedRequest(call) ?? 'null'),
      answer && masked(loggedAnswer(answer)),
    );
  };

  const serve = async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    if (url.pathname.startsWith(CONTROL)) return await control(request, response, url, graph, calls);
    const at = options.clock.now();
    let call: Exchange | undefined;
    let outcome: Outcome;
    try {
      call = await readExchange(request, url, settings);
      outcome = await answerCall(call, graph);
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      const answer: Answer = errorAnswer(error, settings, { 'x-fb-trace-id': traceId() });
      outcome = { answer, slowMs: 0, faults: [] };
    }
    log(at, request, url, call, outcome);
    const { answer, slowMs } = outcome;
    if (slowMs === 0) return sendAnswer(response, answer);
    // Sockets keep real time-outs, so slowness is real time too.
    const timer = setTimeout(() => sendAnswer(response, answer), slowMs);
    response.once('close', () => clearTimeout(timer));
  };

  let closing: Promise<void> | undefined;
  const server = createServer((request, response) => {
    const url = URL.parse(request.url ?? '/', `http://${request.headers.host}`) ?? new URL('http://127.0.0.1/');
    serve(request, response, url).catch((error: unknown) => {
      // A caller that hangs up while it sends is no fault of ours, nor a call that goes on while all is closed; anything
      // else would hide if it were not told.
      if (!request.readableAborted && closing === undefined)
        console.error(`emulator of Meta: ${request.method} ${url.pathname} failed`, error);
      response.destroy();
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    controlUrl: `${url}${CONTROL.slice(0, -1)}`,
    close: () => {
      closing ??= new Promise((resolve) => {
        server.close(() => {
          state.close();
          resolve();
        });
        server.closeAllConnections();
      });
      return closing;
    },
  };
};
