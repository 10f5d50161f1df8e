import { CATALOG, type TestGraph, testGraph, update } from './graph-for-tests.ts';

let graph: TestGraph;
beforeEach(async () => {
  graph = await testGraph();
});
afterEach(() => graph.stop());

const MINUTE = 60_000;
const limit = (batchCallsPerHour: number, managementCallsPerHour = 1_000) =>
  graph.control('POST', 'settings', { quota: { batchCallsPerHour, managementCallsPerHour } });
const usage = (headers: Headers) => JSON.parse(headers.get('x-business-use-case-usage') ?? 'null')?.[CATALOG]?.[0];

describe('checklist, Throttling: the quota of a catalog', () => {
  test('is told in both headers, as JSON text, in whole percent', async () => {
    await limit(4);
    const { headers } = await graph.send([update('a')]);
    expect(usage(headers)).toEqual({
      type: 'catalog_batch',
      call_count: 25,
      total_cputime: 0,
      total_time: 0,
      estimated_time_to_regain_access: 0,
    });
    expect(JSON.parse(headers.get('x-app-usage')!)).toEqual({ call_count: 25, total_cputime: 0, total_time: 0 });
  });

  test('is not told while there is hardly any traffic', async () => {
    expect((await graph.send([update('a')])).headers.get('x-business-use-case-usage')).toBeNull();
  });

  test('for batches ends in 80014 with HTTP 400, and reads of the same catalog go on', async () => {
    await limit(2);
    await graph.send([update('a')]);
    graph.clock.advance(10 * MINUTE);
    await graph.send([update('b')]);
    const { status, headers, body } = await graph.send([update('c')]);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 80014, type: 'OAuthException' });
    expect(usage(headers)).toMatchObject({ call_count: 100, estimated_time_to_regain_access: 50 });
    expect((await graph.call(`/${CATALOG}`)).status).toBe(200);
    graph.clock.advance(1_500);
    expect((await graph.items()).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  test('for other calls ends in 80009', async () => {
    await limit(1_000, 1);
    await graph.call(`/${CATALOG}`);
    expect((await graph.call(`/${CATALOG}/products`)).body.error.code).toBe(80009);
    expect((await graph.send([update('a')])).status).toBe(200);
  });

  test('comes back over a rolling hour', async () => {
    await limit(1);
    await graph.send([update('a')]);
    expect((await graph.send([update('b')])).status).toBe(400);
    graph.clock.advance(59 * MINUTE);
    expect(usage((await graph.send([update('b')])).headers).estimated_time_to_regain_access).toBe(2);
    graph.clock.advance(3 * MINUTE);
    expect((await graph.send([update('b')])).status).toBe(200);
  });

  test('counts only the calls of the last hour', async () => {
    await limit(4);
    await graph.send([update('a')]);
    graph.clock.advance(40 * MINUTE);
    expect(usage((await graph.send([update('b')])).headers).call_count).toBe(50);
    graph.clock.advance(40 * MINUTE);
    expect(usage((await graph.send([update('c')])).headers).call_count).toBe(50);
  });

  test('stays blocked for longer with each call that is made meanwhile', async () => {
    await limit(1);
    await graph.send([update('a')]);
    graph.clock.advance(30 * MINUTE);
    const minutes: number[] = [];
    for (let n = 0; n < 3; n += 1)
      minutes.push(usage((await graph.send([update('b')])).headers).estimated_time_to_regain_access);
    expect(minutes).toEqual([30, 31, 32]);
  });

  test('a throttle that blocks holds for the calls that follow, and each of them makes it longer', async () => {
    await graph.fault('throttle', { minutes: 5, block: true, count: 1 });
    const first = await graph.send([update('a')]);
    const second = await graph.send([update('a')]);
    expect([first.body.error.code, second.body.error.code]).toEqual([80014, 80014]);
    expect(usage(first.headers).estimated_time_to_regain_access).toBe(5);
    expect(usage(second.headers).estimated_time_to_regain_access).toBe(6);
    expect((await graph.call(`/${CATALOG}`)).status).toBe(200);
    graph.clock.advance(6 * MINUTE);
    expect((await graph.send([update('a')])).status).toBe(200);
  });

  test('is each catalog’s own', async () => {
    await limit(1_000, 1);
    await graph.call(`/${CATALOG}`);
    expect((await graph.call('/2077')).status).toBe(200);
  });

  test('is judged anew when it is raised', async () => {
    await limit(0);
    expect((await graph.send([update('a')])).body.error.code).toBe(80014);
    await limit(10);
    expect((await graph.send([update('a')])).status).toBe(200);
  });

  test('survives a restart', async () => {
    await limit(1);
    await graph.send([update('a')]);
    await graph.restart();
    await limit(1);
    expect((await graph.send([update('b')])).body.error.code).toBe(80014);
  });
});
