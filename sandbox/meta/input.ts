import type { IncomingMessage } from 'node:http';
import { invalidParameter } from './graph-error.ts';

/** The parameters of a call by name, from the query and from the body; the body wins. */
export type Params = Record<string, unknown>;

/** Reads the whole body; undefined if it has more than `limit` bytes (it is read to its end all the same, or the caller would see a reset). */
export const readBody = async (request: IncomingMessage, limit: number): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= limit) chunks.push(chunk);
    else chunks.length = 0;
  }
  return bytes > limit ? undefined : Buffer.concat(chunks);
};

const readForm = async (contentType: string, body: Buffer): Promise<Params> => {
  try {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
    const params: Params = {};
    for (const [name, value] of form) params[name] = typeof value === 'string' ? value : await value.text();
    return params;
  } catch {
    throw invalidParameter('The body is not the form that its content type says');
  }
};

/**
 * The parameters in a body: a multipart form, an URL-encoded form or JSON, all of which occur in practice.
 * Throws code 100 if the body is not what its content type says.
 */
export const readParams = async (contentType: string, body: Buffer): Promise<Params> => {
  if (body.length === 0) return {};
  if (contentType.startsWith('multipart/form-data')) return await readForm(contentType, body);
  if (contentType.startsWith('application/x-www-form-urlencoded'))
    return Object.fromEntries(new URLSearchParams(body.toString('utf8')));
  const params: unknown = parseJson(body.toString('utf8'));
  if (typeof params === 'object' && params !== null && !Array.isArray(params)) return params as Params;
  throw invalidParameter('The body is not a JSON object');
};

/** The value of a JSON text, undefined if it is none. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** A list given as such or as JSON text; undefined if it is neither. */
export const listParam = (value: unknown): unknown[] | undefined => {
  const list: unknown = typeof value === 'string' ? parseJson(value) : value;
  return Array.isArray(list) ? list : undefined;
};

/** A flag: true, "true", 1 and "1", or false, "false", 0 and "0". Throws code 100 for anything else. */
export const flagParam = (params: Params, name: string, otherwise: boolean): boolean => {
  const given = params[name];
  if (given === undefined || given === null || given === '') return otherwise;
  if (/^(true|1)$/i.test(String(given))) return true;
  if (/^(false|0)$/i.test(String(given))) return false;
  throw invalidParameter(`Param ${name} must be a boolean`);
};

/** The names in `fields=a,b{c},d`, without what braces hold; undefined if none are asked for. */
export const fieldsParam = (params: Params): string[] | undefined => {
  const given = params.fields;
  if (given === undefined || given === '') return undefined;
  let text = Array.isArray(given) ? given.join(',') : String(given);
  for (let inner = ''; inner !== text; ) [inner, text] = [text, text.replace(/\{[^{}]*\}/g, '')];
  return text.split(',').map((name) => name.trim().replace(/[.(].*$/, ''));
};

/** Code 100 if a field is asked for that an object of this type does not have. */
export const checkFields = (fields: readonly string[], known: Iterable<string>, type: string): void => {
  const names = new Set(known);
  for (const field of fields)
    if (!names.has(field))
      throw invalidParameter(`Tried accessing nonexistent field (${field}) on node type (${type})`);
};
