import { isRight } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { AccessRefused, ServerFailed, Throttled } from '../../ports/graph.ts';
import { regainOf } from './usage.ts';

/** Graph's error envelope; only message and code can be counted on (Graph API error handling). */
const Envelope = t.type({
  error: t.intersection([
    // JSON may write numbers that no table keeps: 1e999.
    t.type({ code: t.Int }),
    t.partial({ message: t.unknown, error_subcode: t.unknown, is_transient: t.unknown }),
  ]),
});

/** Call limits of app, user, page, and of custom rules; the business use cases have 80000 to 80014, catalogs 80009 and 80014. */
const THROTTLES = new Set([4, 17, 32, 341, 613]);
const isThrottle = (code: number): boolean => THROTTLES.has(code) || (code >= 80_000 && code <= 80_014);

/**
 * Token, permission, approval, block, unknown catalog, version too old: all of them need a person, none is about an item.
 * 10 and 200 to 299 are permissions, 102, 104 and 190 tokens, 33 and 803 objects, 2500 no token, 2635 an old version.
 */
const ACCESS = new Set([3, 10, 33, 102, 104, 190, 368, 803, 2500, 2635]);
const isAccess = (code: number, subcode: number | null): boolean =>
  ACCESS.has(code) || (code >= 200 && code <= 299) || (code === INVALID_PARAMETER && subcode === OBJECT_MISSING);

const INVALID_PARAMETER = 100;
/** With 100: the object does not exist, or not for this token. */
const OBJECT_MISSING = 33;
const UNKNOWN_OR_TOO_LARGE = 1;
const SERVICE_DOWN = 2;
const TOO_MANY_REQUESTS = 429;
const PAYLOAD_TOO_LARGE = 413;

export type GraphRefusal =
  | Throttled
  | AccessRefused
  | ServerFailed
  | { kind: 'too-large'; code: number | null }
  | { kind: 'invalid-parameter'; code: number; subcode: number | null; message: string }
  | { kind: 'unexplained'; code: number; subcode: number | null; message: string };

interface Answer {
  status: number;
  headers: Readonly<Record<string, unknown>>;
  json: unknown;
}

/**
 * What an answer refuses, by its code; undefined when it is no refusal of Graph's. `type` and the texts say nothing that
 * could be relied on: throttling, too, is an `OAuthException`, and messages come in the account's language.
 */
export const refusalOf = (
  { status, headers, json }: Answer,
  clean: (text: string) => string,
  secretVersion: string,
): GraphRefusal | undefined => {
  const envelope = Envelope.decode(json);
  if (!isRight(envelope)) {
    if (status === TOO_MANY_REQUESTS) return { kind: 'throttled', code: null, regainMs: regainOf(headers) };
    if (status === PAYLOAD_TOO_LARGE) return { kind: 'too-large', code: null };
    return undefined;
  }
  const { code, error_subcode, message: text, is_transient } = envelope.right.error;
  const subcode = t.Int.is(error_subcode) ? error_subcode : null;
  const message = clean(typeof text === 'string' ? text : '');
  if (isThrottle(code)) return { kind: 'throttled', code, regainMs: regainOf(headers) };
  if (isAccess(code, subcode)) return { kind: 'access', code, subcode, message, secretVersion };
  if (status === TOO_MANY_REQUESTS) return { kind: 'throttled', code, regainMs: regainOf(headers) };
  if (status === PAYLOAD_TOO_LARGE) return { kind: 'too-large', code: null };
  if (code === INVALID_PARAMETER) return { kind: 'invalid-parameter', code, subcode, message };
  if (code === UNKNOWN_OR_TOO_LARGE) return { kind: 'too-large', code };
  if (code === SERVICE_DOWN || code < 0 || status >= 500 || is_transient === true)
    return { kind: 'server', code, message };
  return { kind: 'unexplained', code, subcode, message };
};
