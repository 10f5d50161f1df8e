import { CATALOG, type TestGraph, testGraph, update } from './graph-for-tests.ts';

let graph: TestGraph;
beforeEach(async () => {
  graph = await testGraph();
});
afterEach(() => graph.stop());

describe('checklist, Envelope: an error', () => {
  test('has a message, a type, a code and a trace id, and no more unless there is a reason', async () => {
    const { headers, body } = await graph.call(`/${CATALOG}/photos`);
    expect(body).toEqual({
      error: {
        message: expect.any(String),
        type: 'OAuthException',
        code: 2500,
        fbtrace_id: expect.stringMatching(/^A[\w-]{22}$/),
      },
    });
    expect(headers.get('x-fb-trace-id')).toMatch(/^A[\w-]{22}$/);
  });

  test('has another trace id each time', async () => {
    const ids = new Set<string>();
    for (let n = 0; n < 3; n += 1) ids.add((await graph.call(`/${CATALOG}/photos`)).body.error.fbtrace_id);
    expect(ids.size).toBe(3);
  });

  test('names the version that answered', async () => {
    await graph.fault('server-error');
    expect((await graph.call(`/${CATALOG}`)).headers.get('facebook-api-version')).toBe('v25.0');
  });

  test.each<[string, object, object]>([
    [
      'words for people',
      { userTitle: 'Not now', userMessage: 'Try later' },
      { error_user_title: 'Not now', error_user_msg: 'Try later' },
    ],
    [
      'data as an object',
      { data: { blame_field_specs: [['requests']] } },
      { error_data: { blame_field_specs: [['requests']] } },
    ],
    ['data as a text', { data: '{"blame":"requests"}' }, { error_data: '{"blame":"requests"}' }],
    ['whether it passes', { transient: true }, { is_transient: true }],
    [
      'another type',
      { type: 'GraphMethodException', subcode: 33 },
      { type: 'GraphMethodException', error_subcode: 33 },
    ],
  ])('may carry %s', async (_what, parameters, expected) => {
    await graph.fault('graph-error', { code: 100, ...parameters });
    expect((await graph.send([update('a')])).body.error).toMatchObject({ code: 100, ...expected });
  });

  test.each([
    ['token-expired', true],
    ['permission-missing', false],
  ])('of the kind %s has the header www-authenticate: %p', async (name, isThere) => {
    await graph.fault(name);
    expect((await graph.call(`/${CATALOG}`)).headers.has('www-authenticate')).toBe(isThere);
  });

  test.each<[number, number]>([
    [1, 500],
    [2, 500],
    [3, 400],
    [4, 403],
    [10, 403],
    [17, 400],
    [32, 400],
    [33, 400],
    [102, 400],
    [104, 400],
    [190, 400],
    [200, 403],
    [230, 403],
    [294, 403],
    [341, 400],
    [368, 400],
    [613, 400],
    [803, 400],
    [2500, 400],
    [2635, 400],
    [10800, 400],
    [80004, 400],
    [-3, 400],
  ])('of code %p comes with HTTP %p, and with another one if it is set', async (code, http) => {
    await graph.fault('graph-error', { code, count: 1 });
    const usual = await graph.call(`/${CATALOG}`);
    expect([usual.status, usual.body.error.code]).toEqual([http, code]);
    await graph.fault('graph-error', { code, http: 503 });
    expect((await graph.call(`/${CATALOG}`)).status).toBe(503);
  });
});
