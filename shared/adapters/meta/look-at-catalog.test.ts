import { proofOf } from './appsecret-proof.ts';
import { lookAtCatalog } from './look-at-catalog.ts';
import type { Reader } from './read-graph.ts';
import { APP_SECRET, answering, graphError, secret, TOKEN, withGraph } from './test-graph.ts';

const CATALOG = '1000000000000001';

const readerAt = (base: string, httpTimeoutMs = 5000): Reader => ({
  base,
  version: 'v26.0',
  httpTimeoutMs,
  secret: secret(TOKEN, APP_SECRET),
});

describe('looking at a catalog for a person', () => {
  test.each([
    ['with the proof', true, { appsecret_proof: proofOf(TOKEN, APP_SECRET) }],
    ['without it, though there is an app secret', false, {}],
  ])('is one GET, the token in the header, %s', (_what, proven, proof) =>
    withGraph(answering(200, { id: CATALOG }), async ({ seen, url: base }) => {
      await lookAtCatalog(readerAt(base), CATALOG, proven);
      expect(seen).toHaveLength(1);
      const { method, url, headers } = seen[0]!;
      expect([method, url.pathname]).toEqual(['GET', `/v26.0/${CATALOG}`]);
      expect(Object.fromEntries(url.searchParams)).toEqual({ fields: 'id,name,product_count,vertical', ...proof });
      expect(headers.authorization).toBe(`Bearer ${TOKEN}`);
    }),
  );

  const shoes = { id: CATALOG, name: 'Shoes', product_count: 12, vertical: 'commerce' };
  test.each<[string, number, unknown, object]>([
    ['shows what it is', 200, shoes, { kind: 'catalog', name: 'Shoes', products: 12, vertical: 'commerce' }],
    ['shows no more than there is', 200, { id: CATALOG, product_count: 'many' }, { kind: 'catalog', products: null }],
    ['tells a proof that is refused', 400, graphError(100), { kind: 'invalid-parameter', subcode: null }],
    ['from a catalog that is not ours', 400, graphError(100, { error_subcode: 33 }), { kind: 'access', subcode: 33 }],
    ['tells a code nobody knows', 400, graphError(10800), { kind: 'unexplained', code: 10800 }],
    ['takes no other answer for a catalog', 200, 'hello', { kind: 'ambiguous' }],
    ['nor an error without an envelope', 404, shoes, { kind: 'ambiguous', why: "HTTP 404 that is not Graph's" }],
  ])('%s', (_what, status, body, seen) =>
    withGraph(answering(status, body), async ({ url }) => {
      expect((await lookAtCatalog(readerAt(url), CATALOG, true)).seen).toMatchObject(seen);
    }),
  );

  const header = JSON.stringify({ 77: [{ call_count: 91, estimated_time_to_regain_access: 4 }] });
  test.each<[string, number, unknown, Record<string, string>, object | null]>([
    ['of an answer', 200, shoes, { 'x-business-use-case-usage': header }, { percent: 91, regainMs: 240_000 }],
    ['of a refusal, too', 400, graphError(200), { 'X-App-Usage': '{"call_count":44}' }, { percent: 44, regainMs: 0 }],
    ['unless no header came', 200, shoes, {}, null],
  ])('tells the usage %s', (_what, status, body, headers, usage) =>
    withGraph(answering(status, body, headers), async ({ url }) => {
      expect((await lookAtCatalog(readerAt(url), CATALOG, true)).usage).toEqual(usage);
    }),
  );

  test('tells a machine that is not there from one that is silent', async () => {
    expect((await lookAtCatalog(readerAt('http://127.0.0.1:1'), CATALOG, true)).seen.kind).toBe('unreachable');
    await withGraph(
      () => {},
      async ({ url }) => {
        expect((await lookAtCatalog(readerAt(url, 200), CATALOG, true)).seen.kind).toBe('ambiguous');
      },
    );
  });
});
