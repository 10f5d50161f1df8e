import { proofOf } from '@catalog-sync/shared/adapters/meta/appsecret-proof.ts';
import { maskFor, SOME_CATALOG } from './mask.ts';

const TOKEN = 'EAAB|canary/token';
const APP_SECRET = 'canary-app-secret';
const PROOF = proofOf(TOKEN, APP_SECRET);
const mask = maskFor({ secret: { accessToken: TOKEN, appSecret: APP_SECRET }, catalogId: '4711' });

describe('a recording', () => {
  test.each([
    ['the token', `x ${TOKEN} y`, 'x … y'],
    [
      'the token in a URL',
      `{"next":"https://x/?access_token=${encodeURIComponent(TOKEN)}&a=1"}`,
      '{"next":"https://x/?access_token=…&a=1"}',
    ],
    ['the token as URLs write it, wherever it stands', `"${encodeURIComponent(TOKEN)}"`, '"…"'],
    ['another token in a URL', 'input_token=other', 'input_token=…'],
    ['the app secret', APP_SECRET, '…'],
    ['its proof', PROOF, '…'],
    ['the number of the catalog', '/v26.0/4711/items', `/v26.0/${SOME_CATALOG}/items`],
    ["traces of Meta's", '{"fbtrace_id": "Axyz"}', '{"fbtrace_id":"…"}'],
  ])('hides %s', (_what, given, masked) => {
    expect(mask.text(given)).toBe(masked);
    expect(mask.leaks(mask.text(given))).toBe(false);
  });

  test('leaves longer numbers alone', () => {
    expect(mask.text('47110 14711 4711')).toBe(`47110 14711 ${SOME_CATALOG}`);
  });

  test.each([
    [`/v26.0/1?a=1&appsecret_proof=${PROOF}&b=2`, '/v26.0/1?a=1&b=2'],
    [`/v26.0/1?appsecret_proof=${PROOF}&b=2`, '/v26.0/1?b=2'],
    [`/v26.0/1?a=1&appsecret_proof=${PROOF}`, '/v26.0/1?a=1'],
    ['/v26.0/1?a=%20', '/v26.0/1?a=%20'],
  ])('has paths without the proof: %s', (given, path) => {
    expect(mask.path(given)).toBe(path);
  });

  test('has the body that is stored, which never has the proof', () => {
    expect(mask.body(`{"appsecret_proof":"${PROOF}","allow_upsert":true}`)).toBe('{"allow_upsert":true}');
    expect(mask.body('{"allow_upsert":true}')).toBe('{"allow_upsert":true}');
  });

  test('keeps the headers that say something, and no number of a business', () => {
    const usage = '{"987654":[{"call_count":3}],"987655":[]}';
    expect(
      mask.headers({
        'content-type': 'application/json',
        'x-business-use-case-usage': usage,
        'x-app-usage': '{"call_count":1}',
        'x-fb-debug': 'machine',
        'set-cookie': ['a'],
      }),
    ).toEqual({
      'content-type': 'application/json',
      'x-business-use-case-usage': '{"1":[{"call_count":3}],"2":[]}',
      'x-app-usage': '{"call_count":1}',
    });
    expect(mask.headers({ 'x-business-use-case-usage': 'broken 987654' })).toEqual({
      'x-business-use-case-usage': '…',
    });
  });

  test('notices what got through all the same', () => {
    expect(mask.leaks(`a ${PROOF} b`)).toBe(true);
    expect(maskFor({ secret: { accessToken: TOKEN, appSecret: null }, catalogId: '1' }).leaks('anything')).toBe(false);
  });
});
