import { catalogOf, readSettings } from './settings.ts';

describe('the settings of the catalogs', () => {
  test('leave out everything but the number of the catalog at Meta', () => {
    expect(readSettings({ default: { metaCatalogId: '42' } }).default).toMatchObject({
      metaCatalogId: '42',
      onBadRow: 'set-aside',
      onBadFile: 'refuse-file',
      maxBatches: 50,
      maxItems: 3000,
      maxBytes: 20_000_000,
      inFlight: 2,
      gate: { deletesShare: 0.05, deletesCount: 10 },
    });
  });

  test.each([
    [{}, 200],
    [{ users: 1 }, 200],
    [{ users: 2 }, 400],
    [{ users: 1000 }, 2193],
    [{ users: 1_000_000 }, 4186],
    [{ users: 1000, callsPerHour: 90 }, 90],
  ])('%j allow as many calls an hour as Meta’s formula: %i', (given, calls) => {
    expect(readSettings({ default: { metaCatalogId: '1', ...given } }).default?.callsPerHour).toBe(calls);
  });

  test.each([
    [{ maxBatches: 7 }, 7],
    [{ maxBatches: 100_000 }, 500],
    [{ callsPerHour: 10 }, 2],
  ])('%j bound a sync to what one plan can hold, %i batches', (given, batches) => {
    expect(readSettings({ default: { metaCatalogId: '1', ...given } }).default?.maxBatches).toBe(batches);
  });

  test('a gate may be set in part', () => {
    expect(readSettings({ default: { metaCatalogId: '42', gate: { deletesCount: 3 } } }).default?.gate).toMatchObject({
      deletesCount: 3,
      pricesShare: 0.5,
    });
  });

  test.each([
    [{ default: {} }, 'default.metaCatalogId should be digits'],
    [{ default: { metaCatalogId: '//host' } }, 'default.metaCatalogId should be digits'],
    [
      { default: { metaCatalogId: '1', maxItems: 5001 } },
      'default.maxItems should be a whole number of items a batch, from 1 to 5000',
    ],
    [{ default: { metaCatalogId: '1', maxBatches: 0.5 } }, 'default.maxBatches should be a whole number'],
    [{ default: { metaCatalogId: '1', onBadRow: 'ignore' } }, 'default.onBadRow should be "set-aside" | "refuse-file"'],
    [{ Shoes: { metaCatalogId: '1' } }, '"Shoes" is no name for a catalog'],
    // The codec of a record takes this key for the prototype: such a catalog went missing without a word.
    [JSON.parse('{"__proto__":{"metaCatalogId":"1"}}'), '"__proto__" is no name for a catalog'],
    // The settings reach each function as JSON, which writes such a number as null.
    [JSON.parse('{"default":{"metaCatalogId":"1","gate":{"deletesShare":1e999}}}'), 'deletesShare should be a number'],
  ])('%j is refused, naming the part', (given, why) => {
    expect(() => readSettings(given)).toThrow(why);
  });
});

describe('the catalog of a landed file', () => {
  const settings = readSettings({ default: { metaCatalogId: '1' }, shoes: { metaCatalogId: '2' } });

  test.each([
    ['products.csv', 'default'],
    ['shoes/products.csv', 'shoes'],
    ['shoes/full/products.csv', 'shoes'],
    ['hats/products.csv', 'default'],
    ['shoes', 'default'],
    ['__proto__/products.csv', 'default'],
  ])('%s belongs to %s', (path, catalog) => expect(catalogOf(path, settings)).toBe(catalog));
});
