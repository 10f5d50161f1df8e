import { CATALOG, item, type TestGraph, testGraph, update } from './graph-for-tests.ts';

let graph: TestGraph;
beforeEach(async () => {
  graph = await testGraph();
});
afterEach(() => graph.stop());

const FRENCH = { type: 'LANGUAGE', value: 'fr_XX' };
const GERMAN = { type: 'LANGUAGE', value: 'de_DE' };
const FRANCE = { type: 'COUNTRY', value: 'FR' };

const localize = async (...requests: object[]) => {
  const { body } = await graph.post('localized_items_batch', requests);
  graph.clock.advance(1_500);
  return body;
};
const localized = async () => (await graph.control('GET', `catalogs/${CATALOG}/localized_items`)).body;

describe('checklist, Routes: localized_items_batch', () => {
  test('keeps what an item says elsewhere apart from the item', async () => {
    await graph.settle([update('a')]);
    const { handles } = await localize(
      { method: 'CREATE', localization: FRENCH, data: { id: 'a', title: 'Chaussure' } },
      { method: 'CREATE', localization: GERMAN, data: { id: 'a', title: 'Schuh' } },
      { method: 'UPDATE', localization: FRANCE, data: { id: 'a', price: '55.00 EUR' } },
    );
    expect(await graph.status(handles[0])).toMatchObject({ status: 'finished', errors: [] });
    expect(await localized()).toEqual([
      { id: 'a', localization: FRANCE, price: '55.00 EUR' },
      { id: 'a', localization: GERMAN, title: 'Schuh' },
      { id: 'a', localization: FRENCH, title: 'Chaussure' },
    ]);
    expect(await graph.items()).toEqual([item('a')]);
    await localize({ method: 'DELETE', localization: FRANCE, data: { id: 'a' } });
    expect(await localized()).toEqual([
      { id: 'a', localization: GERMAN, title: 'Schuh' },
      { id: 'a', localization: FRENCH, title: 'Chaussure' },
    ]);
  });

  test('makes no items', async () => {
    const { handles } = await localize({ method: 'CREATE', localization: FRENCH, data: { id: 'new', title: 'Neuf' } });
    expect((await graph.status(handles[0])).ids_of_invalid_requests).toEqual(['new']);
    expect([await graph.items(), await localized()]).toEqual([[], []]);
  });

  test.each<[string, object]>([
    ['a price for a language', { localization: FRENCH, data: { id: 'a', price: '55.00 EUR' } }],
    [
      'an availability for both',
      { localization: { ...FRENCH, type: 'LANGUAGE_AND_COUNTRY' }, data: { id: 'a', availability: 'in stock' } },
    ],
    ['a price that is none', { localization: FRANCE, data: { id: 'a', price: '55' } }],
    ['no localization', { data: { id: 'a', title: 'Chaussure' } }],
    ['a localization of another type', { localization: { type: 'CITY', value: 'Nice' }, data: { id: 'a' } }],
  ])('has an error at once for %s', async (_what, entry) => {
    await graph.settle([update('a')]);
    const { handles, validation_status } = await localize({ method: 'UPDATE', ...entry });
    expect(handles).toHaveLength(1);
    expect(validation_status).toEqual([{ retailer_id: 'a', errors: [{ message: expect.any(String) }] }]);
    expect(await localized()).toEqual([]);
  });

  test('has a warning for a field that cannot be localized, and takes the others', async () => {
    await graph.settle([update('a')]);
    const data = { id: 'a', title: 'Chaussure', image_link: 'https://shop.example/fr.jpg' };
    const { validation_status } = await localize({ method: 'UPDATE', localization: FRENCH, data });
    expect(validation_status).toMatchObject([{ retailer_id: 'a', warnings: [{}] }]);
    expect(await localized()).toEqual([{ id: 'a', localization: FRENCH, title: 'Chaussure' }]);
  });

  test('takes one item for two places, but for each only once', async () => {
    await graph.settle([update('a')]);
    const french = { method: 'UPDATE', localization: FRENCH, data: { id: 'a', title: 'Chaussure' } };
    const inFrance = { method: 'UPDATE', localization: FRANCE, data: { id: 'a', price: '55.00 EUR' } };
    expect((await localize(french, inFrance)).validation_status).toBeUndefined();
    expect((await localize(french, inFrance, french)).validation_status).toMatchObject([{ retailer_id: 'a' }]);
  });

  test('spends the quota of items_batch', async () => {
    await graph.set({ quota: { batchCallsPerHour: 1 } });
    await graph.send([update('a')]);
    expect((await graph.post('localized_items_batch', [])).body.error.code).toBe(80014);
  });

  test('is kept over a restart, and removed with all items', async () => {
    await graph.settle([update('a')]);
    await localize({ method: 'UPDATE', localization: FRENCH, data: { id: 'a', title: 'Chaussure' } });
    for (let n = 0; n < 2; n += 1) await graph.restart();
    expect(await localized()).toHaveLength(1);
    await graph.control('DELETE', `catalogs/${CATALOG}/items`);
    expect(await localized()).toEqual([]);
    await graph.restart();
    expect(await localized()).toEqual([]);
  });
});
