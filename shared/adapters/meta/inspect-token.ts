import { isRight } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { type EpochMs, epochMs } from '../../catalog/instant.ts';
import type { Clean } from './call-graph.ts';
import { type Look, type Reader, readGraph } from './read-graph.ts';

/** A moment at which something ends; null when Meta does not say. */
export type End = EpochMs | 'never' | null;

export interface SeenToken {
  kind: 'token';
  valid: boolean;
  expires: End;
  /** After that the token lives, but is shown no data; users' tokens have it, system users' do not. */
  dataAccessExpires: End;
  /** Null when Meta does not say. */
  scopes: string[] | null;
  /** Why it is not valid. */
  error: { code: number; subcode: number | null; message: string } | null;
}

const Answer = t.type({ data: t.UnknownRecord });

/**
 * `GET /debug_token`: what Meta knows of the token. By Meta's definition the token goes as a parameter, and is asked about
 * by a token of the app or of its people: this one asks about itself, for the app's id, which an app's token needs, we do
 * not have. Nothing keeps the address that it stands in.
 */
export const inspectToken = (reader: Reader, proven: boolean): Promise<Look<SeenToken>> =>
  readGraph(reader, {
    path: 'debug_token',
    parameters: { input_token: reader.secret.accessToken },
    proven,
    read: (json, clean) => {
      const answer = Answer.decode(json);
      return isRight(answer) ? tokenOf(answer.right.data, clean) : undefined;
    },
  });

const tokenOf = (data: Record<string, unknown>, clean: Clean): SeenToken => ({
  kind: 'token',
  valid: data.is_valid === true,
  expires: endOf(data.expires_at),
  dataAccessExpires: endOf(data.data_access_expires_at),
  scopes: Array.isArray(data.scopes) ? data.scopes.filter((scope) => typeof scope === 'string').map(clean) : null,
  error: errorOf(data.error, clean),
});

/** Of an instant that JavaScript knows (ECMAScript, time values); what ends later ends never. */
const LATEST_SECOND = 8.64e12;

/** In seconds; 0 is never. */
const endOf = (seconds: unknown): End => {
  if (typeof seconds !== 'number') return null;
  return seconds > 0 && seconds <= LATEST_SECOND ? epochMs(Math.floor(seconds) * 1000) : 'never';
};

const ErrorGiven = t.intersection([t.type({ code: t.Int }), t.partial({ subcode: t.unknown, message: t.unknown })]);

const errorOf = (given: unknown, clean: Clean): SeenToken['error'] => {
  const error = ErrorGiven.decode(given);
  if (!isRight(error)) return null;
  const { code, subcode, message } = error.right;
  return {
    code,
    subcode: t.Int.is(subcode) ? subcode : null,
    message: typeof message === 'string' ? clean(message) : '',
  };
};
