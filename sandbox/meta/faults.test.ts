import { CATALOG, item, type TestGraph, testGraph, update } from './graph-for-tests.ts';

let graph: TestGraph;
beforeEach(async () => {
  graph = await testGraph();
});
afterEach(() => graph.stop());

const usage = (headers: Headers) => JSON.parse(headers.get('x-business-use-case-usage')!)[CATALOG][0];

describe('checklist, Faults: a fault that answers a call in place of the endpoint', () => {
  test.each<[string, object, number, object]>([
    ['throttle', {}, 400, { code: 80014 }],
    ['throttle', { code: 4 }, 403, { code: 4 }],
    ['throttle', { code: 17 }, 400, { code: 17 }],
    ['throttle', { code: 613, subcode: 1996 }, 400, { code: 613, error_subcode: 1996 }],
    ['throttle', { code: 4, http: 400 }, 400, { code: 4 }],
    ...[32, 341, 80000, 80001, 80004, 80008].map((code): [string, object, number, object] => [
      'throttle',
      { code },
      400,
      { code, is_transient: false },
    ]),
    ['token-expired', {}, 400, { code: 190, error_subcode: 463, message: expect.stringContaining('expired') }],
    ...[452, 458, 459, 460, 464, 465, 467, 492].map((subcode): [string, object, number, object] => [
      'token-expired',
      { subcode },
      400,
      { code: 190, error_subcode: subcode, message: expect.not.stringContaining('expired') },
    ]),
    ['permission-missing', {}, 403, { code: 200 }],
    ['server-error', {}, 500, { code: 2, is_transient: true }],
    ['server-error', { code: 1 }, 500, { code: 1 }],
    ['too-large', {}, 500, { code: 1, message: expect.stringContaining('reduce the amount of data') }],
    ['invalid-parameter', {}, 400, { code: 100 }],
    ['graph-error', { code: -3 }, 400, { code: -3 }],
    ['graph-error', { code: 1, subcode: 99, http: 400 }, 400, { code: 1, error_subcode: 99 }],
    ['graph-error', { code: 368, message: 'Blocked for a while' }, 400, { code: 368, message: 'Blocked for a while' }],
  ])('%s %j: HTTP %p, and nothing is taken in', async (name, parameters, http, error) => {
    await graph.fault(name, { ...parameters, count: 1 });
    const { status, body } = await graph.send([update('a')]);
    expect(status).toBe(http);
    expect(body.error).toMatchObject(error);
    graph.clock.advance(1_500);
    expect(await graph.items()).toEqual([]);
    expect((await graph.send([update('a')])).status).toBe(200);
  });

  test('throttle tells in minutes when access comes back', async () => {
    await graph.fault('throttle', { code: 80009, minutes: 19, count: 1 });
    expect((await graph.send([update('a')])).status).toBe(200);
    const { headers, body } = await graph.call(`/${CATALOG}`);
    expect(body.error.code).toBe(80009);
    expect(usage(headers)).toMatchObject({ call_count: 100, estimated_time_to_regain_access: 19 });
  });

  test('throttle with 80014 is about batches, of either kind', async () => {
    await graph.fault('throttle', { code: 80014 });
    expect((await graph.call(`/${CATALOG}`)).status).toBe(200);
    expect((await graph.send([update('a')])).body.error.code).toBe(80014);
    expect((await graph.post('localized_items_batch', [])).body.error.code).toBe(80014);
  });

  test('html-502 has no envelope', async () => {
    await graph.fault('html-502', { count: 1 });
    const { status, headers, body } = await graph.send([update('a')]);
    expect(status).toBe(502);
    expect(headers.get('content-type')).toBe('text/html');
    expect(body).toMatch(/^<!DOCTYPE html>/);
  });

  test.each<[object, number, string | null, string]>([
    [{}, 429, null, ''],
    [{ http: 429, retryAfterSeconds: 30 }, 429, '30', ''],
    [{ http: 413, body: '<h1>Too large</h1>' }, 413, null, '<h1>Too large</h1>'],
    [{ http: 503 }, 503, null, ''],
  ])('no-envelope %j is what a gateway answers: HTTP %p', async (parameters, http, retryAfter, text) => {
    await graph.fault('no-envelope', { ...parameters, count: 1 });
    const { status, headers, body } = await graph.send([update('a')]);
    expect([status, headers.get('retry-after'), body]).toEqual([http, retryAfter, text]);
    expect(headers.get('x-fb-trace-id')).toBeNull();
    graph.clock.advance(1_500);
    expect(await graph.items()).toEqual([]);
  });

  test.each<[string, object]>([
    ['html-502', {}],
    ['no-envelope', { http: 504 }],
    ['server-error', {}],
    ['graph-error', { code: 1 }],
  ])('%s that is accepted takes all in', async (name, parameters) => {
    await graph.fault(name, { ...parameters, accepted: true, count: 1 });
    expect((await graph.send([update('a')])).status).toBeGreaterThanOrEqual(500);
    graph.clock.advance(1_500);
    expect(await graph.items()).toEqual([item('a')]);
  });

  test('a token that is wrong is told so even where a fault would have accepted the call', async () => {
    await graph.fault('html-502', { accepted: true });
    const answer = await graph.call(`/${CATALOG}`, { headers: { authorization: 'Bearer EAAB-other' } });
    expect(answer.body.error.code).toBe(190);
  });

  test('usage-header shows a usage while the call goes through', async () => {
    await graph.fault('usage-header', { total_cputime: 96, minutes: 3 });
    const { status, headers } = await graph.send([update('a')]);
    expect(status).toBe(200);
    expect(usage(headers)).toMatchObject({ total_cputime: 96, estimated_time_to_regain_access: 3 });
  });
});

describe('checklist, Faults: a fault of the connection', () => {
  test('reset-before-accept takes nothing in', async () => {
    await graph.fault('reset-before-accept', { count: 1 });
    await expect(graph.send([update('a')])).rejects.toThrow('fetch failed');
    graph.clock.advance(1_500);
    expect(await graph.items()).toEqual([]);
  });

  test('reset-after-accept takes all in, and the caller does not know', async () => {
    await graph.fault('reset-after-accept', { count: 1 });
    await expect(graph.send([update('a')])).rejects.toThrow('fetch failed');
    graph.clock.advance(1_500);
    expect(await graph.items()).toEqual([item('a')]);
    expect((await graph.control('GET', 'calls')).body).toMatchObject([
      { status: null, response: null, faults: ['reset-after-accept'] },
    ]);
  });

  test('cut-answer breaks in the middle, and all is taken in', async () => {
    await graph.fault('cut-answer', { count: 1 });
    await expect(graph.send([update('a')])).rejects.toThrow('terminated');
    graph.clock.advance(1_500);
    expect(await graph.items()).toEqual([item('a')]);
    const [call] = (await graph.control('GET', 'calls')).body;
    expect(call).toMatchObject({ status: 200, response: expect.stringMatching(/^\{"handles":\["Ac[\w-]+$/) });
  });

  test('cut-answer may end as if that were all', async () => {
    await graph.fault('cut-answer', { count: 1, end: 'clean', share: 0.5 });
    await expect(graph.send([update('a')])).rejects.toThrow(/JSON/);
    graph.clock.advance(1_500);
    expect(await graph.items()).toEqual([item('a')]);
  });

  test.each(['products', 'check_batch_request_status'])('reset-before-accept can be set for %s', async (endpoint) => {
    const { body } = await graph.send([update('a')]);
    await graph.fault('reset-before-accept', { endpoint });
    await expect(graph.call(`/${CATALOG}/${endpoint}?handle=${body.handles?.[0]}`)).rejects.toThrow('fetch failed');
  });

  test('slow answers after the caller gave up, and takes all in', async () => {
    await graph.fault('slow', { ms: 60_000, count: 1 });
    const gaveUp = new AbortController();
    const path = `/${CATALOG}/items_batch?item_type=PRODUCT_ITEM&access_token=EAAB-a-token`;
    const body = new URLSearchParams({ requests: JSON.stringify([update('a')]) });
    const answer = graph.call(path, { method: 'POST', body, headers: {}, signal: gaveUp.signal });
    while ((await graph.control('GET', 'calls')).body.length === 0);
    gaveUp.abort();
    await expect(answer).rejects.toThrow('aborted');
    graph.clock.advance(1_500);
    expect(await graph.items()).toEqual([item('a')]);
  });
});

describe('checklist, Faults: a fault of a batch', () => {
  test('empty-handles: HTTP 200, and nothing is taken in', async () => {
    await graph.fault('empty-handles', { count: 1 });
    expect(await graph.send([update('a')])).toMatchObject({ status: 200, body: { handles: [] } });
    graph.clock.advance(1_500);
    expect(await graph.items()).toEqual([]);
  });

  test.each<[object, object]>([
    [{ absent: true }, {}],
    [
      { named: true, message: 'Not now' },
      {
        handles: [],
        validation_status: [
          { retailer_id: 'a', errors: [{ message: 'Not now' }] },
          { retailer_id: 'b', errors: [{ message: 'Not now' }] },
        ],
      },
    ],
    [
      { named: true, absent: true, retailerId: 'b' },
      { validation_status: [{ retailer_id: 'b', errors: [{ message: expect.any(String) }] }] },
    ],
  ])('empty-handles %j', async (parameters, expected) => {
    await graph.fault('empty-handles', { ...parameters });
    expect((await graph.send([update('a'), update('b')])).body).toEqual(expected);
    graph.clock.advance(1_500);
    expect(await graph.items()).toEqual([]);
  });

  test.each([
    ['status-error', 'error'],
    ['status-canceled', 'canceled'],
    ['never-finishes', 'started'],
  ])('%s: it ends as %s, and nothing is applied', async (name, status) => {
    await graph.fault(name, { count: 1 });
    expect(await graph.settle([update('a')])).toMatchObject({ status, errors: [], errors_total_count: 0 });
    graph.clock.advance(24 * 3_600_000);
    expect(await graph.items()).toEqual([]);
    expect(await graph.settle([update('a')])).toMatchObject({ status: 'finished' });
  });

  test('lateMs: what was given up is applied after all, over what is newer', async () => {
    await graph.fault('status-error', { count: 1, lateMs: 3_600_000 });
    const status = await graph.settle([update('a', { title: 'Old' }), update('b', { price: '1 EUR', condition: '?' })]);
    expect(status.status).toBe('error');
    await graph.settle([update('a', { title: 'New' })]);
    expect(await graph.items()).toEqual([item('a', { title: 'New' })]);
    graph.clock.advance(3_600_000);
    expect(await graph.items()).toEqual([item('a', { title: 'Old' })]);
  });

  test('partial-apply: the status is error, and a part is applied', async () => {
    await graph.fault('partial-apply', { count: 1, share: 0.5 });
    const status = await graph.settle(['a', 'b', 'c', 'd'].map((id) => update(id)));
    expect(status.status).toBe('error');
    expect((await graph.items()).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  test.each([
    ['status-error', 'error'],
    ['status-canceled', 'canceled'],
    ['never-finishes', 'started'],
  ])('%s may have applied a part, and apply the rest late', async (name, status) => {
    await graph.fault(name, { count: 1, share: 0.25, lateMs: 60_000 });
    expect((await graph.settle(['a', 'b', 'c', 'd'].map((id) => update(id)))).status).toBe(status);
    expect((await graph.items()).map(({ id }) => id)).toEqual(['a']);
    graph.clock.advance(60_000);
    expect((await graph.items()).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('slow-processing: batches may end in another order than they came', async () => {
    await graph.fault('slow-processing', { count: 1, ms: 600_000 });
    const first = await graph.send([update('a', { title: 'First' })]);
    await graph.settle([update('a', { title: 'Second' })]);
    expect((await graph.status(first.body.handles[0])).status).not.toBe('finished');
    graph.clock.advance(600_000);
    expect(await graph.items()).toEqual([item('a', { title: 'First' })]);
  });

  test.each([1, 2])('overtaken: it runs after the next %p of its catalog, whenever they end', async (by) => {
    await graph.fault('overtaken', { count: 1, by });
    const first = await graph.send([update('a', { title: 'First' })]);
    const status = async () => (await graph.status(first.body.handles[0])).status;
    graph.clock.advance(24 * 3_600_000);
    expect(await status()).toBe('started');
    for (let n = 1; n <= by; n += 1) {
      expect(await status()).toBe('started');
      await graph.settle([update('a', { title: `Later ${n}` }), update(`only-${n}`)]);
    }
    expect(await status()).toBe('finished');
    expect((await graph.items())[0]).toEqual(item('a', { title: 'First' }));
  });

  test('overtaken: it waits on over a restart', async () => {
    await graph.fault('overtaken', { count: 1 });
    await graph.send([update('a', { title: 'First' })]);
    for (let n = 0; n < 2; n += 1) await graph.restart();
    graph.clock.advance(600_000);
    expect(await graph.items()).toEqual([]);
    await graph.settle([update('a', { title: 'Later' })]);
    expect(await graph.items()).toEqual([item('a', { title: 'First' })]);
  });

  test('overtaken: it takes its own time all the same', async () => {
    await graph.fault('overtaken', { count: 1 });
    await graph.fault('slow-processing', { count: 1, ms: 600_000 });
    await graph.send([update('a', { title: 'First' })]);
    await graph.settle([update('a', { title: 'Later' })]);
    expect(await graph.items()).toEqual([item('a', { title: 'Later' })]);
    await graph.restart();
    graph.clock.advance(600_000);
    expect(await graph.items()).toEqual([item('a', { title: 'First' })]);
  });

  test('status-unknown-word, empty-data and handle-not-found spoil one answer about it', async () => {
    const { body } = await graph.send([update('a')]);
    graph.clock.advance(1_500);
    const path = `/${CATALOG}/check_batch_request_status?handle=${body.handles[0]}`;
    await graph.fault('status-unknown-word', { count: 1, word: 'pondering' });
    expect((await graph.call(path)).body.data[0].status).toBe('pondering');
    await graph.fault('empty-data', { count: 1 });
    expect((await graph.call(path)).body).toEqual({ data: [] });
    await graph.fault('handle-not-found', { count: 1 });
    expect((await graph.call(path)).body.error.code).toBe(100);
    expect((await graph.call(path)).body.data[0].status).toBe('finished');
  });
});

describe('checklist, Faults: an item that Meta refuses', () => {
  test('is named by the status, by default', async () => {
    await graph.fault('refuse-item', { retailerId: 'b', message: 'Not allowed here' });
    const status = await graph.settle([update('a'), update('b')]);
    expect(status.errors).toEqual([{ line: 1, id: 'b', message: 'Not allowed here' }]);
    expect(await graph.items()).toEqual([item('a')]);
  });

  test('can be named by the call itself', async () => {
    await graph.fault('refuse-item', { retailerId: 'b', stage: 'sync' });
    const { body } = await graph.send([update('a'), update('b')]);
    expect(body.validation_status).toMatchObject([{ retailer_id: 'b', errors: [{}] }]);
    graph.clock.advance(1_500);
    expect(await graph.items()).toEqual([item('a')]);
  });

  test('by probability is the same one each time', async () => {
    await graph.fault('refuse-item', { probability: 0.3, seed: 7 });
    const many = Array.from({ length: 100 }, (_, n) => update(`sku-${n}`));
    const first = (await graph.settle(many)).ids_of_invalid_requests;
    const second = (await graph.settle([...many].reverse())).ids_of_invalid_requests;
    expect(first.length).toBeGreaterThan(10);
    expect(first.length).toBeLessThan(60);
    expect([...second].reverse()).toEqual(first);
  });
});

describe('checklist, Faults: a fault', () => {
  test('bound to an item happens to calls that hold it', async () => {
    await graph.fault('invalid-parameter', { retailerId: 'bad' });
    expect((await graph.send([update('a')])).status).toBe(200);
    expect((await graph.send([update('a'), update('bad')])).body.error.code).toBe(100);
  });

  test('bound to a size happens to larger calls, so that splitting helps', async () => {
    await graph.fault('too-large', { moreThan: 1 });
    expect((await graph.send([update('a'), update('b')])).body.error.code).toBe(1);
    expect((await graph.send([update('a')])).status).toBe(200);
  });

  test('bound to an endpoint or a catalog leaves others alone', async () => {
    await graph.fault('server-error', { endpoint: 'products', catalog: CATALOG });
    expect((await graph.call(`/${CATALOG}`)).status).toBe(200);
    expect((await graph.call('/2077/products')).status).toBe(200);
    expect((await graph.call(`/${CATALOG}/products`)).status).toBe(500);
  });

  test('bound to a handle happens to questions about this batch', async () => {
    const [one, other] = [await graph.send([update('a')]), await graph.send([update('b')])];
    await graph.fault('handle-not-found', { handle: one.body.handles[0] });
    const ask = async ({ body }: typeof one) =>
      (await graph.call(`/${CATALOG}/check_batch_request_status?handle=${body.handles[0]}`)).status;
    expect([await ask(one), await ask(other)]).toEqual([400, 200]);
  });

  test('by probability happens to the same calls in each run with the same seed', async () => {
    const run = async (seed: number): Promise<number[]> => {
      const id = await graph.fault('server-error', { probability: 0.5, seed });
      const statuses: number[] = [];
      for (let n = 0; n < 20; n += 1) statuses.push((await graph.call(`/${CATALOG}`)).status);
      await graph.control('DELETE', `faults/${id}`);
      return statuses;
    };
    const first = await run(1);
    expect(new Set(first)).toEqual(new Set([200, 500]));
    expect(await run(1)).toEqual(first);
    expect(await run(2)).not.toEqual(first);
  });

  test('can be listed and taken away, alone or with all others', async () => {
    const id = await graph.fault('server-error');
    await graph.fault('html-502', { count: 2 });
    expect((await graph.control('GET', 'faults')).body).toMatchObject([
      { id, name: 'server-error' },
      { name: 'html-502', count: 2 },
    ]);
    await graph.control('DELETE', `faults/${id}`);
    expect((await graph.control('GET', 'faults')).body).toHaveLength(1);
    await graph.control('DELETE', 'faults');
    expect((await graph.call(`/${CATALOG}`)).status).toBe(200);
    expect((await graph.control('DELETE', `faults/${id}`)).status).toBe(404);
  });

  test.each<[object, string]>([
    [{ name: 'earthquake' }, 'no fault "earthquake"'],
    [{ name: 'slow', milliseconds: 5 }, 'not "milliseconds"'],
    [{ name: 'slow', ms: '5' }, '"ms" of the fault "slow" is a number'],
    [{ name: 'slow', endpoint: 'items' }, '"endpoint" of the fault "slow" is items_batch, '],
    [{ name: 'refuse-item', stage: 'later' }, 'sync or async'],
    [{ name: 'throttle', code: 80014.5 }, '"code" of the fault "throttle" is a whole number'],
    [{ name: 'empty-handles', endpoint: 'products' }, 'happens at items_batch, localized_items_batch, not at products'],
    [{ name: 'flag-item', errorType: 'EMPTY_PRICE', count: 1 }, 'not "count"'],
    [{ name: 'slow', probability: 2 }, 'a number from 0 to 1'],
  ])('described as %j is refused with the reason', async (fault, reason) => {
    const { status, body } = await graph.control('POST', 'faults', fault);
    expect(status).toBe(400);
    expect(body.error).toContain(reason);
  });
});
