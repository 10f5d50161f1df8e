import { mkdtemp, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CATALOG, item, type TestGraph, testGraph, update } from './graph-for-tests.ts';
import type { Fields } from './product-fields.ts';

let graph: TestGraph;
let dir: string;
let journal: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'graph-state-'));
  journal = join(dir, 'journal.ndjson');
  graph = await testGraph({ dir });
});
afterEach(async () => {
  await graph.stop();
  await rm(dir, { recursive: true });
});

const size = async (): Promise<number> => (await stat(journal)).size;
const byId = (one: Fields, other: Fields): number => (String(one.id) < String(other.id) ? -1 : 1);
const partial = (id: string, fields: Fields): object => ({ method: 'UPDATE', data: { id, ...fields } });

describe('a kill in the middle of a write', () => {
  /** How long the journal was when the call came, when it was answered, and when its batch had run. */
  interface Lengths {
    called: number;
    answered: number;
    ran: number;
  }
  const between = (from: number, to: number, share: number): number => Math.floor(from + (to - from) * share);

  const BEFORE = [item('a'), item('b'), item('d')];
  const AFTER = [item('a', { price: '39.90 EUR' }), item('b', { price: '5.00 EUR', color: 'red' }), item('c')];

  test.each<['nothing' | 'all', string, (lengths: Lengths) => number]>([
    ['nothing', 'before the call', ({ called }) => called],
    ['nothing', 'one byte into the call', ({ called }) => called + 1],
    ['nothing', 'a tenth into the call', ({ called, answered }) => between(called, answered, 0.1)],
    ['nothing', 'half into the call', ({ called, answered }) => between(called, answered, 0.5)],
    ['nothing', 'nine tenths into the call', ({ called, answered }) => between(called, answered, 0.9)],
    ['nothing', 'one byte before the answer', ({ answered }) => answered - 1],
    ['all', 'after the answer', ({ answered }) => answered],
    ['all', 'one byte into the run', ({ answered }) => answered + 1],
    ['all', 'half into the run', ({ answered, ran }) => between(answered, ran, 0.5)],
    ['all', 'one byte before the end of the run', ({ ran }) => ran - 1],
    ['all', 'after the run', ({ ran }) => ran],
  ])('leaves %s of the batch, %s', async (left, _when, cutAt) => {
    await graph.settle([update('a'), update('b'), update('d')]);
    const called = await size();
    const { body } = await graph.send([
      partial('a', { price: '39.90 EUR' }),
      update('b', { price: '5.00 EUR', color: 'red' }),
      update('c'),
      update('odd', { condition: 'odd' }),
      { method: 'DELETE', data: { id: 'd' } },
    ]);
    const answered = await size();
    graph.clock.advance(1_500);
    await truncate(journal, cutAt({ called, answered, ran: await size() }));
    await graph.restart();
    // What had not run is overdue.
    graph.clock.advance(0);
    const query = new URLSearchParams({ handle: body.handles[0], load_ids_of_invalid_requests: '1' });
    const status = await graph.call(`/${CATALOG}/check_batch_request_status?${query}`);
    if (left === 'nothing') expect(status.body.error.code).toBe(100);
    else expect(status.body.data).toMatchObject([{ status: 'finished', ids_of_invalid_requests: ['odd'] }]);
    const items = left === 'nothing' ? BEFORE : AFTER;
    expect(await graph.items()).toEqual(items);

    await graph.settle([partial('a', { title: 'Boot' }), update('e')]);
    await graph.restart();
    expect(await graph.items()).toEqual([{ ...items[0], title: 'Boot' }, ...items.slice(1), item('e')].sort(byId));
  });
});

describe('a start', () => {
  test('writes a journal anew that is mostly of what is no longer needed, and loses nothing', async () => {
    const FRENCH = { type: 'LANGUAGE', value: 'fr_XX' };
    await graph.settle([update('late-a'), update('late-b')]);
    await graph.post('localized_items_batch', [
      { method: 'UPDATE', localization: FRENCH, data: { id: 'late-a', title: 'Chaussure' } },
    ]);
    await graph.fault('partial-apply', { count: 1, lateMs: 3_600_000 });
    const late = await graph.send([update('late-a', { color: 'red' }), update('late-b', { color: 'red' })]);
    const many = (title: string) =>
      Array.from({ length: 500 }, (_, n) => update(`sku-${1_000 + n}`, { title, description: 'x'.repeat(9_000) }));
    for (const n of [1, 2, 3, 4, 5, 6]) await graph.settle(many(`Title ${n}`));
    await graph.settle([partial('sku-1000', { title: 'Its own' }), update('odd', { condition: 'odd' })]);
    await graph.set({ processingMs: 7_200_000 });
    const waiting = await graph.send([partial('sku-1001', { title: 'Waited' })]);

    const before = await size();
    const items = await graph.items();
    const localized = (await graph.control('GET', `catalogs/${CATALOG}/localized_items`)).body;
    const verdict = await graph.status(late.body.handles[0]);
    expect([items.length, localized.length, verdict.status]).toEqual([502, 1, 'error']);
    // Twice, for the second reads what the first has written.
    for (let n = 0; n < 2; n += 1) {
      await graph.restart();
      expect(await size()).toBeLessThan(before / 4);
      expect(await graph.items()).toEqual(items);
      expect((await graph.control('GET', `catalogs/${CATALOG}/localized_items`)).body).toEqual(localized);
      expect(await graph.status(late.body.handles[0])).toEqual(verdict);
    }
    await graph.set({ quota: { batchCallsPerHour: 1 } });
    expect((await graph.send([])).body.error.code).toBe(80014);
    graph.clock.advance(3_600_000);
    expect((await graph.items())[1]).toEqual(item('late-b', { color: 'red' }));
    expect((await graph.status(waiting.body.handles[0])).status).toBe('started');
    graph.clock.advance(3_600_000);
    expect((await graph.items()).slice(2, 5).map(({ title }) => title)).toEqual(['Its own', 'Waited', 'Title 6']);
  });

  test.each<[string, number]>([
    ['stored', 0],
    ['still to be', 7_200_000],
  ])('leaves a journal as it is of which most is %s', async (_what, processingMs) => {
    await graph.set({ processingMs });
    const large = { description: 'x'.repeat(9_000) };
    for (const n of [1, 2, 3, 4])
      await graph.send(Array.from({ length: 500 }, (_, k) => update(`sku-${n}-${k}`, large)));
    graph.clock.advance(0);
    const before = await size();
    await graph.restart();
    expect(await size()).toBe(before);
  });

  test('on a folder of another version is refused, and says which file is to be removed', async () => {
    await graph.settle([update('a')]);
    await writeFile(journal, '{"t":"items","catalog":"1042","items":[{"id":"a"}]}\n');
    await expect(testGraph({ dir })).rejects.toThrow(
      `${journal} was written by another version of the emulator: start on a new folder`,
    );
  });
});
