import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { S3Error } from './errors.ts';
import type { S3Options } from './options.ts';
import type { Store } from './store.ts';
import { type XmlField, xmlDocument } from './xml.ts';

/** What all operations work on. */
export interface Core {
  readonly options: S3Options;
  readonly store: Store;
}

/** One request, taken apart. */
export interface Call {
  readonly core: Core;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  /** Empty for the service itself. */
  readonly bucket: string;
  /** Empty for the bucket itself. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly requestId: string;
  /** From the signature's credential, in the header or in a presigned URL; undefined when the request is not signed. */
  readonly accessKeyId: string | undefined;
}

/** S3's limit for object keys, in bytes of UTF-8. */
const MAX_KEY_BYTES = 1024;

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error('InvalidURI', "Couldn't parse the specified URI.", { URI: text });
  }
};

const accessKeyOf = (request: IncomingMessage, query: URLSearchParams): string | undefined => {
  const fromHeader = /Credential=([^/,\s]+)\//.exec(request.headers.authorization ?? '')?.[1];
  return fromHeader ?? (query.get('X-Amz-Credential')?.split('/')[0] || undefined);
};

/** Takes a path-style request apart. Throws InvalidURI and KeyTooLongError. */
export const callOf = (core: Core, request: IncomingMessage, response: ServerResponse, requestId: string): Call => {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
  const slash = path.indexOf('/', 1);
  const bucket = decoded(slash < 0 ? path.slice(1) : path.slice(1, slash));
  const key = slash < 0 ? '' : decoded(path.slice(slash + 1));
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new S3Error('KeyTooLongError', 'Your key is too long', {
      Size: String(Buffer.byteLength(key)),
      MaxSizeAllowed: String(MAX_KEY_BYTES),
    });
  }
  const accessKeyId = accessKeyOf(request, query);
  return { core, request, response, method: request.method ?? '', bucket, key, query, requestId, accessKeyId };
};

export const newRequestId = (): string => randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase();

/** A request header's value; several of one name are joined. */
export const header = (call: Call, name: string): string | undefined => {
  const value = call.request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
};

/** A number in the query within bounds. Throws InvalidArgument. */
export const numberIn = (call: Call, name: string, least: number, greatest: number, missing: number): number => {
  const text = call.query.get(name);
  if (text === null || text === '') return missing;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= 2 ** 31 - 1) return Math.min(value, greatest);
  throw new S3Error('InvalidArgument', `Argument ${name} must be an integer between ${least} and 2147483647`, {
    ArgumentName: name,
    ArgumentValue: text,
  });
};

export type Headers = Readonly<Record<string, string | undefined>>;

/** Header values that are undefined are left out. */
export const setHeaders = (call: Call, headers: Headers): void => {
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) call.response.setHeader(name, value);
};

export const answerEmpty = (call: Call, status: number, headers: Headers = {}): void => {
  setHeaders(call, headers);
  if (status !== 204 && call.method !== 'HEAD') call.response.setHeader('content-length', 0);
  call.response.writeHead(status).end();
};

export const answerText = (call: Call, status: number, text: string, headers: Headers = {}): void => {
  setHeaders(call, headers);
  const body = Buffer.from(text);
  call.response.writeHead(status, { 'content-type': 'application/xml', 'content-length': body.length });
  call.response.end(call.method === 'HEAD' ? undefined : body);
};

export const answerXml = (call: Call, root: string, fields: readonly XmlField[], headers: Headers = {}): void =>
  answerText(call, 200, xmlDocument(root, fields), headers);

/** A date in XML. */
export const isoTime = (epochMs: number): string => new Date(epochMs).toISOString();
/** A date in a header. */
export const httpTime = (epochMs: number): string => new Date(epochMs).toUTCString();
