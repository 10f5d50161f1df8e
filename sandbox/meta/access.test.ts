import { createHmac } from 'node:crypto';
import { CATALOG, type TestGraph, TOKEN, testGraph } from './graph-for-tests.ts';

const SECRET = 'app-secret';
let graph: TestGraph;
beforeEach(async () => {
  graph = await testGraph({ appSecret: SECRET });
});
afterEach(() => graph.stop());

const bearer = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } });

describe('checklist, Token: a token', () => {
  test.each<[string, string, RequestInit]>([
    ['as header', `/${CATALOG}`, bearer(TOKEN)],
    ['in the query', `/${CATALOG}?access_token=${TOKEN}`, { headers: {} }],
  ])('is taken %s', async (_where, path, init) => {
    expect((await graph.call(path, init)).body).toEqual({ id: CATALOG, name: 'Shoes' });
  });

  test.each<[string, RequestInit, number, object]>([
    ['that is missing', { headers: {} }, 400, { code: 2500 }],
    ['that is wrong', bearer('EAAB-other'), 400, { code: 190 }],
  ])('%s is refused', async (_what, init, http, error) => {
    const { status, body } = await graph.call(`/${CATALOG}`, init);
    expect(status).toBe(http);
    expect(body.error).toMatchObject(error);
    expect(JSON.stringify(body)).not.toContain('EAAB');
  });

  test('that has expired is refused with 190 and subcode 463', async () => {
    await graph.control('POST', 'settings', { tokenExpiresAt: Math.ceil(graph.clock.now()) + 60_000 });
    expect((await graph.call(`/${CATALOG}`)).status).toBe(200);
    graph.clock.advance(61_000);
    const { headers, body } = await graph.call(`/${CATALOG}`);
    expect(body.error).toMatchObject({ code: 190, error_subcode: 463 });
    expect(headers.get('www-authenticate')).toMatch(/^OAuth "Facebook Platform"/);
  });

  test('without catalog_management is refused with 200', async () => {
    await graph.control('POST', 'settings', { scopes: ['ads_read'] });
    const { status, body } = await graph.call(`/${CATALOG}`);
    expect([status, body.error.code]).toEqual([403, 200]);
  });

  test.each<[string, RequestInit, object, number, object]>([
    ['missing may be 190', { headers: {} }, { missingTokenCode: 190 }, 400, { code: 190 }],
    ['wrong may be HTTP 401', bearer('EAAB-other'), { tokenErrorHttp: 401 }, 401, { code: 190 }],
  ])('%s', async (_what, init, settings, http, error) => {
    await graph.set({ ...settings });
    const { status, headers, body } = await graph.call(`/${CATALOG}`, init);
    expect([status, body.error]).toEqual([http, expect.objectContaining(error)]);
    expect(headers.get('www-authenticate')).toMatch(/^OAuth "Facebook Platform"/);
  });

  test('that may not see a catalog is told 100 with subcode 33', async () => {
    const { status, body } = await graph.call('/999');
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 100, error_subcode: 33, message: expect.stringContaining("ID '999'") });
  });
});

describe('checklist, Token: a proof of the app secret', () => {
  test('is the HMAC of the token; a wrong one is refused with code 100', async () => {
    const proof = createHmac('sha256', SECRET).update(TOKEN).digest('hex');
    expect((await graph.call(`/${CATALOG}?appsecret_proof=${proof}`)).status).toBe(200);
    const wrong = await graph.call(`/${CATALOG}?appsecret_proof=${'0'.repeat(64)}`);
    expect(wrong.body.error.code).toBe(100);
  });

  test('is needed when the app enforces it', async () => {
    expect((await graph.call(`/${CATALOG}`)).status).toBe(200);
    await graph.control('POST', 'settings', { requireProof: true });
    expect((await graph.call(`/${CATALOG}`)).body.error.code).toBe(100);
  });
});

describe('checklist, Routes: a path', () => {
  test.each<[string, number]>([
    ['/v99.0/1042', 2500],
    ['/latest/1042', 2500],
    ['/v25.0/1042/photos', 2500],
    ['/v25.0/my-catalog', 2500],
    ['/v12.0/1042', 2635],
    ['/v25.0/1042/items_batch', 100],
    ['/v25.0/1042/localized_items_batch', 100],
    ['/v25.0/1042/products/more', 2500],
    ['/1042', 2500],
  ])('GET %s is answered with code %p', async (path, code) => {
    const response = await fetch(graph.url + path, bearer(TOKEN));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code } });
  });
});

describe('checklist, Routes: the inspection of a token', () => {
  const inspect = async (token: string, by: string) =>
    (await graph.call(`/debug_token?input_token=${token}&access_token=${by}`, { headers: {} })).body;

  test('tells whether it is valid, its permissions and its end in seconds, 0 for never', async () => {
    expect((await inspect(TOKEN, `123|${SECRET}`)).data).toMatchObject({
      is_valid: true,
      expires_at: 0,
      scopes: expect.arrayContaining(['catalog_management']),
    });
    await graph.control('POST', 'settings', { tokenExpiresAt: 1_000_000 });
    expect((await inspect(TOKEN, TOKEN)).data).toMatchObject({
      is_valid: false,
      expires_at: 1_000,
      error: { code: 190, subcode: 463 },
    });
    expect((await inspect('other', TOKEN)).data.is_valid).toBe(false);
  });

  test('works without a version, and not for just anybody', async () => {
    const response = await fetch(`${graph.url}/debug_token?input_token=${TOKEN}&access_token=${TOKEN}`);
    expect(await response.json()).toMatchObject({ data: { is_valid: true } });
    expect((await inspect(TOKEN, '123|not-the-secret')).error.code).toBe(190);
  });
});
