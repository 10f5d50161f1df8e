import { CATALOG, item, type TestGraph, testGraph, update } from './graph-for-tests.ts';

let graph: TestGraph;
beforeEach(async () => {
  graph = await testGraph();
});
afterEach(() => graph.stop());

describe('checklist, Async validation: the status of a batch', () => {
  test('finished names what was not saved, and the rest is saved', async () => {
    const status = await graph.settle([
      update('good'),
      { method: 'UPDATE', data: { id: 'X', title: 'Only a title' } },
      update('odd', { condition: 'as new' }),
    ]);
    expect(status.status).toBe('finished');
    expect(status.errors[0]).toEqual({
      line: 1,
      id: 'X',
      message:
        'Invalid value: Value passed at position 1 (id=X) is invalid: "You cannot create a EntProductItem without required field Description"',
    });
    expect(status.errors_total_count).toBe(8);
    // The same id once for each error, as in Meta's sample.
    expect(status.ids_of_invalid_requests).toEqual([...Array(7).fill('X'), 'odd']);
    expect(await graph.items()).toEqual([item('good')]);
  });

  test.each<[string, Record<string, unknown>]>([
    ['an availability that is not listed', { availability: 'soon' }],
    ['a condition that is not listed', { condition: 'New' }],
    ['a sale price that equals the price', { sale_price: '49.90 EUR' }],
    ['a sale price above the price', { sale_price: '50.00 EUR' }],
    ['a sale price of another currency', { sale_price: '9.90 USD' }],
    ['a title over 200 characters', { title: 'Long shoe '.repeat(21) }],
    ['a description over 9,999 characters', { description: 'Long shoe '.repeat(1_000) }],
    ['a link without a scheme', { link: 'shop.example/a' }],
    ['51 additional images', { additional_image_link: Array(51).fill('https://shop.example/a.jpg') }],
    ['a sale that ends before it starts', { sale_price_effective_date: '2026-05-30T00:00-0800/2026-04-30T00:00-0800' }],
    ['an emptied required field', { brand: '' }],
  ])('has an error for %s', async (_what, fields) => {
    const status = await graph.settle([update('a', fields)]);
    expect(status.errors).toEqual([{ line: 0, id: 'a', message: expect.any(String) }]);
    expect(await graph.items()).toEqual([]);
  });

  test('judges a new sale price against the price that is stored', async () => {
    await graph.settle([update('a')]);
    const sale = { method: 'UPDATE', data: { id: 'a', sale_price: '60.00 EUR' } };
    expect((await graph.settle([sale])).errors_total_count).toBe(1);
    expect(await graph.items()).toEqual([item('a')]);
  });

  test.each<[string, Record<string, unknown>]>([
    ['a title of 101 to 200 characters', { title: `Shoe ${'x'.repeat(100)}` }],
    ['a title all in capitals', { title: 'BUY THIS SHOE' }],
    ['a number that is no gtin', { gtin: '123' }],
    ['a quantity of 0', { quantity_to_sell_on_facebook: 0 }],
  ])('has a warning for %s, and the item is saved', async (_what, fields) => {
    const status = await graph.settle([update('a', fields)]);
    expect(status).toMatchObject({ errors_total_count: 0, warnings: [{ id: 'a' }], warnings_total_count: 1 });
    expect(await graph.items()).toEqual([item('a', fields)]);
  });

  test('an item with image needs no image link', async () => {
    const { image_link: _, ...rest } = item('a', { image: [{ url: 'https://shop.example/a.jpg' }] });
    expect((await graph.settle([{ method: 'CREATE', data: rest }])).errors).toEqual([]);
  });

  test('lists errors up to a limit while the counts stay true', async () => {
    await graph.control('POST', 'settings', { errorListLimit: 1, invalidIdListLimit: 2 });
    const bad = ['a', 'b', 'c'].map((id) => update(id, { condition: 'odd' }));
    expect(await graph.settle(bad)).toMatchObject({
      errors: [{ id: 'a' }],
      errors_total_count: 3,
      ids_of_invalid_requests: ['a', 'b'],
    });
  });

  test('names invalid ids only for who asks to load them, and only the fields asked for', async () => {
    const { body } = await graph.send([update('a', { condition: 'odd' })]);
    graph.clock.advance(1_500);
    const handle = encodeURIComponent(body.handles[0]);
    const path = `/${CATALOG}/check_batch_request_status?handle=${handle}`;
    expect((await graph.call(path)).body.data[0].ids_of_invalid_requests).toEqual([]);
    const asked = `${path}&load_ids_of_invalid_requests=1&fields=status,ids_of_invalid_requests`;
    expect((await graph.call(asked)).body).toEqual({ data: [{ status: 'finished', ids_of_invalid_requests: ['a'] }] });
    expect((await graph.call(`${path}&fields=colour`)).body.error.code).toBe(100);
  });

  test('may list messages about missing fields as warnings, and counts them as errors all the same', async () => {
    await graph.set({ missingFieldsAsWarnings: true });
    const status = await graph.settle([{ method: 'CREATE', data: { ...item('X'), brand: undefined } }]);
    expect(status).toMatchObject({
      errors: [],
      errors_total_count: 1,
      warnings: [{ line: 0, id: 'X', message: expect.stringContaining('required field Brand') }],
      warnings_total_count: 0,
      ids_of_invalid_requests: ['X'],
    });
    expect(status.warnings[0]).not.toHaveProperty('isMissingField');
    expect(await graph.items()).toEqual([]);
  });

  test.each([0, 1])('may count its lines from %p', async (firstLine) => {
    await graph.set({ firstLine });
    const bad = ['a', 'b'].map((id) => update(id, { condition: 'odd' }));
    expect((await graph.settle(bad)).errors).toMatchObject([{ line: firstLine }, { line: firstLine + 1 }]);
  });

  test('may name the type of an error beside its message', async () => {
    await graph.fault('refuse-item', { retailerId: 'a', message: 'No price', errorType: 'EMPTY_PRICE' });
    const { errors } = await graph.settle([update('a')]);
    expect(errors).toEqual([{ line: 0, id: 'a', message: 'No price', error_type: 'EMPTY_PRICE' }]);
  });
});

describe('checklist, Async: the status of a batch', () => {
  test('may be written in capitals', async () => {
    await graph.set({ statusCase: 'upper' });
    const { body } = await graph.send([update('a')]);
    expect((await graph.status(body.handles[0])).status).toBe('SCHEDULED');
    graph.clock.advance(1_500);
    expect((await graph.status(body.handles[0])).status).toBe('FINISHED');
  });

  test.each([
    ['no handle', ''],
    ['a handle that never was', '?handle=Acxyz'],
  ])('with %s is refused with code 100', async (_what, query) => {
    const { status, body } = await graph.call(`/${CATALOG}/check_batch_request_status${query}`);
    expect([status, body.error.code]).toEqual([400, 100]);
  });

  test('is not told to another catalog', async () => {
    const { body } = await graph.send([update('a')]);
    const other = await graph.call(`/2077/check_batch_request_status?handle=${body.handles[0]}`);
    expect(other.body.error.code).toBe(100);
  });

  test('takes as long as it is set to', async () => {
    await graph.control('POST', 'settings', { processingMs: 600_000 });
    const { body } = await graph.send([update('a')]);
    graph.clock.advance(590_000);
    expect((await graph.status(body.handles[0])).status).toBe('started');
    graph.clock.advance(10_000);
    expect((await graph.status(body.handles[0])).status).toBe('finished');
  });
});
