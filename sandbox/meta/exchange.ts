import type { IncomingMessage } from 'node:http';
import { isSecret } from './call-log.ts';
import { listParam, type Params, readBody, readParams } from './input.ts';
import type { Settings } from './settings.ts';
import { tokenOf } from './token.ts';

/** A call as it came in. */
export interface Exchange {
  method: string;
  url: URL;
  params: Params;
  token: string | undefined;
  /** The entries of a batch, if the call has a list of them. */
  requests: unknown[] | undefined;
  /** Its body was over the limit and is not kept. */
  tooLarge: boolean;
}

/** Reads query and body. The entries are taken out, so that the endpoint and the log need not read them again. */
export const readExchange = async (request: IncomingMessage, url: URL, settings: Settings): Promise<Exchange> => {
  const method = request.method ?? 'GET';
  const query: Params = Object.fromEntries(url.searchParams);
  const body = await readBody(request, settings.maxPayloadBytes);
  const params = { ...query, ...(body && (await readParams(request.headers['content-type'] ?? '', body))) };
  const requests = listParam(params.requests);
  if (requests !== undefined) params.requests = requests;
  return { method, url, params, token: tokenOf(request, params), requests, tooLarge: body === undefined };
};

/** The parameters that came in the body, as JSON text without secrets; undefined if there were none. */
export const loggedRequest = ({ params, url }: Exchange): string | undefined => {
  const fromBody = Object.entries(params).filter(([name, value]) => url.searchParams.get(name) !== value);
  if (fromBody.length === 0) return undefined;
  return JSON.stringify(Object.fromEntries(fromBody.map(([name, value]) => [name, isSecret(name) ? '***' : value])));
};
