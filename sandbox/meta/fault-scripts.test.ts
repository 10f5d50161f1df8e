import { CATALOG, item, type TestGraph, testGraph, update } from './graph-for-tests.ts';

let graph: TestGraph;
beforeEach(async () => {
  graph = await testGraph();
});
afterEach(() => graph.stop());

const statuses = async (calls: number): Promise<number[]> => {
  const seen: number[] = [];
  for (let n = 0; n < calls; n += 1) seen.push((await graph.send([update('a')])).status);
  return seen;
};

describe('checklist, Faults: a script', () => {
  test('has a step for each call in turn; null goes well, and after the last all do', async () => {
    await graph.script([{ name: 'throttle', minutes: 1 }, null, { name: 'html-502' }]);
    expect(await statuses(5)).toEqual([400, 200, 502, 200, 200]);
  });

  test('counts the calls of its endpoint alone', async () => {
    await graph.script([{ name: 'html-502' }, { name: 'server-error' }]);
    expect((await graph.call(`/${CATALOG}`)).status).toBe(200);
    expect(await statuses(1)).toEqual([502]);
    expect((await graph.call(`/${CATALOG}`)).status).toBe(200);
    expect(await statuses(1)).toEqual([500]);
  });

  test.each<[string, object, number[]]>([
    ['a catalog', { catalog: '2077' }, [200]],
    ['an item', { retailerId: 'b' }, [200]],
    ['an item that is there', { retailerId: 'a' }, [502]],
    ['a size', { moreThan: 1 }, [200]],
  ])('bound to %s counts those calls alone', async (_what, matching, expected) => {
    await graph.script([{ name: 'html-502' }], { endpoint: 'items_batch', ...matching });
    expect(await statuses(1)).toEqual(expected);
  });

  test('may do several things to one call', async () => {
    await graph.script([[{ name: 'usage-header', call_count: 96 }, { name: 'empty-handles' }]]);
    const { headers, body } = await graph.send([update('a')]);
    expect(JSON.parse(headers.get('x-app-usage')!).call_count).toBe(96);
    expect(body).toEqual({ handles: [] });
  });

  test('may refuse items, all of a call or one of them', async () => {
    await graph.script([
      { name: 'refuse-item', errorType: 'EMPTY_PRICE' },
      { name: 'refuse-item', retailerId: 'b' },
    ]);
    const both = [update('a'), update('b')];
    expect((await graph.settle(both)).ids_of_invalid_requests).toEqual(['a', 'b']);
    expect((await graph.settle(both)).ids_of_invalid_requests).toEqual(['b']);
    expect((await graph.settle(both)).ids_of_invalid_requests).toEqual([]);
  });

  test('leads a batch through its states', async () => {
    await graph.script([null, { name: 'status-unknown-word' }, { name: 'empty-data' }, { name: 'handle-not-found' }], {
      endpoint: 'check_batch_request_status',
    });
    const { body } = await graph.send([update('a')]);
    const path = `/${CATALOG}/check_batch_request_status?handle=${body.handles[0]}`;
    const seen: unknown[] = [];
    for (let n = 0; n < 5; n += 1) {
      const answer = (await graph.call(path)).body;
      seen.push(answer.error?.code ?? answer.data[0]?.status);
    }
    expect(seen).toEqual(['scheduled', 'in_progress', undefined, 100, 'scheduled']);
  });

  test('comes before faults in general, and is shown with them', async () => {
    await graph.fault('server-error', { endpoint: 'items_batch' });
    const { body } = await graph.script([{ name: 'html-502' }, null]);
    expect(await statuses(2)).toEqual([502, 500]);
    const listed = (await graph.control('GET', 'faults')).body;
    expect(listed).toMatchObject([
      { name: 'server-error' },
      { id: body.id, endpoint: 'items_batch', script: [[{ name: 'html-502' }], []], done: 2 },
    ]);
    await graph.control('DELETE', `faults/${body.id}`);
    expect((await graph.control('GET', 'faults')).body).toHaveLength(1);
    await graph.script([{ name: 'html-502' }]);
    await graph.control('DELETE', 'faults');
    expect((await graph.control('GET', 'faults')).body).toEqual([]);
    expect(await statuses(1)).toEqual([200]);
  });

  test('is told of in the list of calls', async () => {
    await graph.script([null, { name: 'html-502' }]);
    await statuses(2);
    const calls: { faults?: string[] }[] = (await graph.control('GET', 'calls')).body;
    expect(calls.map(({ faults }) => faults)).toEqual([undefined, ['html-502']]);
  });

  test.each<[object, string]>([
    [{ script: 'html-502', endpoint: 'items_batch' }, 'list of steps'],
    [{ script: [null] }, 'names its "endpoint"'],
    [{ script: [{ name: 'earthquake' }], endpoint: 'items_batch' }, 'no fault "earthquake"'],
    [{ script: ['html-502'], endpoint: 'items_batch' }, 'JSON object'],
    [{ script: [{ name: 'html-502', count: 2 }], endpoint: 'items_batch' }, 'not "count"'],
    [{ script: [{ name: 'empty-handles' }], endpoint: 'products' }, 'happens at items_batch'],
    [{ script: [{ name: 'flag-item' }], endpoint: 'products' }, 'no step'],
    [{ script: [null], endpoint: 'items_batch', probability: 0.5 }, 'not "probability"'],
  ])('described as %j is refused with the reason', async (script, reason) => {
    const { status, body } = await graph.control('POST', 'faults', script);
    expect(status).toBe(400);
    expect(body.error).toContain(reason);
    expect((await graph.control('GET', 'faults')).body).toEqual([]);
  });

  test('with a step that is accepted leaves a ghost: an error for the caller, applied much later', async () => {
    await graph.script([
      [
        { name: 'html-502', accepted: true },
        { name: 'slow-processing', ms: 600_000 },
      ],
    ]);
    expect((await graph.send([update('a', { title: 'Ghost' })])).status).toBe(502);
    await graph.settle([update('a', { title: 'Sent again' })]);
    expect(await graph.items()).toEqual([item('a', { title: 'Sent again' })]);
    graph.clock.advance(600_000);
    expect(await graph.items()).toEqual([item('a', { title: 'Ghost' })]);
  });
});
