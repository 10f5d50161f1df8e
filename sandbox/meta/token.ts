import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Graph } from './call.ts';
import {
  badToken,
  errorOfCode,
  expiredToken,
  GraphError,
  invalidParameter,
  missingPermission,
  unsupported,
} from './graph-error.ts';
import type { Params } from './input.ts';
import type { Settings } from './settings.ts';

/** The token of a call: a parameter in query or body, or the header `Authorization: Bearer …`. */
export const tokenOf = (request: IncomingMessage, params: Params): string | undefined => {
  if (typeof params.access_token === 'string' && params.access_token !== '') return params.access_token;
  return /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
};

/** Lower-case hex HMAC-SHA256 of the token, with the app's secret as key. */
const proofOf = (token: string, appSecret: string): string =>
  createHmac('sha256', appSecret).update(token).digest('hex');

const checkProof = (params: Params, token: string, { settings }: Graph): void => {
  const { appsecret_proof: proof } = params;
  if (settings.appSecret === '') return;
  if (proof === undefined) {
    if (settings.requireProof) throw invalidParameter('API calls from the server require an appsecret_proof argument');
    return;
  }
  const given = Buffer.from(String(proof));
  const right = Buffer.from(proofOf(token, settings.appSecret));
  if (given.length !== right.length || !timingSafeEqual(given, right))
    throw new GraphError(100, 'Invalid appsecret_proof provided in the API argument');
};

/** Both codes were seen for a call without a token. */
export const missingToken = ({ missingTokenCode }: Settings): GraphError =>
  errorOfCode(missingTokenCode, {}, 'An active access token must be used to query information about the current user.');

/**
 * Lets a call of a catalog through, or throws what Meta answers to a token that is missing (2500, or 190), wrong (190), expired
 * (190/463), without permission (200), without a right to this catalog (100/33), or with a wrong proof (100).
 * Source of the codes: developers.facebook.com/docs/graph-api/guides/error-handling, …/marketing-api/error-reference
 */
export const checkAccess = (
  method: string,
  catalog: string,
  params: Params,
  token: string | undefined,
  graph: Graph,
): void => {
  const { settings, clock, catalogs } = graph;
  if (token === undefined) throw missingToken(settings);
  if (token !== settings.token) throw badToken('Invalid OAuth access token - Cannot parse access token');
  if (settings.tokenExpiresAt !== 0 && clock.now() >= settings.tokenExpiresAt) throw expiredToken();
  checkProof(params, token, graph);
  if (!settings.scopes.includes('catalog_management')) throw missingPermission();
  if (!Object.hasOwn(catalogs, catalog)) throw unsupported(method, catalog);
};
