import { Buffer } from 'node:buffer';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { isAxiosError } from 'axios';
import { META_MAX_BYTES } from '../../settings.ts';

/** A list of errors may name each of 5,000 items more than once. */
const LARGEST_ANSWER = 32_000_000;
/** What the proof adds to a body. */
const ROOM_FOR_PROOF = 1000;

/**
 * Each call has a connection of its own: one kept open may be closed by the other side just as a call goes out on it, and
 * nobody could say whether the call arrived. No proxy, no redirects, no URL but ours.
 */
const http = axios.create({
  httpAgent: new HttpAgent({ keepAlive: false }),
  httpsAgent: new HttpsAgent({ keepAlive: false }),
  proxy: false,
  maxRedirects: 0,
  allowAbsoluteUrls: false,
  maxBodyLength: META_MAX_BYTES + ROOM_FOR_PROOF,
  maxContentLength: LARGEST_ANSWER,
  responseType: 'text',
  transformResponse: (text: unknown) => text,
  transformRequest: (body: unknown) => body,
  validateStatus: () => true,
  headers: { accept: 'application/json', 'user-agent': 'catalog-sync' },
});

export interface HttpRequest {
  base: string;
  /** Below `base`, with its query; made of checked parts only. */
  path: string;
  token: string;
  /** Sent as a POST; a GET without it. */
  body?: Uint8Array;
  signal: AbortSignal;
}

export type HttpReply =
  /** `json` is undefined when the answer is no JSON. */
  | { kind: 'answered'; status: number; headers: Readonly<Record<string, unknown>>; json: unknown }
  /** Nothing has left this machine. */
  | { kind: 'unreachable'; why: string }
  /** It may have arrived. */
  | { kind: 'ambiguous'; why: string };

/** One HTTP exchange. No error of the HTTP client leaves it, for such errors hold the request, and with it the token. */
export const exchange = async ({ base, path, token, body, signal }: HttpRequest): Promise<HttpReply> => {
  try {
    const answer = await http.request<unknown>({
      baseURL: base,
      url: path,
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      // axios takes a Buffer and refuses any other bytes.
      ...(body === undefined ? {} : { data: Buffer.from(body.buffer, body.byteOffset, body.byteLength) }),
      signal,
    });
    return { kind: 'answered', status: answer.status, headers: { ...answer.headers }, json: jsonOf(answer.data) };
  } catch (error) {
    if (signal.aborted) return { kind: 'ambiguous', why: 'no answer in time' };
    return failureOf(error);
  }
};

const jsonOf = (text: unknown): unknown => {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
};

/** The steps before a request leaves: resolving the name, connecting. */
const BEFORE_SENDING = new Set(['getaddrinfo', 'connect']);
/** TLS refused the other side before anything was sent to it. */
const CERTIFICATE =
  /^(CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|UNABLE_TO_|ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)/;

const failureOf = (error: unknown): HttpReply => {
  const code = isAxiosError(error) && error.code !== undefined ? error.code : 'the HTTP client failed';
  const cause: unknown = isAxiosError(error) ? error.cause : undefined;
  // A name with several addresses fails with one error an address.
  const steps = isObject(cause) && Array.isArray(cause.errors) ? cause.errors : [cause];
  const unsent = steps.every((step) => BEFORE_SENDING.has(stepOf(step))) || CERTIFICATE.test(code);
  return { kind: unsent ? 'unreachable' : 'ambiguous', why: code };
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const stepOf = (error: unknown): string => (isObject(error) ? String(error.syscall) : '');
