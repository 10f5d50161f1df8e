import { accessRefusal, accessRefusals, explainRefusal } from './access-refusals.ts';

describe('a refusal of Meta', () => {
  test.each<[number, number | null, string, RegExp, RegExp]>([
    [190, null, 'token', /dead/, /new token of the system user/],
    [190, 452, 'token', /session/, /new token/],
    [190, 458, 'token', /app is not installed/, /install the app/],
    [190, 459, 'token', /checkpoint/, /signs in/],
    [190, 460, 'token', /password/, /system user, who has no password/],
    [190, 463, 'token', /expired/, /never expires/],
    [190, 464, 'token', /not confirmed/, /confirms/],
    [190, 465, 'token', /not allowed/, /dashboard/],
    [190, 467, 'token', /revoked/, /new token/],
    [190, 492, 'token', /role/, /role again/],
    [190, 999, 'token', /does not say why/, /new token/],
    [102, null, 'token', /dead/, /new token/],
    [104, null, 'app secret', /signature/, /META_APP_SECRET/],
    [3, null, 'permissions', /app may not/, /Ads Management/],
    [10, null, 'permissions', /permission/, /catalog_management/],
    [200, null, 'permissions', /permission/, /right to manage it/],
    [299, null, 'permissions', /permission/, /catalog_management/],
    [294, null, 'permissions', /advertised/, /access/],
    [368, null, 'permissions', /blocked/, /Business Support Home/],
    [100, 33, 'catalog', /not exist, or not for this token/, /metaCatalogId.*assign/],
    [33, null, 'catalog', /not exist/, /assign/],
    [803, null, 'catalog', /no object/, /metaCatalogId/],
    [2500, null, 'version', /address/, /META_GRAPH_VERSION.*token/],
    [2635, null, 'version', /no longer/, /raise metaGraphVersion/],
  ])('%d/%s is about the %s', (code, subcode, about, says, remedy) => {
    expect(explainRefusal(code, subcode)).toMatchObject({
      about,
      means: expect.stringMatching(says),
      remedy: expect.stringMatching(remedy),
    });
  });

  // A plain code 100 is about the proof or about nothing that could be named: who asks must tell.
  test.each([[100], [1], [10800], [80014]])('%d alone explains nothing', (code) => {
    expect(explainRefusal(code, null)).toBeUndefined();
  });

  test.each<[number, number | null, string]>([
    [100, null, 'app secret'],
    [100, 1, 'app secret'],
    [100, 33, 'catalog'],
    [777, null, 'permissions'],
  ])('that publish has met, %d/%s, is about the %s', (code, subcode, about) => {
    expect(accessRefusal(code, subcode).about).toBe(about);
  });

  test('stands once in the list for people, each code of it', () => {
    const codes = accessRefusals.flatMap(({ code }) => code.split(', '));
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of [3, 10, 33, 102, 104, 294, 368, 803, 2500, 2635])
      expect(accessRefusals).toContain(explainRefusal(code, null));
  });
});
