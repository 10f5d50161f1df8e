import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SandboxClock } from '../clock.ts';
import type { SandboxServer } from '../server.ts';
import type { Endpoint, Graph } from './call.ts';
import { callLog, isSecret, maskedQuery, maskTokens } from './call-log.ts';
import { catalogNode } from './catalog.ts';
import { checkBatchRequestStatus } from './check-batch-request-status.ts';
import { CONTROL, control } from './control.ts';
import { debugToken } from './debug-token.ts';
import {
  type Endpoint as EndpointName,
  type Fault,
  type FaultName,
  type Faults,
  type FaultTarget,
  faultBoard,
} from './faults.ts';
import {
  errorEnvelope,
  expiredToken,
  GraphError,
  invalidParameter,
  missingPermission,
  throttled,
  tooMuchData,
  traceId,
  unsupported,
} from './graph-error.ts';
import { listParam, type Params, readBody, readParams } from './input.ts';
import { idOf, itemsBatch } from './items-batch.ts';
import { products } from './products.ts';
import { type Bucket, throttleCode, type Usage } from './quota.ts';
import { defaultSettings } from './settings.ts';
import { openState } from './state.ts';
import { checkAccess, tokenOf } from './token.ts';

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

/** The oldest and the newest version that are spoken. Source: developers.facebook.com/docs/graph-api/changelog/versions */
const OLDEST_VERSION = 21;
const NEWEST_VERSION = 26;

interface Route {
  endpoint: EndpointName;
  method: 'GET' | 'POST';
  /** Of the calls that it counts as; a token's inspection is no call of a catalog. */
  bucket?: Bucket;
  answer?: Endpoint;
}

const routes: Readonly<Record<string, Route>> = {
  items_batch: { endpoint: 'items_batch', method: 'POST', bucket: 'catalog_batch', answer: itemsBatch },
  check_batch_request_status: {
    endpoint: 'check_batch_request_status',
    method: 'GET',
    bucket: 'catalog_management',
    answer: checkBatchRequestStatus,
  },
  products: { endpoint: 'products', method: 'GET', bucket: 'catalog_management', answer: products },
  '': { endpoint: 'catalog', method: 'GET', bucket: 'catalog_management', answer: catalogNode },
};
const debugTokenRoute: Route = { endpoint: 'debug_token', method: 'GET' };

interface Found {
  route: Route;
  catalog: string;
  version: string;
}

/** Reads /vNN.N/{catalog}/{edge}, and /debug_token with or without a version. Throws what unknown paths are answered with. */
const findRoute = (method: string, path: string): Found => {
  const parts = path.split('/').slice(1);
  const given = /^v\d+\.\d+$/.test(parts[0] ?? '') ? parts.shift() : undefined;
  const version = given ?? `v${NEWEST_VERSION}.0`;
  const number = Number(version.slice(1));
  if (!Number.isInteger(number) || number > NEWEST_VERSION)
    throw new GraphError(2500, `Unknown path components: ${path}`);
  if (number < OLDEST_VERSION)
    throw new GraphError(2635, `(#2635) You are calling a deprecated version of the API: ${version}`);
  const [catalog = '', edge = '', ...more] = parts;
  if (catalog === 'debug_token' && edge === '') return { route: debugTokenRoute, catalog: '', version };
  if (given === undefined || !/^\d+$/.test(catalog) || more.length > 0 || !Object.hasOwn(routes, edge))
    throw new GraphError(2500, `Unknown path components: ${path}`);
  const route = routes[edge]!;
  if (route.method !== method) throw unsupported(method, catalog);
  return { route, catalog, version };
};

/** Faults that end a call before anything is done; the first that is switched on happens. */
const INTERRUPTIONS = [
  'reset-before-accept',
  'html-502',
  'server-error',
  'token-expired',
  'permission-missing',
  'throttle',
  'graph-error',
  'too-large',
  'invalid-parameter',
] as const;

const number = (value: unknown): number | undefined => (value === undefined ? undefined : Number(value));

const errors: Partial<Record<FaultName, (fault: Fault, target: FaultTarget) => GraphError>> = {
  'token-expired': ({ subcode }) => expiredToken(number(subcode)),
  'permission-missing': missingPermission,
  throttle: ({ code, subcode }, { endpoint }) =>
    throttled(number(code) ?? (endpoint === 'items_batch' ? 80014 : 80009), number(subcode)),
  'too-large': tooMuchData,
  'server-error': ({ code }) =>
    code === 1
      ? new GraphError(1, 'An unknown error occurred', { http: 500 })
      : new GraphError(2, 'Service temporarily unavailable', { http: 500, transient: true }),
  'graph-error': ({ code, subcode, http, message }) =>
    new GraphError(number(code) ?? 1, String(message ?? 'An error occurred'), {
      ...(subcode === undefined ? {} : { subcode: Number(subcode) }),
      ...(http === undefined ? {} : { http: Number(http) }),
    }),
};

const errorOf = (fault: Fault, target: FaultTarget): GraphError =>
  errors[fault.name]?.(fault, target) ?? invalidParameter(String(fault.message ?? 'Invalid parameter'));

/**
 * Both usage headers. What is in them is JSON inside a header; regain time is in minutes and only in the first.
 * Source: developers.facebook.com/docs/graph-api/overview/rate-limiting
 */
const usageHeaders = (catalog: string, usage: Usage, override: Fault | undefined): Record<string, string> => {
  const counts = {
    call_count: number(override?.call_count) ?? usage.percent,
    total_cputime: number(override?.total_cputime) ?? 0,
    total_time: number(override?.total_time) ?? 0,
  };
  const regain = number(override?.minutes) ?? usage.regainMinutes;
  const entry = { type: usage.bucket, ...counts, estimated_time_to_regain_access: regain };
  return {
    'x-business-use-case-usage': JSON.stringify({ [catalog]: [entry] }),
    'x-app-usage': JSON.stringify(counts),
  };
};

interface Answer {
  http: number;
  body: string;
  headers: Record<string, string>;
}

const HTML_502 =
  '<!DOCTYPE html><html><head><title>Facebook | Error</title></head><body>Sorry, something went wrong.</body></html>';

const json = (http: number, body: object, headers: Record<string, string>): Answer => ({
  http,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json; charset=UTF-8', ...headers },
});

/** Remembers which faults happened to a call. */
const watched = (faults: Faults, happened: string[]): Faults => {
  const note = (fault: Fault | undefined): Fault | undefined => {
    if (fault) happened.push(fault.name);
    return fault;
  };
  return {
    ...faults,
    take: (names, target) => note(faults.take(names, target)),
    takeForItem: (target, id, method, stage) => note(faults.takeForItem(target, id, method, stage)),
  };
};

/** What is known of a call while it is being answered. */
interface Exchange {
  method: string;
  url: URL;
  params: Params;
  token: string | undefined;
  requests: unknown[] | undefined;
  tooLarge: boolean;
}

/** Answers a call; undefined: its connection is to be reset. */
const answerCall = async (call: Exchange, graph: Graph): Promise<{ answer: Answer | undefined; slowMs: number }> => {
  const headers: Record<string, string> = { 'x-fb-trace-id': traceId() };
  let slowMs = 0;
  try {
    const { route, catalog, version } = findRoute(call.method, call.url.pathname);
    headers['facebook-api-version'] = version;
    const ids = (call.requests ?? []).map((request) => idOf(request) ?? '');
    const target: FaultTarget = { endpoint: route.endpoint, catalog, ids };
    slowMs = Number(graph.faults.take(['slow'], target)?.ms ?? 0);
    const override = graph.faults.take(['usage-header'], target);

    const interruption = graph.faults.take(INTERRUPTIONS, target);
    if (interruption?.name === 'reset-before-accept') return { answer: undefined, slowMs };
    if (interruption?.name === 'html-502')
      return { answer: { http: 502, body: HTML_502, headers: { 'content-type': 'text/html' } }, slowMs };
    if (interruption?.name === 'throttle') {
      const usage: Usage = {
        bucket: route.bucket ?? 'catalog_management',
        percent: 100,
        blocked: true,
        regainMinutes: Number(interruption.minutes ?? 0),
      };
      Object.assign(headers, usageHeaders(catalog, usage, override));
    }
    if (interruption) throw errorOf(interruption, target);

    if (route.answer === undefined || route.bucket === undefined)
      return { answer: json(200, debugToken(call.params, call.token, graph), headers), slowMs };

    if (call.tooLarge && call.token === undefined) throw tooMuchData();
    checkAccess(call.method, catalog, call.params, call.token, graph);
    const { quota, blockExtensionMs, usageHeadersFromPercent } = graph.settings;
    const allowed = route.bucket === 'catalog_batch' ? quota.batchCallsPerHour : quota.managementCallsPerHour;
    const usage = graph.state.quota.take(catalog, route.bucket, graph.clock.now(), allowed, blockExtensionMs);
    if (override || usage.percent >= usageHeadersFromPercent)
      Object.assign(headers, usageHeaders(catalog, usage, override));
    if (usage.blocked) throw throttled(throttleCode[route.bucket]);
    if (call.tooLarge) throw tooMuchData();

    const { params, requests, url } = call;
    const body = await route.answer({ catalog, params, requests, target, url }, graph);
    if (graph.faults.take(['reset-after-accept'], target)) return { answer: undefined, slowMs };
    return { answer: json(200, body, headers), slowMs };
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    return { answer: errorAnswer(error, headers), slowMs };
  }
};

const errorAnswer = (error: GraphError, headers: Record<string, string>): Answer =>
  json(error.http, errorEnvelope(error), {
    ...headers,
    ...(error.code === 190 ? { 'www-authenticate': 'OAuth "Facebook Platform" "invalid_token"' } : {}),
  });

/** Reads query and body. The entries are taken out, so that the endpoint and the log need not read them again. */
const readExchange = async (request: IncomingMessage, url: URL, graph: Graph): Promise<Exchange> => {
  const method = request.method ?? 'GET';
  const query: Params = Object.fromEntries(url.searchParams);
  const body = await readBody(request, graph.settings.maxPayloadBytes);
  const params = { ...query, ...(body && (await readParams(request.headers['content-type'] ?? '', body))) };
  const requests = listParam(params.requests);
  if (requests !== undefined) params.requests = requests;
  return { method, url, params, token: tokenOf(request, params), requests, tooLarge: body === undefined };
};

/** The parameters that came in the body, as JSON text without tokens; undefined if there were none. */
const loggedRequest = ({ params, url }: Exchange): string | undefined => {
  const fromBody = Object.entries(params).filter(([name, value]) => url.searchParams.get(name) !== value);
  if (fromBody.length === 0) return undefined;
  return JSON.stringify(Object.fromEntries(fromBody.map(([name, value]) => [name, isSecret(name) ? '***' : value])));
};

/**
 * Starts an emulator of Meta's Graph API as far as product catalogs need it. It is written from Meta's public
 * documentation and shares nothing with any client, lest both misread it alike.
 */
export const startGraph = async (options: GraphOptions): Promise<GraphServer> => {
  const settings = defaultSettings(options.token, options.appSecret);
  const state = await openState(options.dir, options.clock, settings);
  const faults = faultBoard();
  const graph: Graph = { clock: options.clock, settings, state, faults, catalogs: options.catalogs };
  const calls = callLog();

  const send = (response: ServerResponse, answer: Answer | undefined): void => {
    if (answer === undefined) response.socket?.resetAndDestroy();
    else response.writeHead(answer.http, answer.headers).end(answer.body);
  };

  const serve = async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    if (url.pathname.startsWith(CONTROL)) return await control(request, response, url, graph, calls);
    const at = options.clock.now();
    const happened: string[] = [];
    let call: Exchange | undefined;
    let answer: Answer | undefined;
    let slowMs = 0;
    try {
      call = await readExchange(request, url, graph);
      ({ answer, slowMs } = await answerCall(call, { ...graph, faults: watched(faults, happened) }));
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      answer = errorAnswer(error, { 'x-fb-trace-id': traceId() });
    }
    calls.add(
      {
        at,
        method: request.method ?? '',
        path: url.pathname,
        query: maskedQuery(url),
        status: answer?.http ?? null,
        ...(call?.requests === undefined ? {} : { entries: call.requests.length }),
        ...(happened.length === 0 ? {} : { faults: happened }),
      },
      call && loggedRequest(call),
      answer && (answer.http === 502 ? JSON.stringify(answer.body) : maskTokens(answer.body)),
    );
    if (slowMs === 0) return send(response, answer);
    // Sockets keep real time-outs, so slowness is real time too.
    const timer = setTimeout(() => send(response, answer), slowMs);
    response.once('close', () => clearTimeout(timer));
  };

  const server = createServer((request, response) => {
    const url = URL.parse(request.url ?? '/', `http://${request.headers.host}`) ?? new URL('http://127.0.0.1/');
    serve(request, response, url).catch((error: unknown) => {
      // A caller that hangs up while it sends is no fault of ours; anything else would hide if it were not told.
      if (!request.readableAborted) console.error(`emulator of Meta: ${request.method} ${url.pathname} failed`, error);
      response.destroy();
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  let closing: Promise<void> | undefined;
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
