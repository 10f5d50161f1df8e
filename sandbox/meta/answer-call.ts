import { type Answer, cutAnswer, errorAnswer, jsonAnswer } from './answer.ts';
import type { Graph } from './call.ts';
import type { Exchange } from './exchange.ts';
import type { FaultName } from './fault-kinds.ts';
import type { CallFaults, Fault } from './faults.ts';
import { GraphError, throttled, tooMuchData, traceId } from './graph-error.ts';
import { codeOfThrottle, INTERRUPTIONS, interrupted } from './interruptions.ts';
import { type Bucket, bucketOfCode, throttleCode } from './quota.ts';
import { idOf } from './read-entries.ts';
import { type Found, findRoute } from './routes.ts';
import { checkAccess } from './token.ts';
import { usageHeaders } from './usage-headers.ts';

/** What comes of a call. */
export interface Outcome {
  /** undefined: the connection is to be reset. */
  answer: Answer | undefined;
  /** How much later the answer is sent. */
  slowMs: number;
  faults: readonly FaultName[];
}

type Headers = Record<string, string>;

/** A throttle that a fault makes up: its usage shows in the headers, and with "block" the bucket is closed for real. */
const throttleByFault = (
  fault: Fault,
  { route, catalog }: Found,
  graph: Graph,
  headers: Headers,
  override: Fault | undefined,
): void => {
  const bucket = bucketOfCode(codeOfThrottle(fault, route.bucket)) ?? route.bucket ?? 'catalog_management';
  const regainMinutes = Number(fault.minutes ?? 0);
  const usage = { bucket, percent: 100, blocked: true, regainMinutes };
  Object.assign(headers, usageHeaders(catalog, usage, graph.settings, override));
  if (fault.block === true && route.bucket !== undefined)
    graph.state.quota.block(catalog, bucket, graph.clock.now() + regainMinutes * 60_000);
};

/** Lets a call of a catalog through, and counts it, or throws. */
const admit = (
  call: Exchange,
  catalog: string,
  bucket: Bucket,
  graph: Graph,
  headers: Headers,
  override: Fault | undefined,
): void => {
  // Without a body there is no telling where the token was.
  if (call.tooLarge && call.token === undefined) throw tooMuchData();
  checkAccess(call.method, catalog, call.params, call.token, graph);
  const { settings } = graph;
  const usage = graph.state.quota.take(catalog, bucket, graph.clock.now(), settings.quota, settings.blockExtensionMs);
  if (override || usage.percent >= settings.usageHeadersFromPercent)
    Object.assign(headers, usageHeaders(catalog, usage, settings, override));
  if (usage.blocked) throw throttled(throttleCode[bucket]);
  if (call.tooLarge) throw tooMuchData();
};

const answerRoute = async (
  call: Exchange,
  found: Found,
  graph: Graph,
  faults: CallFaults,
  headers: Headers,
): Promise<Answer | undefined> => {
  const { route, catalog } = found;
  const override = faults.take('usage-header');
  const interruption = faults.take(...INTERRUPTIONS);
  if (interruption?.name === 'throttle') throttleByFault(interruption, found, graph, headers, override);
  if (interruption && interruption.accepted !== true)
    return interrupted(interruption, route.bucket, graph.settings, headers);

  if (route.bucket !== undefined) admit(call, catalog, route.bucket, graph, headers, override);
  const { params, requests, url, token } = call;
  const body = await route.answer({ catalog, params, requests, url, token, faults }, graph);
  if (faults.take('reset-after-accept')) return undefined;
  if (interruption) return interrupted(interruption, route.bucket, graph.settings, headers);
  const answer = jsonAnswer(200, body, headers);
  const cut = faults.take('cut-answer');
  return cut ? cutAnswer(answer, Number(cut.share ?? 0.5), cut.end === 'clean' ? 'clean' : 'reset') : answer;
};

/** Answers a call: faults first, then token and quota, then its endpoint. */
export const answerCall = async (call: Exchange, graph: Graph): Promise<Outcome> => {
  const headers: Headers = { 'x-fb-trace-id': traceId() };
  const refused = (error: unknown): Answer => {
    if (!(error instanceof GraphError)) throw error;
    return errorAnswer(error, graph.settings, headers);
  };
  let found: Found;
  try {
    found = findRoute(call.method, call.url.pathname);
  } catch (error) {
    return { answer: refused(error), slowMs: 0, faults: [] };
  }
  headers['facebook-api-version'] = found.version;
  const { handle } = call.params;
  const faults = graph.faults.begin({
    endpoint: found.route.endpoint,
    catalog: found.catalog,
    ids: (call.requests ?? []).map((request) => idOf(request) ?? ''),
    handle: typeof handle === 'string' ? handle : undefined,
  });
  const slowMs = Number(faults.take('slow')?.ms ?? 0);
  const answer = await answerRoute(call, found, graph, faults, headers).catch(refused);
  return { answer, slowMs, faults: faults.happened };
};
