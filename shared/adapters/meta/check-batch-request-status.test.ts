import type { Handle } from '../../catalog/handle.ts';
import { proofOf } from './appsecret-proof.ts';
import { APP_SECRET, answering, graphError, secret, secretVersions, TOKEN, withGraph } from './test-graph.ts';

const CATALOG = '1000000000000001';
const HANDLE = 'Ac x/T9&' as Handle;

describe('asking about a handle', () => {
  test('asks for the ids of invalid requests, which else stay away', () =>
    withGraph(
      answering(200, { data: [{ status: 'started' }] }),
      async ({ graph, seen }) => {
        await graph.checkHandle(CATALOG, HANDLE);
        const [{ method, url, headers }] = seen as [(typeof seen)[0]];
        expect([method, url.pathname]).toEqual(['GET', `/v26.0/${CATALOG}/check_batch_request_status`]);
        expect(Object.fromEntries(url.searchParams)).toEqual({
          handle: HANDLE,
          load_ids_of_invalid_requests: 'true',
          fields: 'handle,status,errors,errors_total_count,warnings,warnings_total_count,ids_of_invalid_requests',
          appsecret_proof: proofOf(TOKEN, APP_SECRET),
        });
        expect(headers.authorization).toBe(`Bearer ${TOKEN}`);
      },
      secretVersions(secret(TOKEN, APP_SECRET)),
    ));

  test('a finished one tells lists and totals, which may differ', async () => {
    const data = {
      handle: HANDLE,
      status: 'FINISHED',
      errors: [
        { line: 1, id: 'A', message: 'no price', error_type: 'EMPTY_PRICE' },
        { message: 'odd', error_type: 'no word of Meta’s' },
      ],
      errors_total_count: 6,
      warnings: [{ id: 7, message: 'long' }],
      ids_of_invalid_requests: ['A', 'A', 'B'],
    };
    expect(
      await withGraph(answering(200, { data: [data] }), ({ graph }) => graph.checkHandle(CATALOG, HANDLE)),
    ).toEqual({
      kind: 'finished',
      errors: [
        { id: 'A', message: 'no price', type: 'EMPTY_PRICE' },
        { id: null, message: 'odd', type: null },
      ],
      errorsTotal: 6,
      warnings: [{ id: '7', message: 'long', type: null }],
      warningsTotal: 1,
      invalidIds: ['A', 'A', 'B'],
      usage: { percent: 0, regainMs: 0 },
    });
  });

  test('an answer tells how much of the allowance is used', async () => {
    const usage = { [CATALOG]: [{ type: 'x', call_count: 96, estimated_time_to_regain_access: 3 }] };
    const headers = { 'x-business-use-case-usage': JSON.stringify(usage) };
    const answer = answering(200, { data: [{ status: 'started' }] }, headers);
    expect(await withGraph(answer, ({ graph }) => graph.checkHandle(CATALOG, HANDLE))).toEqual({
      kind: 'not-finished',
      status: 'started',
      usage: { percent: 96, regainMs: 180_000 },
    });
  });

  // As null in the stored verdict it kept publish from ever reading it, and the sync from settling.
  test('a total that no JSON can keep is none', async () => {
    const body = '{"data":[{"status":"finished","errors":[{"id":"A"}],"errors_total_count":1e999}]}';
    expect(await withGraph(answering(200, body), ({ graph }) => graph.checkHandle(CATALOG, HANDLE))).toMatchObject({
      kind: 'finished',
      errorsTotal: 1,
      warningsTotal: 0,
    });
  });

  test.each<[string, number, unknown, object]>([
    ['error', 200, { data: [{ status: 'error' }] }, { kind: 'error' }],
    ['canceled', 200, { data: [{ status: 'canceled' }] }, { kind: 'canceled' }],
    ['scheduled', 200, { data: [{ status: 'scheduled' }] }, { kind: 'not-finished', status: 'scheduled' }],
    ['a word nobody knows', 200, { data: [{ status: 'pondering' }] }, { kind: 'not-finished', status: 'pondering' }],
    ['empty data', 200, { data: [] }, { kind: 'not-finished', status: null }],
    ['a handle that Meta does not know', 400, graphError(100), { kind: 'lost' }],
    ['a catalog that is not ours', 400, graphError(100, { error_subcode: 33 }), { kind: 'access', code: 100 }],
    ['a dead token', 401, graphError(190), { kind: 'access', code: 190 }],
    ['too many calls', 400, graphError(80009), { kind: 'throttled', code: 80009 }],
    ['service down', 503, graphError(2), { kind: 'no-answer', why: 'code 2' }],
    ['code 1', 500, graphError(1), { kind: 'no-answer', why: 'code 1' }],
    ['HTML', 502, '<html>', { kind: 'no-answer' }],
    ['no data', 200, {}, { kind: 'no-answer' }],
  ])('%s', async (_name, status, body, outcome) => {
    expect(await withGraph(answering(status, body), ({ graph }) => graph.checkHandle(CATALOG, HANDLE))).toMatchObject(
      outcome,
    );
  });

  test('a refused app secret does not lose the handle', async () => {
    const secrets = secretVersions(secret(TOKEN, APP_SECRET));
    const check = (answers: ReturnType<typeof answering>[]) =>
      withGraph(answers, ({ graph }) => graph.checkHandle(CATALOG, HANDLE), secrets);
    expect(await check([answering(400, graphError(100))])).toMatchObject({ kind: 'no-answer' });
    expect(await check([answering(400, graphError(100)), answering(200, { id: CATALOG })])).toEqual({ kind: 'lost' });
  });

  test('silence says nothing about the handle', async () => {
    const outcome = await withGraph(
      () => {},
      ({ graph }) => graph.checkHandle(CATALOG, HANDLE),
      undefined,
      200,
    );
    expect(outcome).toEqual({ kind: 'no-answer', why: 'no answer in time' });
  });
});

describe('looking at a catalog', () => {
  test.each<[string, number, unknown, object]>([
    [
      'is there',
      200,
      { id: CATALOG, name: 'Shoes', product_count: 12 },
      { kind: 'ok', name: 'Shoes', productCount: 12 },
    ],
    ['is there without a name', 200, { id: CATALOG }, { kind: 'ok', name: null, productCount: null }],
    ['is there with an endless count', 200, '{"id":"12","product_count":1e999}', { kind: 'ok', productCount: null }],
    ['is not for this token', 400, graphError(100, { error_subcode: 33 }), { kind: 'access', code: 100, subcode: 33 }],
    ['too many calls', 400, graphError(80009), { kind: 'throttled' }],
    ['down', 500, graphError(2), { kind: 'no-answer' }],
    ['something else answers', 200, 'hello', { kind: 'no-answer' }],
  ])('%s', async (_name, status, body, outcome) => {
    expect(await withGraph(answering(status, body), ({ graph }) => graph.probe(CATALOG))).toMatchObject(outcome);
  });
});
