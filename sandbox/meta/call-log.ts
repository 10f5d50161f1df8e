import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';
import type { Answer } from './answer.ts';
import { parseJson } from './input.ts';

const pack = promisify(brotliCompress);
const unpack = promisify(brotliDecompress);

/** Half the time of the fastest deflate, and no larger: packing is much of what a large batch costs. */
const FASTEST = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MIN_QUALITY } };

/** A call as it is told to who asks. Bodies are JSON values, or texts where they are none; secrets in them and in the query are masked. */
export interface LoggedCall {
  /** Epoch milliseconds of the sandbox's clock. */
  at: number;
  method: string;
  path: string;
  query: Record<string, string>;
  /** null if the connection was reset instead of an answer. */
  status: number | null;
  /** How many entries a batch had. */
  entries?: number;
  /** The faults that happened to it. */
  faults?: string[];
}

/** The calls of late, oldest first. */
export interface CallLog {
  /** @param request JSON text of the parsed body @param response JSON text of the answer; undefined: there was none */
  add(call: LoggedCall, request: string | undefined, response: string | undefined): void;
  /** JSON texts of the calls at or after an instant. */
  texts(since: number): AsyncIterable<string>;
  clear(): void;
}

const MOST_CALLS = 10_000;
/** Texts up to this length stay with their call; longer ones are kept, packed, for the latest calls that have one. */
const SHORT = 4_096;
const MOST_LONG_CALLS = 200;
const MOST_PACKED_BYTES = 64 * 1024 * 1024;

/** What stands in place of a body that is no longer kept. */
const DROPPED = '{"dropped":true}';

type Body = { text: string } | { packed: Promise<Buffer> };
interface Kept {
  call: LoggedCall;
  request: Body;
  response: Body;
  bytes: number;
}

const isLong = (body: Body): body is { packed: Promise<Buffer> } => 'packed' in body;

export const callLog = (): CallLog => {
  let calls: Kept[] = [];
  let long: Kept[] = [];
  let packedBytes = 0;

  const dropLongest = (): void => {
    while (long.length > MOST_LONG_CALLS || packedBytes > MOST_PACKED_BYTES) {
      const oldest = long.shift();
      if (oldest === undefined) return;
      packedBytes -= oldest.bytes;
      if (isLong(oldest.request)) oldest.request = { text: DROPPED };
      if (isLong(oldest.response)) oldest.response = { text: DROPPED };
    }
  };

  const keepBody = (kept: Kept, which: 'request' | 'response', text: string | undefined): void => {
    if (text === undefined || text.length <= SHORT) {
      kept[which] = { text: text ?? 'null' };
      return;
    }
    const packed = pack(Buffer.from(text), FASTEST);
    kept[which] = { packed };
    if (long.at(-1) !== kept) long.push(kept);
    // Packing can only fail for want of memory; then who reads the call is told.
    packed.then(
      ({ length }) => {
        if (!long.includes(kept)) return;
        kept.bytes += length;
        packedBytes += length;
        dropLongest();
      },
      () => undefined,
    );
  };

  const textOf = async (body: Body): Promise<string> =>
    isLong(body) ? (await unpack(await body.packed)).toString('utf8') : body.text;

  return {
    add: (call, request, response) => {
      const kept: Kept = { call, request: { text: 'null' }, response: { text: 'null' }, bytes: 0 };
      keepBody(kept, 'request', request);
      keepBody(kept, 'response', response);
      dropLongest();
      calls.push(kept);
      if (calls.length > MOST_CALLS * 1.1) calls = calls.slice(-MOST_CALLS);
    },
    texts: async function* (since) {
      for (const { call, request, response } of calls.filter(({ call }) => call.at >= since)) {
        const head = JSON.stringify(call).slice(0, -1);
        yield `${head},"request":${await textOf(request)},"response":${await textOf(response)}}`;
      }
    },
    clear: () => {
      calls = [];
      long = [];
      packedBytes = 0;
    },
  };
};

/** Parameters that hold a token, or what is made from one. */
const SECRETS = ['access_token', 'input_token', 'appsecret_proof'];
export const isSecret = (parameter: string): boolean => SECRETS.includes(parameter);

const SHORTEST_TOKEN = 10;

/** Replaces a token wherever it stands, for callers put it in strange places: a path, an id, a parameter of another name. */
export const withoutToken = (text: string, token: string): string =>
  // A token made up for play may be a word that answers are full of.
  token.length < SHORTEST_TOKEN ? text : text.replaceAll(token, '***').replaceAll(encodeURIComponent(token), '***');

const SECRET_IN_ADDRESS = new RegExp(`(${SECRETS.join('|')})=[^&"\\\\]*`, 'g');

/** An answer's body as JSON text; what is no JSON becomes a text. The addresses of next pages repeat secrets of the query. */
export const loggedAnswer = ({ body, headers, brokenAfter }: Answer): string => {
  const masked = body.replace(SECRET_IN_ADDRESS, '$1=***');
  const isJson = headers['content-type']?.startsWith('application/json') && brokenAfter === undefined;
  return isJson && parseJson(masked) !== undefined ? masked : JSON.stringify(masked.slice(0, brokenAfter));
};

/** The query's parameters, secrets masked. */
export const maskedQuery = (url: URL): Record<string, string> =>
  Object.fromEntries([...url.searchParams].map(([name, value]) => [name, isSecret(name) ? '***' : value]));
