import { createServer } from 'node:net';
import { META_MAX_BYTES } from '../../settings.ts';
import { proofOf } from './appsecret-proof.ts';
import { graphClient } from './graph-client.ts';
import {
  type Answer,
  APP_SECRET,
  answering,
  graphError,
  secret,
  secretVersions,
  TOKEN,
  withGraph,
} from './test-graph.ts';

const CATALOG = '1000000000000001';
const BODY = '{"allow_upsert":true,"requests":[{"method":"DELETE","data":{"id":"Ä 1"}}]}';
const none = { percent: 0, regainMs: 0 };

const send = (answers: Answer | readonly Answer[], secrets = secretVersions(secret()), timeoutMs = 5000) =>
  withGraph(answers, ({ graph }) => graph.sendBatch(CATALOG, BODY), secrets, timeoutMs);

describe('a batch goes out', () => {
  // S3 hands over plain bytes, which axios takes for an error if they are not made a Buffer.
  test.each([
    ['text', BODY],
    ['a Buffer', Buffer.from(BODY)],
    ['plain bytes', new TextEncoder().encode(`..${BODY}..`).subarray(2, -2)],
  ])('byte for byte, given as %s, with the token in the header alone', (_how, given) =>
    withGraph(answering(200, { handles: ['AcxT9'] }), async ({ graph, seen }) => {
      expect(await graph.sendBatch(CATALOG, given)).toMatchObject({ kind: 'accepted' });
      const [{ method, url, headers, body }] = seen as [(typeof seen)[0]];
      expect([method, url.pathname, url.search]).toEqual([
        'POST',
        `/v26.0/${CATALOG}/items_batch`,
        '?item_type=PRODUCT_ITEM',
      ]);
      expect(body).toBe(BODY);
      expect(headers.authorization).toBe(`Bearer ${TOKEN}`);
      expect(headers['content-type']).toBe('application/json');
    }),
  );

  test('with the proof in the body when there is an app secret', () =>
    withGraph(
      answering(200, { handles: ['AcxT9'] }),
      async ({ graph, seen }) => {
        await graph.sendBatch(CATALOG, BODY);
        const proof = proofOf(TOKEN, APP_SECRET);
        expect(JSON.parse(seen[0]!.body)).toEqual({ ...JSON.parse(BODY), appsecret_proof: proof });
        expect(seen[0]!.body.endsWith(BODY.slice(1))).toBe(true);
        expect(seen[0]!.url.search).not.toContain('proof');
      },
      secretVersions(secret(TOKEN, APP_SECRET)),
    ));

  test('the proof is the hex HMAC-SHA256 of the token under the app secret', () => {
    expect(proofOf('Hi There', '\x0b'.repeat(20))).toBe(
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    );
  });

  test.each(['../me', '12/../34', '//host', '@host', '', '１２'])('never to %s, which is no catalog id', (id) =>
    withGraph(answering(200, {}), async ({ graph, seen }) => {
      await expect(graph.sendBatch(id, BODY)).rejects.toThrow('digits');
      expect(seen).toEqual([]);
    }),
  );

  test('not at all when it is larger than Meta ever takes', () =>
    withGraph(answering(200, {}), async ({ graph, seen }) => {
      expect(await graph.sendBatch(CATALOG, new Uint8Array(META_MAX_BYTES + 1))).toEqual({
        kind: 'too-large',
        code: null,
      });
      expect(seen).toEqual([]);
    }));
});

describe('what Meta answers to a batch', () => {
  test.each<[string, number, unknown, unknown]>([
    ['a handle', 200, { handles: ['Ac1'] }, { kind: 'accepted', handle: 'Ac1', validation: [], usage: none }],
    [
      'a handle and remarks',
      200,
      {
        handles: ['Ac1'],
        validation_status: [
          { retailer_id: 'A', errors: [{ message: 'e1' }, { message: 'e2' }] },
          { retailer_id: 7, warnings: [{ message: 'w' }] },
        ],
      },
      {
        kind: 'accepted',
        handle: 'Ac1',
        validation: [
          { id: 'A', errors: ['e1', 'e2'], warnings: [] },
          { id: '7', errors: [], warnings: ['w'] },
        ],
        usage: none,
      },
    ],
    [
      'no handle: nothing was taken in',
      200,
      { validation_status: [{ errors: [{ message: 'Can not find required field id' }] }] },
      {
        kind: 'no-handle',
        validation: [{ id: null, errors: ['Can not find required field id'], warnings: [] }],
        usage: none,
      },
    ],
    ['an empty list of handles', 200, { handles: [] }, { kind: 'no-handle', validation: [], usage: none }],
    ['code 1', 500, graphError(1), { kind: 'too-large', code: 1 }],
    ['413 of a proxy', 413, '<html>', { kind: 'too-large', code: null }],
    ['code 80014', 400, graphError(80014), { kind: 'throttled', code: 80014, regainMs: 0 }],
    ['code 4', 403, graphError(4), { kind: 'throttled', code: 4, regainMs: 0 }],
    ['code 613', 400, graphError(613), { kind: 'throttled', code: 613, regainMs: 0 }],
    ['429 without an envelope', 429, 'slow down', { kind: 'throttled', code: null, regainMs: 0 }],
    ['an HTML 502', 502, '<html>', { kind: 'ambiguous', why: "HTTP 502 that is not Graph's" }],
    ['a list', 200, '[]', { kind: 'ambiguous', why: "HTTP 200 that is not Graph's" }],
    ['half an answer', 200, '{"handles":["Ac', { kind: 'ambiguous', why: "HTTP 200 that is not Graph's" }],
    // monitor keeps a handle as the key of its record, of 1,024 bytes at most.
    [
      'an endless handle',
      200,
      { handles: ['A'.repeat(1001)] },
      { kind: 'ambiguous', why: "a handle that is not Graph's" },
    ],
    [
      'a handle of no plain text',
      200,
      { handles: ['Ac\ud83c'] },
      { kind: 'ambiguous', why: "a handle that is not Graph's" },
    ],
    // JSON may hold numbers that neither JSON nor a table can keep.
    [
      'a code that is no number',
      400,
      '{"error":{"code":1e999}}',
      { kind: 'ambiguous', why: "HTTP 400 that is not Graph's" },
    ],
    [
      'a subcode that is no number',
      403,
      '{"error":{"code":200,"error_subcode":1e999}}',
      { kind: 'access', code: 200, subcode: null, message: '', secretVersion: '1' },
    ],
    ['a redirect', 302, '', { kind: 'ambiguous', why: "HTTP 302 that is not Graph's" }],
  ])('%s', async (_name, status, body, outcome) => {
    expect(await send(answering(status, body, { location: '/elsewhere' }))).toEqual(outcome);
  });

  test.each<[string, number, unknown, object]>([
    ['code 2', 503, graphError(2), { kind: 'server', code: 2 }],
    ['a negative code', 400, graphError(-3), { kind: 'server', code: -3 }],
    ['code 100', 400, graphError(100), { kind: 'invalid-parameter', code: 100, subcode: null }],
    ['100/33', 400, graphError(100, { error_subcode: 33 }), { kind: 'access', code: 100, subcode: 33 }],
    ['190/463', 401, graphError(190, { error_subcode: 463 }), { kind: 'access', code: 190, subcode: 463 }],
    ['code 200', 403, graphError(200), { kind: 'access', code: 200 }],
    ['code 294', 403, graphError(294), { kind: 'access', code: 294 }],
    ['code 10', 403, graphError(10), { kind: 'access', code: 10 }],
    ['code 102', 400, graphError(102), { kind: 'access', code: 102 }],
    ['code 368', 400, graphError(368), { kind: 'access', code: 368 }],
    ['code 803', 404, graphError(803), { kind: 'access', code: 803 }],
    ['code 2500', 400, graphError(2500), { kind: 'access', code: 2500 }],
    ['an unlisted code', 400, graphError(10800), { kind: 'unexplained', code: 10800 }],
  ])('%s, by code and not by HTTP status or text', async (_name, status, body, outcome) => {
    expect(await send(answering(status, body))).toMatchObject(outcome);
  });

  test('usage headers are JSON in text, and count minutes', async () => {
    const headers = {
      'X-Business-Use-Case-Usage': JSON.stringify({
        '12': [{ type: 'x', call_count: 96, total_cputime: 20, estimated_time_to_regain_access: 19 }],
        '13': [{ call_count: 3 }],
      }),
      'X-App-Usage': '{"call_count":44,"total_cputime":0,"total_time":7}',
    };
    expect(await send(answering(200, { handles: ['Ac1'] }, headers))).toMatchObject({
      usage: { percent: 96, regainMs: 19 * 60_000 },
    });
    expect(await send(answering(400, graphError(80014), headers))).toMatchObject({ regainMs: 19 * 60_000 });
    expect(await send(answering(429, '', { 'retry-after': '90' }))).toMatchObject({ regainMs: 90_000 });
    expect(await send(answering(200, { handles: ['Ac1'] }, { 'x-app-usage': 'much' }))).toMatchObject({ usage: none });
  });
});

describe('a batch whose fate nobody knows', () => {
  test('no answer in time', async () => {
    expect(await send(() => {}, secretVersions(secret()), 200)).toEqual({
      kind: 'ambiguous',
      why: 'no answer in time',
    });
  });

  test('an answer that never ends', async () => {
    const drip: Answer = (_seen, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"handles":["Ac1"],');
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    };
    expect(await send(drip, secretVersions(secret()), 300)).toEqual({ kind: 'ambiguous', why: 'no answer in time' });
  });

  test('a reset after it was taken in', async () => {
    expect(await send((_seen, response) => response.destroy())).toEqual({ kind: 'ambiguous', why: 'ECONNRESET' });
  });

  test('but no connection at all is no doubt', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as { port: number };
    await new Promise((resolve) => closed.close(resolve));
    const graph = graphClient({
      baseUrl: `http://127.0.0.1:${port}`,
      version: 'v26.0',
      httpTimeoutMs: 5000,
      secrets: secretVersions(secret()),
    });
    expect(await graph.sendBatch(CATALOG, BODY)).toEqual({ kind: 'unreachable', why: 'ECONNREFUSED' });
  });

  test('nor is a secret that cannot be read', async () => {
    const meta = async () => Promise.reject(new Error('down'));
    expect(await withGraph(answering(200, {}), ({ graph }) => graph.sendBatch(CATALOG, BODY), { meta })).toEqual({
      kind: 'unreachable',
      why: 'the secret could not be read',
    });
  });
});

describe('a refused token', () => {
  const refusing: Answer = (seen, response) =>
    seen.headers.authorization === 'Bearer new'
      ? answering(200, { handles: ['Ac1'] })(seen, response)
      : answering(401, graphError(190))(seen, response);

  test('is read anew, and the call made once more if the secret has a new version', async () => {
    const secrets = secretVersions(secret('old', null, '1'), secret('new', null, '2'));
    expect(await send(refusing, secrets)).toMatchObject({ kind: 'accepted' });
  });

  test('is told with its version when there is no newer one', () =>
    withGraph(
      refusing,
      async ({ graph, seen }) => {
        expect(await graph.sendBatch(CATALOG, BODY)).toMatchObject({ kind: 'access', secretVersion: '1' });
        expect(seen).toHaveLength(1);
      },
      secretVersions(secret('old', null, '1')),
    ));

  test('is told with the newer version when that is refused, too, after one more call', () =>
    withGraph(
      refusing,
      async ({ graph, seen }) => {
        expect(await graph.sendBatch(CATALOG, BODY)).toMatchObject({ kind: 'access', secretVersion: '2' });
        expect(seen).toHaveLength(2);
      },
      secretVersions(secret('old', null, '1'), secret('older', null, '2'), secret('new', null, '3')),
    ));

  test('that cannot be a header is not sent', () =>
    withGraph(
      answering(200, {}),
      async ({ graph, seen }) => {
        expect(await graph.sendBatch(CATALOG, BODY)).toMatchObject({ kind: 'access', code: 190 });
        expect(seen).toEqual([]);
      },
      secretVersions(secret('to\r\nken: x')),
    ));
});

describe('a refused proof is not taken for a wrong item', () => {
  const withProof = () => secretVersions(secret(TOKEN, APP_SECRET));

  test('code 100 for the call and for a plain look at the catalog: access', async () => {
    expect(await send(answering(400, graphError(100)), withProof())).toMatchObject({ kind: 'access', code: 100 });
  });

  test('code 100 for the call alone: the call', async () => {
    const answers = [answering(400, graphError(100)), answering(200, { id: CATALOG })];
    expect(await send(answers, withProof())).toMatchObject({ kind: 'invalid-parameter' });
  });

  test('a server that does not know the catalog itself changes nothing', async () => {
    const answers = [answering(400, graphError(100)), answering(404, 'no such page')];
    expect(await send(answers, withProof())).toMatchObject({ kind: 'invalid-parameter' });
  });
});
