import { Buffer } from 'node:buffer';
import { isRight } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { Handle } from '../../catalog/handle.ts';
import type { ItemRemark, SendOutcome } from '../../ports/graph.ts';
import { META_MAX_BYTES } from '../../settings.ts';
import { type Clean, type Connection, callGraph } from './call-graph.ts';
import { refusesProof } from './probe-catalog.ts';
import { usageOf } from './usage.ts';

/** Either part may be absent: no handle means that nothing was taken in, no validation_status that nothing is wrong. */
const Answer = t.partial({ handles: t.array(t.unknown), validation_status: t.array(t.UnknownRecord) });

/** `POST /{catalog}/items_batch` (items_batch reference). `bodyJson` is sent byte for byte, but for the proof. */
export const sendItemsBatch = async (
  connection: Connection,
  catalogId: string,
  bodyJson: Uint8Array | string,
): Promise<SendOutcome> => {
  const body = typeof bodyJson === 'string' ? Buffer.from(bodyJson) : bodyJson;
  if (body.byteLength > META_MAX_BYTES) return { kind: 'too-large', code: null };
  const { reply, clean, proven } = await callGraph(connection, {
    catalogId,
    edge: 'items_batch',
    parameters: { item_type: 'PRODUCT_ITEM' },
    body,
  });
  if (reply.kind === 'invalid-parameter' && proven) {
    const message = await refusesProof(connection, catalogId);
    if (message !== undefined) {
      const { version: secretVersion } = await connection.secrets.meta();
      return { kind: 'access', code: reply.code, subcode: reply.subcode, message, secretVersion };
    }
  }
  if (reply.kind !== 'answered') return reply;
  const { status, headers, json } = reply;
  const answer = Answer.decode(json);
  if (status < 200 || status > 299 || !isObject(json) || !isRight(answer)) {
    return { kind: 'ambiguous', why: `HTTP ${status} that is not Graph's` };
  }
  const { handles = [], validation_status = [] } = answer.right;
  const validation = validation_status.map((remark) => remarkOf(remark, clean));
  const [handle] = handles;
  const usage = usageOf(headers);
  if (typeof handle !== 'string' || handle === '') return { kind: 'no-handle', validation, usage };
  if (!HANDLE.test(handle) || clean(handle) !== handle)
    return { kind: 'ambiguous', why: "a handle that is not Graph's" };
  return { kind: 'accepted', handle: handle as Handle, validation, usage };
};

/** Graph's handles are of 90 to 120 URL-safe characters. A longer one than this fits into no key of a table. */
const HANDLE = /^[\x21-\x7e]{1,1000}$/;

const isObject = (json: unknown): boolean => typeof json === 'object' && json !== null && !Array.isArray(json);

const remarkOf = (remark: Record<string, unknown>, clean: Clean): ItemRemark => ({
  id: textOf(remark.retailer_id, clean),
  errors: messagesOf(remark.errors, clean),
  warnings: messagesOf(remark.warnings, clean),
});

/** Ids come as text; a number is taken for the text that it stands for. Ours lose nothing by being cleaned. */
export const textOf = (id: unknown, clean: Clean): string | null =>
  typeof id === 'string' && id !== '' ? clean(id) : typeof id === 'number' ? String(id) : null;

const messagesOf = (list: unknown, clean: Clean): string[] =>
  Array.isArray(list) ? list.map((entry: unknown) => clean(messageOf(entry))) : [];

export const messageOf = (entry: unknown): string =>
  typeof entry === 'object' && entry !== null && 'message' in entry && typeof entry.message === 'string'
    ? entry.message
    : typeof entry === 'string'
      ? entry
      : '';
