import { CATALOG, item, type TestGraph, TOKEN, testGraph, update } from './graph-for-tests.ts';

let graph: TestGraph;
beforeEach(async () => {
  graph = await testGraph();
});
afterEach(() => graph.stop());

const PATH = `/${CATALOG}/items_batch`;

describe('checklist, Input: a call of items_batch', () => {
  test('when everything is fine is answered with one handle and nothing else', async () => {
    const { status, headers, body } = await graph.send([update('a')]);
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['handles']);
    expect(body.handles).toEqual([expect.stringMatching(/^Ac[\w-]{88,118}$/)]);
    expect(headers.get('facebook-api-version')).toBe('v25.0');
    expect(headers.get('x-fb-trace-id')).toMatch(/^A[\w-]{22}$/);
  });

  test.each<[string, () => RequestInit]>([
    [
      'JSON with entries as text',
      () => ({
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          access_token: TOKEN,
          item_type: 'PRODUCT_ITEM',
          allow_upsert: 1,
          requests: JSON.stringify([update('a')]),
        }),
      }),
    ],
    [
      'an URL-encoded form',
      () => ({
        body: new URLSearchParams({
          access_token: TOKEN,
          item_type: 'PRODUCT_ITEM',
          allow_upsert: 'true',
          requests: JSON.stringify([update('a')]),
        }),
      }),
    ],
    [
      'a multipart form',
      () => {
        const body = new FormData();
        body.set('access_token', TOKEN);
        body.set('item_type', 'PRODUCT_ITEM');
        body.set('requests', JSON.stringify([{ method: 'update', data: item('a') }]));
        return { body };
      },
    ],
  ])('may come as %s, with the token in the body', async (_what, init) => {
    const { body } = await graph.call(PATH, { method: 'POST', headers: {}, ...init() });
    expect(body.handles).toHaveLength(1);
    graph.clock.advance(1_500);
    expect(await graph.items()).toEqual([item('a')]);
  });

  test.each([
    [true, 1],
    ['true', 1],
    [1, 1],
    ['1', 1],
    [undefined, 1],
    [false, 0],
    ['false', 0],
    [0, 0],
  ])('with allow_upsert %p leaves %p new items behind', async (allow_upsert, count) => {
    await graph.settle([update('a')], { allow_upsert });
    expect(await graph.items()).toHaveLength(count);
  });

  test('with a body that is not what its type says is refused with code 100', async () => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const { status, body } = await graph.call(PATH, { method: 'POST', headers, body: '{"requests":[' });
    expect([status, body.error.code]).toEqual([400, 100]);
  });
});

describe('checklist, Sync validation: a call of items_batch', () => {
  test('with an unknown field has a warning, and the known fields are taken', async () => {
    const { body } = await graph.send([update('X', { foo: 1 })]);
    expect(body.handles).toHaveLength(1);
    expect(body.validation_status).toEqual([
      {
        warnings: [{ message: "Unrecognised field: A request for item X contains unrecognised field: 'foo'" }],
        retailer_id: 'X',
      },
    ]);
    graph.clock.advance(1_500);
    expect(await graph.items()).toEqual([item('X')]);
  });

  test('that repeats an id has one error for it, and applies no copy', async () => {
    const { body } = await graph.send([update('X'), update('Y'), update('X', { price: '1.00 EUR' })]);
    expect(body.handles).toHaveLength(1);
    expect(body.validation_status).toEqual([
      { errors: [{ message: 'Duplicate retailer_id in batch api call - X.' }], retailer_id: 'X' },
    ]);
    graph.clock.advance(1_500);
    expect(await graph.items()).toEqual([item('Y')]);
  });

  test.each([
    ['beside the method', { method: 'UPDATE', id: 'a', data: { title: 'Shoe' } }],
    ['empty', { method: 'UPDATE', data: { id: '' } }],
    ['nowhere', { method: 'DELETE', retailer_id: 'a' }],
  ])('whose id is %s gets no handle, and none of it is taken in', async (_where, entry) => {
    const { status, body } = await graph.send([update('good'), entry]);
    expect(status).toBe(200);
    expect(body).toEqual({ validation_status: [{ errors: [{ message: 'Can not find required field id' }] }] });
    graph.clock.advance(1_500);
    expect(await graph.items()).toEqual([]);
  });

  test.each(['49,90 EUR', '€49.90', '1,049.90 EUR', '49.90', '49.90 EURO', '49.90 ABC', '-1 EUR', 49.9])(
    'with the price %p has an error that names the field; other items carry on',
    async (price) => {
      const { body } = await graph.send([update('X', { price }), update('Y')]);
      expect(body.validation_status).toEqual([
        { errors: [{ message: expect.stringContaining('field price ') }], retailer_id: 'X' },
      ]);
      graph.clock.advance(1_500);
      expect(await graph.items()).toEqual([item('Y')]);
    },
  );

  test('names price and sale price apart, and speaks the language of the account', async () => {
    await graph.control('POST', 'settings', { language: 'cs' });
    const { body } = await graph.send([update('X', { price: '9,99 Kč', sale_price: 'levně' })]);
    expect(body.validation_status[0].errors).toEqual([
      { message: 'Hodnota „9,99 Kč“ pole price není cena s kódem měny.' },
      { message: 'Hodnota „levně“ pole sale_price není cena s kódem měny.' },
    ]);
  });

  test.each<[string, object]>([
    ['no item type', { requests: [] }],
    ['another item type', { item_type: 'HOTEL', requests: [] }],
    ['no entries', { item_type: 'PRODUCT_ITEM' }],
    ['entries that are no list', { item_type: 'PRODUCT_ITEM', requests: { a: 1 } }],
    ['an unknown method', { item_type: 'PRODUCT_ITEM', requests: [{ method: 'PATCH', data: { id: 'a' } }] }],
    ['a flag that is none', { item_type: 'PRODUCT_ITEM', requests: [], allow_upsert: 'perhaps' }],
  ])('with %s is refused with code 100', async (_what, parameters) => {
    const { status, body } = await graph.call(PATH, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(parameters),
    });
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 100, type: 'OAuthException', fbtrace_id: expect.stringMatching(/^A/) });
  });

  test.each([
    [false, 2],
    [true, 0],
  ])(
    'that repeats an id but for what nobody sees: similarIdsAreDuplicates %p',
    async (similarIdsAreDuplicates, left) => {
      await graph.set({ similarIdsAreDuplicates });
      await graph.settle([update('X'), update(' X\u200b')]);
      expect(await graph.items()).toHaveLength(left);
    },
  );

  test('deletes an id that is not there with a handle and nothing else', async () => {
    const { body } = await graph.send([{ method: 'DELETE', data: { id: 'never-there' } }]);
    expect(body).toEqual({ handles: [expect.any(String)] });
  });
});

describe('checklist, Limits: a call of items_batch', () => {
  test('takes 5,000 entries and refuses 5,001 with code 100', async () => {
    const many = Array.from({ length: 5_001 }, (_, n) => ({ method: 'DELETE', data: { id: `sku-${n}` } }));
    expect((await graph.send(many)).body.error).toMatchObject({ code: 100 });
    expect((await graph.send(many.slice(1))).body.handles).toHaveLength(1);
  });

  test('of more than 28 MB is refused with code 1 and the advice to reduce the amount of data', async () => {
    const { status, body } = await graph.send([update('a', { description: 'x'.repeat(28 * 1024 * 1024) })]);
    expect(status).toBe(500);
    expect(body.error).toMatchObject({ code: 1, message: expect.stringContaining('reduce the amount of data') });
  });
});

describe('checklist, Async: entries', () => {
  test('are applied only when the batch runs', async () => {
    await graph.control('POST', 'settings', { processingMs: 1_000_000 });
    const { body } = await graph.send([update('a')]);
    expect(await graph.items()).toEqual([]);
    const states = [(await graph.status(body.handles[0])).status];
    for (const ms of [150_000, 150_000, 700_000]) {
      graph.clock.advance(ms);
      states.push((await graph.status(body.handles[0])).status);
    }
    expect(states).toEqual(['scheduled', 'dispatched', 'started', 'finished']);
    expect(await graph.items()).toEqual([item('a')]);
  });
});

describe('checklist, Upsert: entries', () => {
  test('UPDATE changes the fields that are sent and keeps the others', async () => {
    await graph.settle([update('a', { color: 'red' })]);
    await graph.settle([{ method: 'UPDATE', data: { id: 'a', price: '39.90 EUR' } }]);
    expect(await graph.items()).toEqual([item('a', { color: 'red', price: '39.90 EUR' })]);
  });

  test('an empty text or list clears a field; the raw item shows what cleared it', async () => {
    await graph.settle([
      update('a', { sale_price: '9.90 EUR', additional_image_link: ['https://shop.example/2.jpg'] }),
    ]);
    await graph.settle([{ method: 'UPDATE', data: { id: 'a', sale_price: '', additional_image_link: [] } }]);
    expect(await graph.items()).toEqual([item('a', { sale_price: '', additional_image_link: [] })]);
    const { body } = await graph.call(`/${CATALOG}/products?fields=sale_price,additional_image_urls`);
    expect(body.data).toEqual([{ id: expect.any(String) }]);
  });

  test('DELETE removes an item, and an id that is not there is harmless', async () => {
    await graph.settle([update('a'), update('b')]);
    const status = await graph.settle([
      { method: 'delete', data: { id: 'a' } },
      { method: 'DELETE', data: { id: 'never-there' } },
    ]);
    expect(status).toMatchObject({ status: 'finished', errors_total_count: 0 });
    expect(await graph.items()).toEqual([item('b')]);
  });

  test('UPDATE of an unknown id creates it, unless upsert is not allowed', async () => {
    const status = await graph.settle([update('a')], { allow_upsert: 'false' });
    expect(status).toMatchObject({ status: 'finished', errors: [{ line: 0, id: 'a' }], errors_total_count: 1 });
    expect(await graph.items()).toEqual([]);
    await graph.settle([{ method: 'CREATE', data: item('a') }], { allow_upsert: false });
    expect(await graph.items()).toHaveLength(1);
  });
});
