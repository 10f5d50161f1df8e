/** What must not stand in a recording: the secret, the catalog's number, the business's, and traces of Meta's. Pure. */
import { proofOf } from '@catalog-sync/shared/adapters/meta/appsecret-proof.ts';
import type { MetaSecret } from '@catalog-sync/shared/ports/secrets.ts';

export interface Masked {
  secret: Pick<MetaSecret, 'accessToken' | 'appSecret'>;
  catalogId: string;
}

/** What stands in for the catalog's number. */
export const SOME_CATALOG = '1000000000000001';

export interface Mask {
  text(text: string): string;
  path(path: string): string;
  body(body: string): string;
  headers(headers: Readonly<Record<string, unknown>>): Record<string, string>;
  /** Whether something of the secret is in a text all the same. */
  leaks(text: string): boolean;
}

const IN_URLS = /\b(access_token|appsecret_proof|input_token)=[^&"\\\s]*/g;
const TRACES = /"fbtrace_id"\s*:\s*"[^"]*"/g;
/** Headers that say something about the call; all others are about the transport, or name machines of Meta's. */
const KEPT = ['content-type', 'www-authenticate', 'retry-after', 'x-app-usage', 'x-business-use-case-usage'];

export const maskFor = ({ secret: { accessToken, appSecret }, catalogId }: Masked): Mask => {
  const plain = appSecret === null ? [accessToken] : [accessToken, appSecret, proofOf(accessToken, appSecret)];
  const secrets = [...new Set(plain.flatMap((one) => [one, encodeURIComponent(one)]))].filter((one) => one !== '');
  // Not inside of a longer number.
  const catalog = new RegExp(`(?<!\\d)${catalogId}(?!\\d)`, 'g');
  const text = (given: string): string =>
    secrets
      .reduce((so, one) => so.replaceAll(one, '…'), given)
      .replace(IN_URLS, '$1=…')
      .replace(TRACES, '"fbtrace_id":"…"')
      .replace(catalog, SOME_CATALOG);
  return {
    text,
    path: (path) =>
      text(path.replace(/([?&])appsecret_proof=[^&]*(&?)/, (_all, before, after) => (after ? before : ''))),
    body: (body) => text(body.replace(/^\{"appsecret_proof":"[^"]*",/, '{')),
    headers: (headers) =>
      Object.fromEntries(
        KEPT.flatMap((name) => {
          const value = headers[name];
          if (typeof value !== 'string') return [];
          return [[name, name === 'x-business-use-case-usage' ? namelessUsage(value) : text(value)]];
        }),
      ),
    leaks: (given) => secrets.some((one) => given.includes(one)),
  };
};

/** The usage by business: its keys are numbers of businesses. */
const namelessUsage = (header: string): string => {
  try {
    const entries = Object.values(JSON.parse(header) as object);
    return JSON.stringify(Object.fromEntries(entries.map((entry, n) => [`${n + 1}`, entry])));
  } catch {
    return '…';
  }
};
