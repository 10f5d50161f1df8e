import { HOUR } from '@catalog-sync/shared/catalog/instant.ts';
import { KEPT_STATES } from './states.ts';
import type { Landed } from './testing/landed.ts';
import { sync, transformWorld } from './testing/world.ts';
import { workOn } from './work.ts';

type World = ReturnType<typeof transformWorld>;
const go = (world: World, n: number) => workOn(sync(n), null, world.needs);
const keys = (world: World, prefix: string): string[] =>
  Object.keys(world.work.texts())
    .filter((key) => key.startsWith(prefix))
    .sort();

const through = async (world: World, n: number, files: readonly Landed[]): Promise<void> => {
  await world.validated(n, files);
  await go(world, n);
  if ((await world.requests(n)).length > 0) await world.sent(n);
  await go(world, n);
  await world.ended();
};
/** All objects that the state that counts now is made of. */
const present = async (world: World): Promise<string[]> => {
  const { stateKey } = (await world.pointer())!;
  const { partitions } = JSON.parse(world.work.texts()[stateKey!]!) as { partitions: { key: string | null }[] };
  return [stateKey!, ...partitions.flatMap(({ key }) => (key === null ? [] : [key]))];
};
const fine = { bits: 2, stretch: 2, keptCandidates: 0 };
const shop = (count: number, price = '1 EUR') =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`sku-${n}`, price]));

describe('once a sync is settled', () => {
  test('what was judged for it is gone; what it sent stays, for that may be asked for again', async () => {
    const world = transformWorld({ maxItems: 3 }, fine);
    await world.validated(1, [{ n: 1, rows: shop(8) }]);
    expect(keys(world, 'rows/').length).toBeGreaterThan(4);
    await go(world, 1);
    const batches = keys(world, 'syncs/default/000001/batches/');
    await world.sent(1);
    expect(keys(world, 'rows/').length).toBeGreaterThan(4);
    await go(world, 1);
    expect(keys(world, 'rows/')).toEqual([]);
    expect(keys(world, 'syncs/default/000001/batches/')).toEqual(batches);
  });

  test('no draft is left: its states are the present one and those before', async () => {
    const world = transformWorld({}, fine);
    await through(world, 1, [{ n: 1, rows: shop(8) }]);
    const first = await present(world);
    await through(world, 2, [{ n: 2, rows: shop(8) }]);
    await through(world, 3, [{ n: 3, rows: { 'sku-1': '2 EUR' } }]);
    const second = keys(world, 'states/default/000002/');
    expect(keys(world, 'states/')).toEqual([...new Set([...first, ...second, ...(await present(world))])].sort());
    const { stateKey } = (await world.pointer())!;
    const before = (JSON.parse(world.work.texts()[stateKey!]!) as { before: string[] }).before;
    expect(before).toEqual([second.find((key) => key.includes('state-')), first[0]]);
  });

  test('items of rows that wait stay as long as these do, and no longer', async () => {
    const world = transformWorld({ maxItems: 2, maxBatches: 1 }, fine);
    await through(world, 1, [{ n: 1, rows: shop(6) }]);
    for (const [n, left] of [
      [2, 2],
      [3, 0],
    ] as const) {
      expect(keys(world, 'rows/').every((key) => key.endsWith('.items.ndjson'))).toBe(true);
      await through(world, n, []);
      const { carried } = await world.state();
      const lies = new Set([...carried.values()].map(({ content }) => content.item!.key));
      expect([carried.size, keys(world, 'rows/')]).toEqual([left, [...lies].sort()]);
    }
    expect((await world.state()).entries.size).toBe(6);
  });

  test('a batch stays also after a row that waited in it went', async () => {
    const world = transformWorld({}, fine);
    await world.validated(1, [{ n: 1, rows: { a: '1 EUR' } }]);
    await go(world, 1);
    await world.sent(1, { status: 'unknown', amb: world.clock.now() });
    await go(world, 1);
    const batches = keys(world, 'syncs/default/000001/batches/');
    const { carried } = await world.state();
    expect(batches).toContain(carried.get('a')?.content.item?.key);
    world.later(2 * HOUR);
    await through(world, 2, []);
    expect((await world.state()).carried.size).toBe(0);
    expect(keys(world, 'syncs/default/000001/batches/')).toEqual(batches);
  });

  test.each([
    ['discarded, is as if it had not been planned', { n: 2, rows: { other: '1 EUR' }, whole: true }, false],
    ['failed, is as it was', { n: 2, rows: {}, refused: true }, true],
  ])('one that was %s', async (_how, file, failed) => {
    const world = transformWorld({ maxItems: 20, maxBatches: 1 }, fine);
    await through(world, 1, [{ n: 1, rows: shop(24) }]);
    const before = [keys(world, 'states/'), keys(world, 'rows/'), await world.state()];
    expect((before[1] as string[]).length).toBeGreaterThan(0);
    await world.validated(2, [file], { failed });
    await go(world, 2);
    if (!failed) await world.decide(2, 'discarded');
    await go(world, 2);
    expect((await world.pointer())?.sync).toBe(2);
    expect([keys(world, 'states/'), keys(world, 'rows/'), await world.state()]).toEqual(before);
  });

  test('the last states are kept, and what no kept one shares is gone', async () => {
    const world = transformWorld({}, fine);
    await through(world, 1, [{ n: 1, rows: shop(30) }]);
    await world.work.put('states/default/000001/0000-leftover.bin', 'of a crash');
    await world.work.put('states/other/000001/0000-leftover.bin', 'of another catalog');
    const syncs = KEPT_STATES + 5;
    for (let n = 2; n <= syncs; n++) await through(world, n, [{ n, rows: { 'sku-1': `${n} EUR` } }]);
    expect(keys(world, 'states/other/')).toHaveLength(1);
    const states = keys(world, 'states/default/').filter((key) => key.includes('/state-'));
    expect(states.map((key) => Number(key.split('/')[2]))).toEqual(
      Array.from({ length: KEPT_STATES + 1 }, (_, n) => syncs - KEPT_STATES + n),
    );
    const texts = world.work.texts();
    const named = new Set(
      states.flatMap((key) => (JSON.parse(texts[key]!) as { partitions: { key: string | null }[] }).partitions),
    );
    const partitions = [...named].flatMap(({ key }) => (key === null ? [] : [key]));
    const others = keys(world, 'states/default/').filter((key) => !key.includes('/state-'));
    expect(others).toEqual([...new Set(partitions)].sort());
    // Partitions that never moved are still those of the first sync.
    expect(partitions.some((key) => key.includes('/000001/'))).toBe(true);
    expect((await world.state()).entries.size).toBe(30);
  });
});
