import type { Unreachable, Usage } from '../../ports/graph.ts';
import type { MetaSecret } from '../../ports/secrets.ts';
import { proofOf } from './appsecret-proof.ts';
import type { Clean } from './call-graph.ts';
import { exchange } from './http.ts';
import { type GraphRefusal, refusalOf } from './judge-error.ts';
import { usageOf } from './usage.ts';
import { withoutSecrets } from './without-secrets.ts';

/** What looks at Graph for a person: with one token, given by them, and no other to fall back on. */
export interface Reader {
  /** Without a slash at its end. */
  base: string;
  /** `v26.0` */
  version: string;
  httpTimeoutMs: number;
  /** The token is trimmed, and of printable characters. */
  secret: MetaSecret;
}

/** Why a look showed nothing. */
export type Unseen =
  | GraphRefusal
  | Unreachable
  /** A time-out, a reset, an answer that is not Graph's. */
  | { kind: 'ambiguous'; why: string };

export interface Look<Seen> {
  seen: Seen | Unseen;
  /** By the usage headers of the answer; null when it had none, which it has not while little is used. */
  usage: Usage | null;
}

interface ReadRequest<Seen> {
  /** Below the version; made of checked parts only. */
  path: string;
  parameters: Readonly<Record<string, string>>;
  /** Whether the app secret's proof goes along; it does not when there is no app secret. */
  proven: boolean;
  /** What an answer shows; undefined when it is none of Graph's. */
  read: (json: unknown, clean: Clean) => Seen | undefined;
}

const USAGE_HEADERS = ['x-app-usage', 'x-business-use-case-usage'];

/** One GET. Unlike the services' calls it tells the usage also of a refusal, and is asked with the proof or without. */
export const readGraph = async <Seen>(
  { base, version, httpTimeoutMs, secret }: Reader,
  { path, parameters, proven, read }: ReadRequest<Seen>,
): Promise<Look<Seen>> => {
  const { accessToken, appSecret } = secret;
  const clean: Clean = (text) => withoutSecrets(text, secret);
  const query = new URLSearchParams(parameters);
  if (proven && appSecret !== null) query.set('appsecret_proof', proofOf(accessToken, appSecret));
  const reply = await exchange({
    base,
    path: `${version}/${path}?${query}`,
    token: accessToken,
    signal: AbortSignal.timeout(httpTimeoutMs),
  });
  if (reply.kind !== 'answered') return { seen: reply, usage: null };
  const { status, headers, json } = reply;
  const usage = USAGE_HEADERS.some((name) => headers[name] !== undefined) ? usageOf(headers) : null;
  const seen = refusalOf(reply, clean, secret.version) ?? (status === 200 ? read(json, clean) : undefined);
  return { seen: seen ?? { kind: 'ambiguous', why: `HTTP ${status} that is not Graph's` }, usage };
};
