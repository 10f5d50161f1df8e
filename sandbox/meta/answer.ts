import type { ServerResponse } from 'node:http';
import { errorEnvelope, type GraphError } from './graph-error.ts';
import type { Settings } from './settings.ts';

/** What goes over the wire. */
export interface Answer {
  http: number;
  /** Text of the body; JSON unless the content type says otherwise. */
  body: string;
  headers: Record<string, string>;
  /** The connection breaks after so many bytes of the body, of which more was announced. */
  brokenAfter?: number;
}

export const jsonAnswer = (http: number, body: object, headers: Record<string, string>): Answer => ({
  http,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json; charset=UTF-8', ...headers },
});

export const htmlAnswer = (http: number, body: string, headers: Record<string, string> = {}): Answer => ({
  http,
  body,
  headers: { 'content-type': 'text/html', ...headers },
});

/** An error's status: its own, or that of its kind where Meta's is not known for sure. */
const httpOf = ({ code, details }: GraphError, settings: Settings): number => {
  if (details.http !== undefined) return details.http;
  if (code === 190) return settings.tokenErrorHttp;
  return code === 80009 || code === 80014 ? settings.throttleHttp : 400;
};

export const errorAnswer = (error: GraphError, settings: Settings, headers: Record<string, string>): Answer =>
  jsonAnswer(httpOf(error, settings), errorEnvelope(error), {
    ...headers,
    ...(error.code === 190 ? { 'www-authenticate': 'OAuth "Facebook Platform" "invalid_token"' } : {}),
  });

/** An answer of which only the first part comes: as if it were all, or with the connection broken. */
export const cutAnswer = (answer: Answer, share: number, end: 'clean' | 'reset'): Answer => {
  const bytes = Buffer.from(answer.body);
  const kept = Math.floor(bytes.length * share);
  if (end === 'clean') return { ...answer, body: bytes.subarray(0, kept).toString('utf8') };
  return { ...answer, brokenAfter: kept };
};

/** Sends an answer; without one the connection is reset. */
export const sendAnswer = (response: ServerResponse, answer: Answer | undefined): void => {
  if (answer === undefined) {
    response.socket?.resetAndDestroy();
    return;
  }
  const body = Buffer.from(answer.body);
  const head = { ...answer.headers, 'content-length': body.length };
  if (answer.brokenAfter === undefined) response.writeHead(answer.http, head).end(body);
  // What was written is let out first; a reset at once could overtake it.
  else response.writeHead(answer.http, head).write(body.subarray(0, answer.brokenAfter), () => response.destroy());
};
