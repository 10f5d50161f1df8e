import { accessRefusals, accessRemedy } from './access-refusals.ts';

describe('refused access', () => {
  test.each<[number, number | null, RegExp]>([
    [190, 463, /token is dead/],
    [102, null, /token is dead/],
    [104, null, /app secret does not fit/],
    [100, 33, /assign it to the system user/],
    [33, null, /assign it to the system user/],
    [100, null, /app secret does not fit/],
    [100, 1, /app secret does not fit/],
    [3, null, /catalog_management/],
    [10, null, /catalog_management/],
    [200, null, /catalog_management/],
    [299, null, /catalog_management/],
    [803, null, /metaCatalogId/],
    [2635, null, /metaGraphVersion/],
    [368, null, /Business Support Home/],
    [2500, null, /No token was given/],
    [777, null, /catalog_management/],
  ])('with code %i/%s has a remedy', (code, subcode, remedy) => expect(accessRemedy(code, subcode)).toMatch(remedy));

  test('has one entry a code in the list for people', () => {
    const codes = accessRefusals.flatMap(({ code }) => code.split(', '));
    expect(new Set(codes).size).toBe(codes.length);
  });
});
