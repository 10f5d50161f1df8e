import { proofOf } from './appsecret-proof.ts';
import { inspectToken } from './inspect-token.ts';
import { type Answer, APP_SECRET, answering, graphError, secret, TOKEN, withGraph } from './test-graph.ts';

const inspected = (answer: Answer, proven = true) =>
  withGraph(answer, async ({ url, seen }) => ({
    ...(await inspectToken(
      { base: url, version: 'v26.0', httpTimeoutMs: 300, secret: secret(TOKEN, APP_SECRET) },
      proven,
    )),
    asked: seen[0]!,
  }));

describe('inspecting a token', () => {
  test('asks about the token by the token itself', async () => {
    const { asked } = await inspected(answering(200, { data: { is_valid: true } }));
    expect([asked.method, asked.url.pathname]).toEqual(['GET', '/v26.0/debug_token']);
    expect(asked.url.searchParams.get('input_token')).toBe(TOKEN);
    expect(asked.headers.authorization).toBe(`Bearer ${TOKEN}`);
  });

  test.each([
    [true, proofOf(TOKEN, APP_SECRET)],
    [false, null],
  ])('with a proof that is not refused, and without one that is (%s)', async (proven, proof) => {
    const { asked } = await inspected(answering(200, { data: {} }), proven);
    expect(asked.url.searchParams.get('appsecret_proof')).toBe(proof);
  });

  const data = { is_valid: true, expires_at: 1_800_000_000, data_access_expires_at: 0, scopes: ['a', 7, 'b'] };
  test.each<[string, number, unknown, object]>([
    [
      'when it ends, and what it may do',
      200,
      { data },
      {
        kind: 'token',
        valid: true,
        expires: 1_800_000_000_000,
        dataAccessExpires: 'never',
        scopes: ['a', 'b'],
        error: null,
      },
    ],
    ['that it never ends', 200, { data: { ...data, expires_at: 0 } }, { expires: 'never' }],
    ['nothing where Meta says nothing', 200, { data: {} }, { valid: false, expires: null, scopes: null }],
    ['an end that no calendar knows as none', 200, '{"data":{"expires_at":1e300}}', { expires: 'never' }],
    [
      'why it is dead',
      200,
      { data: { is_valid: false, error: { code: 190, subcode: 460, message: 'changed' } } },
      { valid: false, error: { code: 190, subcode: 460, message: 'changed' } },
    ],
    ['that it is dead by a refusal', 401, graphError(190, { error_subcode: 463 }), { kind: 'access', subcode: 463 }],
    ['that others must ask', 400, graphError(100), { kind: 'invalid-parameter' }],
    ['nothing from what is no answer', 200, { data: 'yes' }, { kind: 'ambiguous' }],
  ])('tells %s', async (_what, status, body, seen) => {
    expect((await inspected(answering(status, body))).seen).toMatchObject(seen);
  });

  const LEAK = `${TOKEN} https://x/?input_token=other-token&access_token=other-token ${proofOf(TOKEN, APP_SECRET)}`;
  test.each<[string, Answer]>([
    ['a refusal', answering(400, graphError(190, { message: LEAK }))],
    ['another refusal', answering(400, graphError(100, { message: LEAK }))],
    ['an answer', answering(200, { data: { is_valid: false, scopes: [LEAK], error: { code: 190, message: LEAK } } })],
    ['HTML', answering(502, LEAK)],
    ['a reset', (_seen, response) => response.destroy()],
    ['silence', () => {}],
  ])('nothing of the secret comes back from %s', async (_what, answer) => {
    const { seen, usage } = await inspected(answer);
    const text = JSON.stringify({ seen, usage });
    for (const one of [TOKEN, APP_SECRET, proofOf(TOKEN, APP_SECRET), 'other-token']) expect(text).not.toContain(one);
  });
});
