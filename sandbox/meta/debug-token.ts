import type { Endpoint, Graph } from './call.ts';
import { badToken, invalidParameter } from './graph-error.ts';
import { missingToken } from './token.ts';

const APP_ID = '1000000000000001';

const isExpired = ({ settings, clock }: Graph): boolean =>
  settings.tokenExpiresAt !== 0 && clock.now() >= settings.tokenExpiresAt;

/**
 * GET /debug_token?input_token=…: what is known of a token. It is authorised by the token itself, or by an app's
 * token (app id, a bar, app secret). `expires_at` is in epoch seconds, 0 for never.
 */
export const debugToken: Endpoint = ({ params, token }, graph) => {
  const { settings } = graph;
  if (token === undefined) throw missingToken(settings);
  const isAppToken = /^\d+\|./.test(token) && (settings.appSecret === '' || token.endsWith(`|${settings.appSecret}`));
  if (token !== settings.token && !isAppToken) throw badToken('Invalid OAuth access token - Cannot parse access token');
  const { input_token: asked } = params;
  if (typeof asked !== 'string' || asked === '') throw invalidParameter('The parameter input_token is required');

  if (asked !== settings.token)
    return { data: { error: { code: 190, message: 'Invalid OAuth access token.' }, is_valid: false, scopes: [] } };
  const expired = isExpired(graph);
  return {
    data: {
      app_id: APP_ID,
      type: 'SYSTEM_USER',
      application: 'Sandbox app',
      data_access_expires_at: 0,
      expires_at: Math.floor(settings.tokenExpiresAt / 1_000),
      is_valid: !expired,
      scopes: settings.scopes,
      user_id: '1000000000000002',
      ...(expired ? { error: { code: 190, subcode: 463, message: 'Session has expired.' } } : {}),
    },
  };
};
