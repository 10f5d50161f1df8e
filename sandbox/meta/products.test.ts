import { CATALOG, type TestGraph, testGraph, update } from './graph-for-tests.ts';

let graph: TestGraph;
beforeEach(async () => {
  graph = await testGraph();
});
afterEach(() => graph.stop());

const products = (query: Record<string, string> = {}) =>
  graph.call(`/${CATALOG}/products?${new URLSearchParams(query)}`);

describe('checklist, Read-back: products', () => {
  test('have other names than they were sent with, a number as id, and prices as formatted text', async () => {
    await graph.settle([
      update('a', {
        price: '1210.00 INR',
        sale_price: '999 INR',
        item_group_id: 'g',
        mpn: 'm-1',
        google_product_category: 'Apparel > Shoes',
        additional_image_link: ['https://shop.example/2.jpg'],
        internal_label: ['summer'],
        sale_price_effective_date: '2026-04-30T09:30-0800/2026-05-30T23:59-0800',
      }),
    ]);
    const names =
      'retailer_id,name,price,sale_price,currency,url,image_url,additional_image_urls,retailer_product_group_id,manufacturer_part_number,category,tags,sale_price_start_date,sale_price_end_date,availability,visibility,image_fetch_status';
    const { body } = await products({ fields: `${names},product_type` });
    expect(body.data).toEqual([
      {
        id: expect.stringMatching(/^\d{16}$/),
        retailer_id: 'a',
        name: 'Shoe a',
        price: '₹1,210.00',
        sale_price: '₹999.00',
        currency: 'INR',
        url: 'https://shop.example/a',
        image_url: 'https://shop.example/a.jpg',
        additional_image_urls: ['https://shop.example/2.jpg'],
        retailer_product_group_id: 'g',
        manufacturer_part_number: 'm-1',
        category: 'Apparel > Shoes',
        tags: ['summer'],
        sale_price_start_date: '2026-04-30T09:30-0800',
        sale_price_end_date: '2026-05-30T23:59-0800',
        availability: 'in stock',
        visibility: 'published',
        image_fetch_status: 'NO_STATUS',
      },
    ]);
  });

  test('show the pictures of image where there is one, and image links where not', async () => {
    const additional_image_link = ['https://shop.example/2.jpg'];
    const image = [{ url: 'https://shop.example/x.jpg' }, { url: 'https://shop.example/y.jpg', tag: ['side'] }];
    await graph.settle([update('a', { additional_image_link }), update('b', { additional_image_link, image })]);
    const { body } = await products({ fields: 'image_url,additional_image_urls' });
    expect(body.data).toMatchObject([
      { image_url: 'https://shop.example/a.jpg', additional_image_urls: additional_image_link },
      { image_url: 'https://shop.example/x.jpg', additional_image_urls: ['https://shop.example/y.jpg'] },
    ]);
  });

  test.each<[string, object, string[]]>([
    ['eq', { retailer_id: { eq: 'b' } }, ['b']],
    ['is_any', { retailer_id: { is_any: ['c', 'a', 'z'] } }, ['a', 'c']],
    ['i_contains', { name: { i_contains: 'SHOE C' } }, ['c']],
    ['eq on another field', { availability: { eq: 'out of stock' } }, ['b', 'c']],
    ['two fields', { availability: { eq: 'out of stock' }, name: { i_contains: 'b' } }, ['b']],
  ])('are filtered by %s', async (_operator, filter, ids) => {
    await graph.settle([
      update('a'),
      update('b', { availability: 'out of stock' }),
      update('c', { availability: 'out of stock' }),
    ]);
    const { body } = await products({ filter: JSON.stringify(filter), summary: 'true', limit: '1' });
    expect(body.data.map((product: { retailer_id: string }) => product.retailer_id)).toEqual(ids.slice(0, 1));
    expect(body.summary).toEqual({ total_count: ids.length });
    const all = await products({ filter: JSON.stringify(filter) });
    expect(all.body.data.map((product: { retailer_id: string }) => product.retailer_id)).toEqual(ids);
  });

  test('come in pages: the next one is followed until there is none', async () => {
    const ids = Array.from({ length: 7 }, (_, n) => `sku-${n}`);
    await graph.settle(ids.map((id) => update(id)));
    const seen: string[] = [];
    let page = await products({ limit: '3', fields: 'retailer_id', access_token: 'EAAB-a-token' });
    for (;;) {
      seen.push(...page.body.data.map((product: { retailer_id: string }) => product.retailer_id));
      const next: string | undefined = page.body.paging?.next;
      if (next === undefined) break;
      page = await graph.call(next.slice(`${graph.url}/v25.0`.length), { headers: {} });
    }
    expect(seen).toEqual(ids);
  });

  test.each(['', '{"name":{"i_contains":"shoe"}}'])(
    'are counted whole on each page, with the filter "%s"',
    async (filter) => {
      // More than are looked at at once.
      await graph.settle(Array.from({ length: 2_100 }, (_, n) => update(`sku-${1_000 + n}`)));
      const pages = [await products({ limit: '2', summary: '1', filter })];
      pages.push(await products({ limit: '2', summary: '1', filter, after: pages[0]!.body.paging.cursors.after }));
      expect(
        pages.map(({ body: { summary, data } }) => [
          summary.total_count,
          ...data.map((product: { retailer_id: string }) => product.retailer_id),
        ]),
      ).toEqual([
        [2_100, 'sku-1000', 'sku-1001'],
        [2_100, 'sku-1002', 'sku-1003'],
      ]);
      expect(pages.every(({ body }) => body.paging.next !== undefined)).toBe(true);
    },
  );

  test('hold at most 25 a page unless asked, and never more than the largest page', async () => {
    await graph.settle(Array.from({ length: 40 }, (_, n) => update(`sku-${n}`)));
    expect((await products()).body.data).toHaveLength(25);
    await graph.control('POST', 'settings', { maxPageSize: 30 });
    expect((await products({ limit: '5000' })).body.data).toHaveLength(30);
  });

  test('an empty page may still have a next one', async () => {
    await graph.settle([update('a')]);
    await graph.fault('empty-data', { endpoint: 'products', count: 1 });
    const { body } = await products();
    expect(body.data).toEqual([]);
    const next = await graph.call(body.paging.next.slice(`${graph.url}/v25.0`.length));
    expect(next.body.data).toHaveLength(1);
  });

  test.each([
    ['a field that does not exist', { fields: 'title' }],
    ['a filter that is no JSON', { filter: 'retailer_id=a' }],
    ['an unknown operator', { filter: '{"name":{"like":"a"}}' }],
    ['a limit of nothing', { limit: '0' }],
  ])('are refused with code 100 for %s', async (_what, query) => {
    expect((await products(query)).body.error.code).toBe(100);
  });
});

describe('checklist, Read-back: what is wrong with a product', () => {
  const FIELDS = 'retailer_id,errors,review_status,review_rejection_reasons,image_fetch_status';
  const read = async (query: Record<string, string> = {}) => (await products({ fields: FIELDS, ...query })).body.data;
  const typesOf = (product: { errors: { error_type: string }[] }) => product.errors.map(({ error_type }) => error_type);

  test('is nothing, as a rule', async () => {
    await graph.settle([update('a')]);
    expect(await read()).toEqual([
      {
        id: expect.any(String),
        retailer_id: 'a',
        errors: [],
        review_status: '',
        review_rejection_reasons: [],
        image_fetch_status: 'NO_STATUS',
      },
    ]);
  });

  test('is what a flag says, of one item or of all', async () => {
    await graph.settle([update('a'), update('b')]);
    await graph.fault('flag-item', { retailerId: 'b', imageFetchStatus: 'FETCH_FAILED', reviewStatus: 'rejected' });
    await graph.fault('flag-item', { errorType: 'EMPTY_GENDER', errorPriority: 'LOW' });
    const [a, b] = await read();
    expect(typesOf(a)).toEqual(['EMPTY_GENDER']);
    expect(a.image_fetch_status).toBe('NO_STATUS');
    expect(b).toMatchObject({ image_fetch_status: 'FETCH_FAILED', review_status: 'rejected' });
    expect(typesOf(b)).toEqual(['IMAGE_FETCH_FAILED', 'PRODUCT_NOT_APPROVED', 'EMPTY_GENDER']);
    expect(b.errors[0]).toEqual({
      error_type: 'IMAGE_FETCH_FAILED',
      error_priority: 'HIGH',
      title: expect.any(String),
      description: expect.any(String),
      call_to_action: expect.any(String),
    });
  });

  test('is a text all in capitals, and the type of error by which an item is refused', async () => {
    await graph.settle([update('a', { title: 'BUY THIS SHOE' }), update('b')]);
    await graph.fault('refuse-item', { retailerId: 'b', errorType: 'EMPTY_PRICE', count: 1 });
    await graph.settle([update('b', { title: 'New' })]);
    expect((await read()).map(typesOf)).toEqual([['PROPERTY_VALUE_UPPERCASE'], ['EMPTY_PRICE']]);
    await graph.control('DELETE', 'faults');
    expect((await read()).map(typesOf)).toEqual([['PROPERTY_VALUE_UPPERCASE'], []]);
  });

  test.each([
    [{ error_type: 'IMAGE_FETCH_FAILED' }, ['b']],
    [{ error_priority: 'LOW' }, ['a']],
    [{ error_type: 'IMAGE_FETCH_FAILED', error_priority: 'LOW' }, []],
    [{ error_type: 'IMAGE_FETCH_FAILED', filter: '{"retailer_id":{"is_any":["b","c"]}}' }, ['b']],
  ])('can be asked for: %j', async (query, ids) => {
    await graph.settle([update('a', { title: 'BUY THIS SHOE' }), update('b'), update('c')]);
    await graph.fault('flag-item', { retailerId: 'b', errorType: 'IMAGE_FETCH_FAILED' });
    const { body } = await products({ ...query, fields: FIELDS, summary: 'true' });
    expect(body.data.map((product: { retailer_id: string }) => product.retailer_id)).toEqual(ids);
    expect(body.summary.total_count).toBe(ids.length);
  });
});

test('the catalog itself tells its name and counts its products', async () => {
  await graph.settle([update('a'), update('b')]);
  const { body } = await graph.call(`/${CATALOG}?fields=id,name,product_count,vertical,business{id}`);
  expect(body).toMatchObject({ id: CATALOG, name: 'Shoes', product_count: 2, vertical: 'commerce' });
});
