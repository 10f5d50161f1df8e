import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CATALOG, item, type TestGraph, TOKEN, testGraph, update } from './graph-for-tests.ts';

let graph: TestGraph;
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'graph-state-'));
  graph = await testGraph({ dir });
});
afterEach(async () => {
  await graph.stop();
  await rm(dir, { recursive: true });
});

describe('the items of a catalog', () => {
  test('are listed by id, with the raw fields as they were sent', async () => {
    const fields = { price: '5 EUR', custom_number_0: 7, additional_image_link: ['https://shop.example/é.jpg'] };
    await graph.settle([update('b'), update('a', fields), update('B')]);
    expect(await graph.items()).toEqual([item('B'), item('a', fields), item('b')]);
  });

  test('can all be removed', async () => {
    await graph.settle([update('a')]);
    await graph.control('DELETE', `catalogs/${CATALOG}/items`);
    expect(await graph.items()).toEqual([]);
    await graph.restart();
    expect(await graph.items()).toEqual([]);
  });

  test('are those of this catalog alone', async () => {
    await graph.settle([update('a')]);
    expect((await graph.control('GET', 'catalogs/2077/items')).body).toEqual([]);
    expect((await graph.control('GET', 'catalogs/1/items')).status).toBe(404);
  });

  test('may be many: 50,000 come in one answer', async () => {
    for (let from = 0; from < 50_000; from += 5_000)
      await graph.send(Array.from({ length: 5_000 }, (_, n) => update(`sku-${from + n}`)));
    graph.clock.advance(1_500);
    const items = await graph.items();
    expect(new Set(items.map(({ id }) => id)).size).toBe(50_000);
  });
});

describe('the calls', () => {
  test('are kept with what was asked and answered, without tokens', async () => {
    const sent = await graph.send([update('a')], { access_token: TOKEN });
    await graph.call(`/${CATALOG}/products?access_token=${TOKEN}&limit=1`);
    await graph.call(`/debug_token?input_token=EAAB-other&access_token=${TOKEN}`);
    const { body } = await graph.control('GET', 'calls');
    expect(body).toMatchObject([
      {
        at: expect.any(Number),
        method: 'POST',
        path: `/v25.0/${CATALOG}/items_batch`,
        query: { item_type: 'PRODUCT_ITEM' },
        status: 200,
        entries: 1,
        request: { access_token: '***', requests: [update('a')] },
        response: sent.body,
      },
      { method: 'GET', query: { access_token: '***', limit: '1' }, status: 200, request: null, response: { data: [] } },
      { path: '/v25.0/debug_token', query: { access_token: '***', input_token: '***' } },
    ]);
    expect(JSON.stringify(body)).not.toContain('EAAB');
  });

  test('show no proof, and no token in a place where it does not belong', async () => {
    const proof = 'f'.repeat(64);
    const secret = `access_token=${TOKEN}&appsecret_proof=${proof}`;
    await graph.settle([update('a'), update('b')]);
    await graph.control('DELETE', 'calls');
    await graph.call(`/${CATALOG}/products?limit=1&${secret}`, { headers: {} });
    await graph.send([update(TOKEN)], { appsecret_proof: proof, access_token: TOKEN, note: TOKEN });
    await graph.call(`/${TOKEN}?title=${TOKEN}`);
    await graph.call(`/${CATALOG}/items_batch?${secret}`, {
      method: 'POST',
      headers: {},
      body: new URLSearchParams({ item_type: 'PRODUCT_ITEM', requests: '[]', appsecret_proof: proof }),
    });
    await graph.fault('cut-answer', { share: 0.99 });
    await graph.call(`/${CATALOG}/products?limit=1&${secret}`, { headers: {} }).catch(() => undefined);
    const { body } = await graph.control('GET', 'calls');
    expect(body).toHaveLength(5);
    expect(body[0].response.paging.next).toContain('access_token=***&appsecret_proof=***');
    expect(body[1].request).toMatchObject({ appsecret_proof: '***', note: '***' });
    expect(JSON.stringify(body)).not.toMatch(/EAAB|ffff/);
  });

  test('show entries that came as text, and large bodies too', async () => {
    const many = Array.from({ length: 3_000 }, (_, n) => update(`sku-${n}`));
    await graph.call(`/${CATALOG}/items_batch?access_token=${TOKEN}`, {
      method: 'POST',
      headers: {},
      body: new URLSearchParams({ item_type: 'PRODUCT_ITEM', requests: JSON.stringify(many) }),
    });
    expect((await graph.control('GET', 'calls')).body[0].request).toEqual({
      item_type: 'PRODUCT_ITEM',
      requests: many,
    });
  });

  test('keep the large bodies of the last 200 calls, of earlier ones the number of entries', async () => {
    const some = Array.from({ length: 20 }, (_, n) => update(`sku-${n}`));
    for (let n = 0; n < 201; n += 1) await graph.send(some);
    const { body } = await graph.control('GET', 'calls');
    expect(body[0]).toMatchObject({ entries: 20, request: { dropped: true } });
    expect(body[1].request.requests).toEqual(some);
  });

  test('can be asked for since an instant, and forgotten', async () => {
    await graph.call(`/${CATALOG}`);
    graph.clock.advance(5_000);
    const since = graph.clock.now();
    await graph.call('/2077');
    const late = [{ path: '/v25.0/2077' }];
    expect((await graph.control('GET', `calls?since=${since}`)).body).toMatchObject(late);
    expect((await graph.control('GET', `calls?since=${new Date(since).toISOString()}`)).body).toMatchObject(late);
    await graph.control('DELETE', 'calls');
    expect((await graph.control('GET', 'calls')).body).toEqual([]);
  });
});

describe('the settings', () => {
  test('are shown without secrets, and can be changed one by one', async () => {
    const changed = await graph.control('POST', 'settings', { quota: { batchCallsPerHour: 200 }, appSecret: 's3cret' });
    expect(changed.body).toMatchObject({
      token: '***',
      appSecret: '***',
      processingMs: 1_500,
      quota: { batchCallsPerHour: 200, managementCallsPerHour: 100_000 },
    });
    expect((await graph.control('GET', 'settings')).body).toEqual(changed.body);
  });

  test('take a new token', async () => {
    await graph.control('POST', 'settings', { token: 'EAAB-new' });
    expect((await graph.call(`/${CATALOG}`)).body.error.code).toBe(190);
    expect((await graph.call(`/${CATALOG}?access_token=EAAB-new`, { headers: {} })).status).toBe(200);
  });

  test.each<[unknown, string]>([
    [{ speed: 1 }, 'no setting "speed"'],
    [{ processingMs: 'fast' }, '"processingMs" is milliseconds'],
    [{ language: 'tlh', processingMs: 1 }, '"language" is en or cs'],
    [{ quota: { callsPerHour: 1 } }, '"quota" is'],
    [{ quota: { batchCallsPerHour: null } }, '"quota" is'],
    [{ bucketTypes: { batch: 'b' } }, '"bucketTypes" is'],
    [{ duplicateCopyApplied: 'all' }, '"duplicateCopyApplied" is none, first or last'],
    [{ throttleHttp: 200 }, '"throttleHttp" is a status of 400 to 599'],
    [{ handleLifetimeMs: -1 }, '"handleLifetimeMs" is milliseconds, or null for no limit'],
  ])('changed to %j are refused with the reason, and stay', async (changes, reason) => {
    const before = (await graph.control('GET', 'settings')).body;
    const { status, body } = await graph.control('POST', 'settings', changes);
    expect(status).toBe(400);
    expect(body.error).toContain(reason);
    expect((await graph.control('GET', 'settings')).body).toEqual(before);
  });
});

describe('a restart', () => {
  test('keeps items, and handles with their verdicts', async () => {
    const { body } = await graph.send([update('a'), update('b', { condition: 'odd' })]);
    graph.clock.advance(1_500);
    const before = await graph.status(body.handles[0]);
    // Twice, for what a start leaves has to be read as well.
    for (let n = 0; n < 2; n += 1) {
      await graph.restart();
      expect(await graph.items()).toEqual([item('a')]);
      expect(await graph.status(body.handles[0])).toEqual(before);
    }
  });

  test('goes on with batches that were not done', async () => {
    await graph.control('POST', 'settings', { processingMs: 600_000 });
    await graph.fault('refuse-item', { retailerId: 'b' });
    const { body } = await graph.send([update('a'), update('b')]);
    await graph.restart();
    expect((await graph.status(body.handles[0])).status).not.toBe('finished');
    graph.clock.advance(600_000);
    expect(await graph.status(body.handles[0])).toMatchObject({ status: 'finished', ids_of_invalid_requests: ['b'] });
    expect(await graph.items()).toEqual([item('a')]);
  });

  test('keeps what is to be applied late', async () => {
    await graph.fault('partial-apply', { lateMs: 3_600_000 });
    const { body } = await graph.send([update('a'), update('b')]);
    graph.clock.advance(1_500);
    for (let n = 0; n < 2; n += 1) await graph.restart();
    expect((await graph.status(body.handles[0])).status).toBe('error');
    expect(await graph.items()).toEqual([item('a')]);
    graph.clock.advance(3_600_000);
    expect(await graph.items()).toEqual([item('a'), item('b')]);
  });

  test('after a kill in the middle of the very first write begins anew', async () => {
    const [file] = await readdir(dir);
    await appendFile(join(dir, file!), '{"t":"accepted","batch":{"handle":"Ac');
    await graph.restart();
    await graph.settle([update('a')]);
    await graph.restart();
    expect(await graph.items()).toEqual([item('a')]);
  });

  test('after a kill in the middle of a write forgets only what was not written', async () => {
    await graph.settle([update('a')]);
    const [file] = await readdir(dir);
    await appendFile(join(dir, file!), '{"t":"accepted","batch":{"handle":"Ac');
    await graph.restart();
    await graph.settle([update('b')]);
    await graph.restart();
    expect(await graph.items()).toEqual([item('a'), item('b')]);
  });
});
