import { proofOf } from '@catalog-sync/shared/adapters/meta/appsecret-proof.ts';
import { graphClient } from '@catalog-sync/shared/adapters/meta/graph-client.ts';
import {
  type Answer,
  APP_SECRET,
  answering,
  graphError,
  secret,
  secretVersions,
  TOKEN,
  withGraph,
} from '@catalog-sync/shared/adapters/meta/test-graph.ts';
import type { Handle } from '@catalog-sync/shared/catalog/handle.ts';
import type { Graph } from '@catalog-sync/shared/ports/graph.ts';
import { maskFor, SOME_CATALOG } from './mask.ts';
import type { Exchange } from './recording.ts';
import { openRecordingProxy } from './recording-proxy.ts';

const CATALOG = '4711';
const secrets = secretVersions(secret(TOKEN, APP_SECRET));
const mask = maskFor({ secret: secret(TOKEN, APP_SECRET), catalogId: CATALOG });

const recorded = <A>(
  answers: Answer | Answer[],
  call: (graph: Graph) => Promise<A>,
): Promise<{
  outcome: A;
  exchanges: Exchange[];
  again: Exchange[];
  seen: { body: string; host: string | undefined }[];
}> =>
  withGraph(answers, async ({ url, seen }) => {
    const proxy = await openRecordingProxy(url, mask);
    try {
      const graph = graphClient({ baseUrl: proxy.url, version: 'v26.0', httpTimeoutMs: 2000, secrets });
      const outcome = await call(graph);
      return {
        outcome,
        exchanges: proxy.take(),
        again: proxy.take(),
        seen: seen.map(({ body, headers }) => ({
          body,
          host: `http://${headers.host}` === url ? 'its own' : headers.host,
        })),
      };
    } finally {
      await proxy.close();
    }
  });

const BODY = '{"allow_upsert":true,"requests":[{"method":"DELETE","data":{"id":"Bücher 🍵"}}]}';

describe('what passes on the way to Meta', () => {
  test('arrives there as it is, and is written down without the secret', async () => {
    const { outcome, exchanges, seen } = await recorded(
      answering(200, { handles: ['Ac1'] }, { 'x-app-usage': '{"call_count":12}', 'x-fb-debug': 'machine' }),
      (graph) => graph.sendBatch(CATALOG, BODY),
    );
    expect(outcome).toMatchObject({ kind: 'accepted', handle: 'Ac1', usage: { percent: 12 } });
    const proof = `{"appsecret_proof":"${proofOf(TOKEN, APP_SECRET)}",`;
    expect(seen).toEqual([{ body: proof + BODY.slice(1), host: 'its own' }]);
    expect(exchanges).toEqual([
      {
        method: 'POST',
        path: `/v26.0/${SOME_CATALOG}/items_batch?item_type=PRODUCT_ITEM`,
        body: BODY,
        status: 200,
        headers: { 'content-type': 'application/json', 'x-app-usage': '{"call_count":12}' },
        answer: '{"handles":["Ac1"]}',
      },
    ]);
  });

  test('a refusal comes back with its status and headers', async () => {
    const { outcome, exchanges } = await recorded(
      answering(401, graphError(190, { message: TOKEN }), { 'www-authenticate': 'OAuth "Facebook Platform"' }),
      (graph) => graph.checkHandle(CATALOG, 'Ac1' as Handle),
    );
    expect(outcome).toMatchObject({ kind: 'access', code: 190 });
    expect(exchanges[0]).toMatchObject({
      status: 401,
      body: null,
      headers: { 'www-authenticate': expect.any(String) },
    });
    expect(JSON.stringify(exchanges)).not.toContain(TOKEN);
  });

  test('a connection that breaks there breaks here, and is written down as no answer', async () => {
    const { outcome, exchanges } = await recorded(
      (_seen, response) => response.destroy(),
      (graph) => graph.sendBatch(CATALOG, BODY),
    );
    expect(outcome.kind).toBe('ambiguous');
    expect(exchanges).toMatchObject([{ body: BODY, status: null, answer: '' }]);
  });

  test('is taken once, in the order in which it came', async () => {
    const { exchanges, again } = await recorded(
      [answering(200, { handles: ['Ac1'] }), answering(200, { id: '1' })],
      async (graph) => {
        await graph.sendBatch(CATALOG, BODY);
        await graph.probe(CATALOG);
      },
    );
    expect(exchanges.map(({ method }) => method)).toEqual(['POST', 'GET']);
    expect(again).toEqual([]);
  });
});
