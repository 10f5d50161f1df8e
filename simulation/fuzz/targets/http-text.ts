import type { Random } from '../random.ts';
import { reshapeJson } from '../reshape-json.ts';
import { jsonWords } from './words.ts';

/** What must not come out again, wherever an answer repeats it. */
export const TOKEN = 'EAAB-canary-token';
export const APP_SECRET = 'canary-app-secret';

const codes = [1, 2, 3, 4, 10, 17, 100, 190, 200, 368, 613, 803, 2500, 10800, 80009, 80014, -1];

export const httpWords: readonly (string | Uint8Array)[] = [
  ...jsonWords,
  TOKEN,
  APP_SECRET,
  `access_token=${TOKEN}`,
  '\r\n\r\n',
  'HTTP/1.1 200 OK\r\n',
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 429 Too Many Requests\r\n',
  'HTTP/1.1 503 x\r\n',
  'HTTP/1.1 413 x\r\n',
  'HTTP/1.1 304 x\r\n',
  'content-length: 5\r\n',
  'content-length: 99999999999\r\n',
  'transfer-encoding: chunked\r\n',
  'content-encoding: gzip\r\n',
  'content-encoding: br\r\n',
  'location: http://127.0.0.1:1/\r\n',
  'set-cookie: a=b\r\n',
  '__proto__: x\r\n',
  'retry-after: 60\r\n',
  'retry-after: -1\r\n',
  'retry-after: 1e308\r\n',
  'x-app-usage: {"call_count":44,"total_cputime":1e999,"total_time":7}\r\n',
  'x-business-use-case-usage: {"1":[{"call_count":95,"estimated_time_to_regain_access":1e999}]}\r\n',
  'x-business-use-case-usage: "{\\"1\\":[{\\"call_count\\":95}]}"\r\n',
  '"handles":["AcA"]',
  '"validation_status":[{"retailer_id":"A","errors":[{"message":"bad"}]}]',
  '"error":{"code":1e999,"message":"x"}',
  '"ids_of_invalid_requests":["A"]',
  '"errors_total_count":7',
  '"status":"finished"',
  'x'.repeat(2_000),
  '🍵'.repeat(501),
  ...codes.map((code) => `"code":${code}`),
];

const values: readonly unknown[] = [
  ...codes,
  TOKEN,
  APP_SECRET,
  `x ${TOKEN} y`,
  'finished',
  'error',
  '🍵'.repeat(501),
  ` ${'🍵'.repeat(501)}`,
  { message: `m ${TOKEN}` },
  { id: 'A', message: 'm' },
  { retailer_id: TOKEN, errors: [{ message: 'm' }], warnings: ['w'] },
  { code: 100, message: 'm', error_subcode: 33 },
  { call_count: 95, estimated_time_to_regain_access: 1e300 },
];

const BLANK = '\r\n\r\n';

/** Changes the JSON of a body, and says its length anew as a server would. */
export const reshapeHttp = (input: Buffer, random: Random): Buffer => {
  const text = input.toString();
  const at = text.indexOf(BLANK);
  if (at < 0) return input;
  const body = reshapeJson(text.slice(at + BLANK.length), values, random);
  const head = text.slice(0, at).replace(/content-length: \d+/i, `content-length: ${Buffer.byteLength(body)}`);
  return Buffer.from(head + BLANK + body);
};

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** The answer that a text of HTTP stands for, read leniently. */
export const answerOf = (input: Buffer): Answer => {
  const text = input.toString();
  const at = text.indexOf(BLANK);
  const [first = '', ...lines] = (at < 0 ? text : text.slice(0, at)).split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = Math.max(0, line.indexOf(':'));
    return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
  });
  return {
    status: Number(/\b(\d{3})\b/.exec(first)?.[1] ?? 200),
    headers: Object.fromEntries(headers),
    body: at < 0 ? '' : text.slice(at + BLANK.length),
  };
};
