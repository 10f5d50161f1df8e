import { isRight } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { ProbeOutcome } from '../../ports/graph.ts';
import { type Connection, callGraph } from './call-graph.ts';

/** Within the time that callers leave between a call and their own end. */
const SHORT_LOOK_MS = 10_000;

const Catalog = t.intersection([t.type({ id: t.unknown }), t.partial({ name: t.unknown, product_count: t.unknown })]);

/** `GET /{catalog}`: proves token, permission and catalog. */
export const probeCatalog = async (connection: Connection, catalogId: string): Promise<ProbeOutcome> => {
  const { reply, clean } = await callGraph(connection, {
    catalogId,
    edge: '',
    parameters: { fields: 'id,name,product_count' },
  });
  switch (reply.kind) {
    case 'answered': {
      const catalog = Catalog.decode(reply.json);
      if (!isRight(catalog)) return { kind: 'no-answer', why: `HTTP ${reply.status} without a catalog` };
      const { name, product_count: count } = catalog.right;
      return {
        kind: 'ok',
        name: typeof name === 'string' ? clean(name) : null,
        productCount: t.Int.is(count) ? count : null,
      };
    }
    case 'throttled':
    case 'access':
      return reply;
    case 'unreachable':
    case 'ambiguous':
      return { kind: 'no-answer', why: reply.why };
    case 'too-large':
    case 'server':
    case 'invalid-parameter':
    case 'unexplained':
      return { kind: 'no-answer', why: `code ${reply.code}` };
  }
};

/**
 * Whether Graph refuses our proof, which it does with the same code 100 as a wrong parameter: then this plain look at the
 * catalog, which has no parameter to be wrong, is refused with it, too. A wrong app secret must not be taken for wrong items.
 */
export const refusesProof = async (connection: Connection, catalogId: string): Promise<string | undefined> => {
  const short = { ...connection, httpTimeoutMs: Math.min(connection.httpTimeoutMs, SHORT_LOOK_MS) };
  const { reply } = await callGraph(short, { catalogId, edge: '', parameters: { fields: 'id' } });
  return reply.kind === 'invalid-parameter' ? reply.message : undefined;
};
