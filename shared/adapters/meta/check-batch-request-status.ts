import { isRight } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { Handle } from '../../catalog/handle.ts';
import type { CheckOutcome, NamedMessage, Usage } from '../../ports/graph.ts';
import { type Clean, type Connection, callGraph } from './call-graph.ts';
import { messageOf, textOf } from './items-batch.ts';
import { refusesProof } from './probe-catalog.ts';
import { usageOf } from './usage.ts';

const FIELDS = 'handle,status,errors,errors_total_count,warnings,warnings_total_count,ids_of_invalid_requests';

const Answer = t.type({ data: t.array(t.UnknownRecord) });

/**
 * `GET /{catalog}/check_batch_request_status` (its reference). The ids of invalid requests come only when they are asked
 * for; `errors` may be a sample, `errors_total_count` is the number.
 */
export const checkBatchRequestStatus = async (
  connection: Connection,
  catalogId: string,
  handle: Handle,
): Promise<CheckOutcome> => {
  const { reply, clean, proven } = await callGraph(connection, {
    catalogId,
    edge: 'check_batch_request_status',
    parameters: { handle, load_ids_of_invalid_requests: 'true', fields: FIELDS },
  });
  switch (reply.kind) {
    case 'answered': {
      const answer = Answer.decode(reply.json);
      if (!isRight(answer)) return { kind: 'no-answer', why: `HTTP ${reply.status} that is not Graph's` };
      return verdictOf(answer.right.data[0] ?? {}, clean, usageOf(reply.headers));
    }
    case 'throttled':
    case 'access':
      return reply;
    case 'invalid-parameter':
      return proven && (await refusesProof(connection, catalogId)) !== undefined
        ? { kind: 'no-answer', why: 'Meta refuses the app secret' }
        : { kind: 'lost' };
    case 'unreachable':
    case 'ambiguous':
      return { kind: 'no-answer', why: reply.why };
    case 'too-large':
    case 'server':
    case 'unexplained':
      return { kind: 'no-answer', why: `code ${reply.code}` };
  }
};

const verdictOf = (data: Record<string, unknown>, clean: Clean, usage: Usage): CheckOutcome => {
  const status = typeof data.status === 'string' ? clean(data.status).toLowerCase() : null;
  if (status === 'error' || status === 'canceled') return { kind: status, usage };
  if (status !== 'finished') return { kind: 'not-finished', status, usage };
  const errors = messagesOf(data.errors, clean);
  const warnings = messagesOf(data.warnings, clean);
  return {
    kind: 'finished',
    errors,
    errorsTotal: countOf(data.errors_total_count, errors.length),
    warnings,
    warningsTotal: countOf(data.warnings_total_count, warnings.length),
    invalidIds: Array.isArray(data.ids_of_invalid_requests)
      ? data.ids_of_invalid_requests.map((id) => textOf(id, clean)).filter((id) => id !== null)
      : [],
    usage,
  };
};

const messagesOf = (list: unknown, clean: Clean): NamedMessage[] =>
  Array.isArray(list)
    ? list.map((entry: unknown) => ({
        id: idOf(entry, clean),
        message: clean(messageOf(entry)),
        type: typeOf(entry),
      }))
    : [];

const idOf = (entry: unknown, clean: Clean): string | null =>
  typeof entry === 'object' && entry !== null && 'id' in entry ? textOf(entry.id, clean) : null;

/** A word in capitals, or it is none of Meta's. */
const typeOf = (entry: unknown): string | null =>
  typeof entry === 'object' &&
  entry !== null &&
  'error_type' in entry &&
  typeof entry.error_type === 'string' &&
  /^[A-Z][A-Z0-9_]{1,99}$/.test(entry.error_type)
    ? entry.error_type
    : null;

/** A count that is absent, no count, or smaller than its list says less than the list. */
const countOf = (count: unknown, listed: number): number =>
  Number.isSafeInteger(count) && Number(count) > listed ? Number(count) : listed;
