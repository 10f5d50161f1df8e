import { Buffer } from 'node:buffer';
import type { AccessRefused, Unreachable } from '../../ports/graph.ts';
import type { MetaSecret, Secrets } from '../../ports/secrets.ts';
import { proofOf } from './appsecret-proof.ts';
import { exchange } from './http.ts';
import { type GraphRefusal, refusalOf } from './judge-error.ts';
import { withoutSecrets } from './without-secrets.ts';

export interface Connection {
  /** Without a slash at its end. */
  base: string;
  /** `v26.0` */
  version: string;
  /** For a whole call, a second try with a newer token included. */
  httpTimeoutMs: number;
  secrets: Secrets;
}

export interface GraphRequest {
  /** Of digits only. */
  catalogId: string;
  /** Below the catalog; empty for the catalog itself. */
  edge: '' | 'items_batch' | 'check_batch_request_status';
  parameters: Readonly<Record<string, string>>;
  /** JSON text of an object that is not empty; its presence makes the call a POST. */
  body?: Uint8Array;
}

export type GraphReply =
  /** An answer that is no refusal; `json` is undefined when it is none. */
  | { kind: 'answered'; status: number; headers: Readonly<Record<string, unknown>>; json: unknown }
  | GraphRefusal
  | Unreachable
  | { kind: 'ambiguous'; why: string };

/** Cleans a text of Meta for storing and showing. */
export type Clean = (text: string) => string;

export interface Called {
  reply: GraphReply;
  clean: Clean;
  /** A proof went along, which Graph may have refused. */
  proven: boolean;
}

/** Meta's word for a token that is not valid (any more). */
const TOKEN_REFUSED = 190;
const PRINTABLE = /^[\x21-\x7e]*$/;

/**
 * One call: the token in the header, the proof beside the parameters, or in the body of a POST. When the token is refused
 * and the stored secret has a new version, the call is made once more with that.
 */
export const callGraph = async (connection: Connection, request: GraphRequest): Promise<Called> => {
  const { catalogId } = request;
  if (!/^\d{1,32}$/.test(catalogId)) throw new Error('the id of a catalog at Meta consists of digits');
  const signal = AbortSignal.timeout(connection.httpTimeoutMs);
  const secret = await readSecret(connection.secrets, false);
  if ('kind' in secret) return { reply: secret, clean: (text) => text, proven: false };
  const first = await callOnce(connection, request, secret, signal);
  if (first.reply.kind !== 'access' || first.reply.code !== TOKEN_REFUSED) return first;
  const fresh = await readSecret(connection.secrets, true);
  if ('kind' in fresh || fresh.version === secret.version) return first;
  return callOnce(connection, request, fresh, signal);
};

/** A secret that cannot be read is told apart from a call that may have arrived. */
const readSecret = async (secrets: Secrets, fresh: boolean): Promise<MetaSecret | Unreachable> => {
  try {
    const secret = await secrets.meta({ fresh });
    return { ...secret, accessToken: secret.accessToken.trim() };
  } catch {
    return { kind: 'unreachable', why: 'the secret could not be read' };
  }
};

const callOnce = async (
  { base, version }: Connection,
  { catalogId, edge, parameters, body }: GraphRequest,
  secret: MetaSecret,
  signal: AbortSignal,
): Promise<Called> => {
  const { accessToken, appSecret } = secret;
  const clean: Clean = (text) => withoutSecrets(text, secret);
  const proof = appSecret === null ? null : proofOf(accessToken, appSecret);
  const called = (reply: GraphReply): Called => ({ reply, clean, proven: proof !== null });
  if (!PRINTABLE.test(accessToken)) return called(unusableToken(secret));

  const query = new URLSearchParams(parameters);
  if (proof !== null && body === undefined) query.set('appsecret_proof', proof);
  const place = [version, catalogId, edge].filter((part) => part !== '').join('/');
  const reply = await exchange({
    base,
    path: `${place}?${query}`,
    token: accessToken,
    ...(body === undefined ? {} : { body: proof === null ? body : withProof(body, proof) }),
    signal,
  });
  if (reply.kind !== 'answered') return called(reply);
  return called(refusalOf(reply, clean, secret.version) ?? reply);
};

/** Puts the proof first into the stored text, which itself never holds it. */
const withProof = (body: Uint8Array, proof: string): Uint8Array =>
  Buffer.concat([Buffer.from(`{"appsecret_proof":"${proof}",`), body.subarray(1)]);

const unusableToken = ({ version }: MetaSecret): AccessRefused => ({
  kind: 'access',
  code: TOKEN_REFUSED,
  subcode: null,
  message: 'The stored token has characters that no token has; it was not sent.',
  secretVersion: version,
});
