import { CATALOG, item, type TestGraph, testGraph, update } from './graph-for-tests.ts';

let graph: TestGraph;
beforeEach(async () => {
  graph = await testGraph();
});
afterEach(() => graph.stop());

const MINUTE = 60_000;
const titles = async () => (await graph.items()).map(({ id, title }) => `${id}: ${title}`);
const change = (id: string, data: object) => ({ method: 'UPDATE', data: { id, ...data } });

describe('checklist, Open questions: 1, do entries with errors at once sink the others', () => {
  test.each([
    [true, 1],
    [false, 0],
  ])('handleWithErrors %p', async (handleWithErrors, handles) => {
    await graph.set({ handleWithErrors });
    const { body } = await graph.send([update('X', { price: 'free' }), update('Y')]);
    expect(body.handles ?? []).toHaveLength(handles);
    expect(body.validation_status).toMatchObject([{ retailer_id: 'X', errors: [{}] }]);
    graph.clock.advance(1_500);
    expect(await graph.items()).toHaveLength(handles);
  });

  test('handleWithErrors false: a duplicate is an error, too', async () => {
    await graph.set({ handleWithErrors: false });
    expect((await graph.send([update('X'), update('Y'), update('X')])).body.handles).toBeUndefined();
  });
});

describe('checklist, Open questions: 2, is one copy of a duplicated id applied', () => {
  test.each([
    ['none', []],
    ['first', ['X: One']],
    ['last', ['X: Three']],
  ])('duplicateCopyApplied %p', async (duplicateCopyApplied, expected) => {
    await graph.set({ duplicateCopyApplied });
    const { body } = await graph.send(['One', 'Two', 'Three'].map((title) => update('X', { title })));
    expect(body.validation_status).toEqual([
      { retailer_id: 'X', errors: [{ message: 'Duplicate retailer_id in batch api call - X.' }] },
    ]);
    graph.clock.advance(1_500);
    expect(await titles()).toEqual(expected);
  });
});

describe('checklist, Open questions: 3, how long', () => {
  test('handleLifetimeMs: a handle is known for so long, and 100 afterwards', async () => {
    await graph.set({ handleLifetimeMs: 60 * MINUTE });
    const { body } = await graph.send([update('a')]);
    const path = `/${CATALOG}/check_batch_request_status?handle=${body.handles[0]}`;
    graph.clock.advance(59 * MINUTE);
    expect((await graph.call(path)).body.data[0].status).toBe('finished');
    graph.clock.advance(MINUTE);
    expect((await graph.call(path)).body.error.code).toBe(100);
    expect(await graph.items()).toHaveLength(1);
  });

  test('processingMsPerEntry: a batch takes longer with each entry', async () => {
    await graph.set({ processingMs: 10_000, processingMsPerEntry: 1_000 });
    const { body } = await graph.send(['a', 'b', 'c', 'd', 'e'].map((id) => update(id)));
    graph.clock.advance(14_000);
    expect((await graph.status(body.handles[0])).status).toBe('started');
    graph.clock.advance(1_000);
    expect((await graph.status(body.handles[0])).status).toBe('finished');
  });
});

describe('checklist, Open questions: 4, what is taken', () => {
  test.each<[string, string[], number]>([
    ['updates', ['a: New'], 0],
    ['error', ['a: Old'], 1],
  ])('createOfExisting %p', async (createOfExisting, expected, errors) => {
    await graph.set({ createOfExisting });
    await graph.settle([update('a', { title: 'Old' })]);
    const status = await graph.settle([{ method: 'CREATE', data: item('a', { title: 'New' }) }]);
    expect(status.errors_total_count).toBe(errors);
    expect(await titles()).toEqual(expected);
  });

  test.each<[string, string | undefined, boolean]>([
    ['ignored', 'red', false],
    ['clears', '', false],
    ['error', 'red', true],
  ])('nullValue %p: the field reads %p', async (nullValue, color, hasError) => {
    await graph.set({ nullValue });
    await graph.settle([update('a', { color: 'red' })]);
    const { body } = await graph.send([change('a', { color: null })]);
    expect(body.validation_status?.[0].errors !== undefined).toBe(hasError);
    graph.clock.advance(1_500);
    expect(await graph.items()).toEqual([item('a', { color })]);
    await graph.restart();
    expect(await graph.items()).toEqual([item('a', { color })]);
  });

  test('nullValue clears: a required field cannot be removed so', async () => {
    await graph.set({ nullValue: 'clears' });
    await graph.settle([update('a')]);
    expect((await graph.settle([change('a', { brand: null })])).errors_total_count).toBe(1);
  });

  test.each<[boolean, object]>([
    [true, { status: 'archived' }],
    [false, {}],
  ])('acceptsStatus %p', async (acceptsStatus, stored) => {
    await graph.set({ acceptsStatus });
    const { body } = await graph.send([update('a', { status: 'archived' })]);
    expect(body.validation_status === undefined).toBe(acceptsStatus);
    graph.clock.advance(1_500);
    expect(await graph.items()).toEqual([item('a', { ...stored })]);
  });

  test.each([
    [true, 0],
    [false, 1],
  ])('acceptsPreorder %p', async (acceptsPreorder, errors) => {
    await graph.set({ acceptsPreorder });
    expect((await graph.settle([update('a', { availability: 'preorder' })])).errors_total_count).toBe(errors);
  });
});

describe('checklist, Open questions: 5, how throttles look', () => {
  test('bucketTypes: the names in the usage header, one or both', async () => {
    await graph.set({ bucketTypes: { catalog_batch: 'CATALOG_BATCH' }, usageHeadersFromPercent: 0 });
    const typeOf = ({ headers }: { headers: Headers }) =>
      JSON.parse(headers.get('x-business-use-case-usage')!)[CATALOG][0].type;
    expect(typeOf(await graph.send([update('a')]))).toBe('CATALOG_BATCH');
    expect(typeOf(await graph.call(`/${CATALOG}`))).toBe('catalog_management');
  });

  test('throttleHttp: the status of 80014 and 80009, and of nothing else', async () => {
    await graph.set({ throttleHttp: 429, quota: { batchCallsPerHour: 0, managementCallsPerHour: 0 } });
    const answers = [await graph.send([update('a')]), await graph.call(`/${CATALOG}`)];
    expect(answers.map(({ status, body }) => [status, body.error.code])).toEqual([
      [429, 80014],
      [429, 80009],
    ]);
    await graph.fault('throttle', { code: 17 });
    expect((await graph.call(`/${CATALOG}`)).status).toBe(400);
  });
});

describe('checklist, Open questions: 6, how long texts may be', () => {
  test('textLimits: an error above the limit that is set', async () => {
    await graph.set({ textLimits: { title: 100, description: 5_000 } });
    const bad = [
      update('a', { title: `Shoe ${'x'.repeat(96)}` }),
      update('b', { description: `Shoe ${'x'.repeat(4_996)}` }),
      update('c', { title: `Shoe ${'x'.repeat(95)}` }),
    ];
    expect((await graph.settle(bad)).ids_of_invalid_requests).toEqual(['a', 'b']);
  });
});

describe('checklist, Open questions: 7, how many items a catalog may have', () => {
  test('maxItems: new items above it are errors, changes of others go on', async () => {
    await graph.set({ maxItems: 2 });
    const status = await graph.settle(['a', 'b', 'c'].map((id) => update(id)));
    expect(status.ids_of_invalid_requests).toEqual(['c']);
    const next = [change('a', { title: 'New' }), { method: 'DELETE', data: { id: 'b' } }, update('c')];
    expect((await graph.settle(next)).errors_total_count).toBe(0);
    expect(await titles()).toEqual(['a: New', 'c: Shoe c']);
  });
});

describe('checklist, Open questions: 8, has the batch quota a part by the minute', () => {
  test('batchCallsPerMinute: a burst ends in 80014 for the rest of the minute', async () => {
    await graph.set({ quota: { batchCallsPerMinute: 2 } });
    await graph.send([update('a')]);
    graph.clock.advance(20_000);
    const { headers } = await graph.send([update('b')]);
    expect(JSON.parse(headers.get('x-app-usage')!).call_count).toBe(100);
    const refused = await graph.send([update('c')]);
    expect(refused.body.error.code).toBe(80014);
    expect(
      JSON.parse(refused.headers.get('x-business-use-case-usage')!)[CATALOG][0].estimated_time_to_regain_access,
    ).toBe(1);
    for (let n = 0; n < 3; n += 1) expect((await graph.call(`/${CATALOG}`)).status).toBe(200);
    graph.clock.advance(41_000);
    expect((await graph.send([update('c')])).status).toBe(200);
  });

  test('batchCallsPerMinute 0 lets none through', async () => {
    await graph.set({ quota: { batchCallsPerMinute: 0 } });
    expect((await graph.send([update('a')])).body.error.code).toBe(80014);
  });
});
