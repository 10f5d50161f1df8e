import type { Handle } from '../../catalog/handle.ts';
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

const CATALOG = '12';
const PROOF = proofOf(TOKEN, APP_SECRET);
const LEAK = `${TOKEN} ${PROOF} ${APP_SECRET} https://x/?access_token=another-token&appsecret_proof=${PROOF}`;
const leaking = (code: number) => answering(400, graphError(code, { message: LEAK }));

const failures: [string, Answer][] = [
  ['token refused', leaking(190)],
  ['permission missing', leaking(200)],
  ['wrong parameter', leaking(100)],
  ['unexplained', leaking(10800)],
  ['server', leaking(2)],
  ['throttled', leaking(80014)],
  ['too large', leaking(1)],
  ['HTML', answering(502, LEAK)],
  ['reset', (_seen, response) => response.destroy()],
  ['silence', () => {}],
  ['item errors', answering(200, { validation_status: [{ retailer_id: 'A', errors: [{ message: LEAK }] }] })],
  ['verdict', answering(200, { data: [{ status: 'finished', errors: [{ id: 'A', message: LEAK }] }] })],
  ['ids of items', answering(200, { validation_status: [{ retailer_id: LEAK, errors: [{ message: '' }] }] })],
  [
    'ids of a verdict',
    answering(200, { data: [{ status: 'finished', errors: [{ id: LEAK }], ids_of_invalid_requests: [LEAK] }] }),
  ],
  ['handle', answering(200, { handles: [TOKEN] })],
  ['catalog', answering(200, { id: '12', name: LEAK })],
  ['status word', answering(200, { data: [{ status: LEAK }] })],
];

describe('nothing of the secret leaves the client', () => {
  test.each(failures)('%s', async (_name, answer) => {
    const outcomes = await withGraph(
      answer,
      async ({ graph }) => [
        await graph.sendBatch(CATALOG, '{"requests":[]}'),
        await graph.checkHandle(CATALOG, 'Ac1' as Handle),
        await graph.probe(CATALOG),
      ],
      secretVersions(secret(TOKEN, APP_SECRET)),
      300,
    );
    const text = JSON.stringify(outcomes);
    for (const one of [TOKEN, PROOF, APP_SECRET, 'another-token', 'Bearer']) {
      expect(text.toLowerCase()).not.toContain(one.toLowerCase());
    }
  });

  test('messages are cut', async () => {
    const answer = answering(400, graphError(200, { message: 'x'.repeat(5000) }));
    const outcome = await withGraph(answer, ({ graph }) => graph.probe(CATALOG));
    expect(outcome).toMatchObject({ message: 'x'.repeat(1000) });
  });

  // What is no Unicode is refused, or changed, by whatever keeps it.
  test.each([
    ['cut between characters, not in one', `x${'🍵'.repeat(600)}`, `x${'🍵'.repeat(499)}\ufffd`],
    ['Unicode, also when Meta sends half a character', 'x\ud83c', 'x\ufffd'],
  ])('messages are %s', async (_what, message, said) => {
    const answer = answering(400, graphError(200, { message }));
    expect(await withGraph(answer, ({ graph }) => graph.probe(CATALOG))).toMatchObject({ message: said });
  });
});

describe('the place that is called', () => {
  const secrets = secretVersions(secret());
  const made = (baseUrl: string, version = 'v26.0') => graphClient({ baseUrl, version, httpTimeoutMs: 100, secrets });
  test.each(['graph.facebook.com', 'ftp://x', 'http://user:pw@x', 'http://x?y=1', 'http://x#y'])('is not %s', (url) =>
    expect(() => made(url)).toThrow('http(s)'),
  );
  test.each(['26.0', 'v26', 'v26.0/..', ''])('has no version %s', (version) =>
    expect(() => made('http://127.0.0.1', version)).toThrow('v26.0'),
  );
  test('does not move by a redirect, nor through a proxy of the environment', async () => {
    const before = process.env.http_proxy;
    process.env.http_proxy = 'http://127.0.0.1:1';
    try {
      await withGraph([answering(302, '', { location: '/v26.0/99' }), answering(200, { id: '99' })], async (at) => {
        expect(await at.graph.probe(CATALOG)).toMatchObject({ kind: 'no-answer' });
        expect(at.seen).toHaveLength(1);
      });
    } finally {
      if (before === undefined) delete process.env.http_proxy;
      else process.env.http_proxy = before;
    }
  });
});
