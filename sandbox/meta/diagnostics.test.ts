import { CATALOG, type TestGraph, testGraph, update } from './graph-for-tests.ts';

let graph: TestGraph;
beforeEach(async () => {
  graph = await testGraph();
});
afterEach(() => graph.stop());

const diagnose = (query: Record<string, string> = {}) =>
  graph.call(`/${CATALOG}/diagnostics?${new URLSearchParams(query)}`);

describe('checklist, Routes: the diagnostics of a catalog', () => {
  test('are empty where nothing is wrong', async () => {
    await graph.settle([update('a')]);
    expect((await diagnose()).body).toEqual({ data: [] });
  });

  test('count the items with the same issue', async () => {
    await graph.settle([update('a', { title: 'BUY A' }), update('b', { title: 'BUY B' }), update('c')]);
    await graph.fault('flag-item', { retailerId: 'c', errorType: 'EMPTY_PRICE' });
    expect((await diagnose()).body.data).toEqual([
      {
        title: 'Property value uppercase',
        subtitle: expect.any(String),
        severity: 'OPPORTUNITY',
        type: 'LOW_QUALITY_TITLE_AND_DESCRIPTION',
        number_of_affected_items: 2,
        error_code: expect.any(Number),
      },
      {
        title: 'Empty price',
        subtitle: expect.any(String),
        severity: 'MUST_FIX',
        type: 'ATTRIBUTES_MISSING',
        number_of_affected_items: 1,
        error_code: expect.any(Number),
      },
    ]);
  });

  test.each<[Record<string, string>, string[]]>([
    [{}, ['LOW_QUALITY_TITLE_AND_DESCRIPTION', 'IMAGE_QUALITY']],
    [{ severities: '["MUST_FIX"]' }, ['IMAGE_QUALITY']],
    [{ types: 'IMAGE_QUALITY,CATEGORY' }, ['IMAGE_QUALITY']],
    [{ affected_channels: 'whatsapp' }, []],
    [{ affected_channels: 'whatsapp,da' }, ['LOW_QUALITY_TITLE_AND_DESCRIPTION', 'IMAGE_QUALITY']],
  ])('are filtered by %j', async (query, types) => {
    await graph.settle([update('a', { title: 'BUY A' }), update('b')]);
    await graph.fault('flag-item', { retailerId: 'b', imageFetchStatus: 'FETCH_FAILED' });
    const { body } = await diagnose({ ...query, fields: 'type' });
    expect(body.data).toEqual(types.map((type) => ({ type })));
  });

  test.each([{ severities: 'URGENT' }, { types: 'COLOUR' }, { affected_channels: 'radio' }, { fields: 'colour' }])(
    'are refused with code 100 for %j',
    async (query) => {
      expect((await diagnose(query)).body.error.code).toBe(100);
    },
  );
});
