import { dyingAt, type Fault } from '@catalog-sync/shared/adapters/memory/index.ts';
import { HOUR, MINUTE } from '@catalog-sync/shared/catalog/instant.ts';
import { isAtWork, openAtWork } from '@catalog-sync/shared/records/at-work.ts';
import { planKey, pointerKey, type StatePartition } from '@catalog-sync/shared/records/transform.ts';
import { nothingStored } from './states.ts';
import { sweep } from './sweep.ts';
import { MAPPING } from './testing/items.ts';
import type { Landed } from './testing/landed.ts';
import { type Grain, sync, transformWorld } from './testing/world.ts';
import { workOn } from './work.ts';

type World = ReturnType<typeof transformWorld>;
const go = (world: World, n: number) => workOn(sync(n), null, world.needs);

/** Takes sync n from its files to its end; `made` says what Meta makes of each batch. */
const through = async (
  world: World,
  n: number,
  files: readonly Landed[],
  made: Parameters<World['sent']>[1][] = [],
  asks: string[] = [],
) => {
  await world.validated(n, files, { asks });
  await go(world, n);
  const requests = await world.requests(n);
  if (requests.length > 0) {
    await world.sent(n, ...made);
    await go(world, n);
  }
  await world.ended();
  await go(world, n);
  expect((await world.pointer())?.sync).toBe(n);
  return requests;
};
/** More products than may be deleted unasked. */
const shop = (count = 20) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`sku-${n}`, '10 EUR']));
const unknown = (world: World) => ({ status: 'unknown' as const, amb: world.clock.now() });

/** A shop in one piece, and one cut as finely as a large one is. */
const grains: [string, Grain][] = [
  ['one partition', { bits: 0, stretch: 1000, keptCandidates: 1000 }],
  [
    'four partitions, their rows in stretches of two, nothing kept in memory',
    { bits: 2, stretch: 2, keptCandidates: 0 },
  ],
];

describe.each(grains)('a catalog of %s', (_grain, grain) => {
  const worldOf = (settings: object = {}) => transformWorld(settings, grain);
  /** A world with sync 1 settled over a shop, and a plan of sync 2 held that would empty it. */
  const held = async () => {
    const world = worldOf();
    await through(world, 1, [{ n: 1, rows: shop() }]);
    await world.validated(2, [{ n: 2, rows: { other: '1 EUR' }, whole: true }]);
    await go(world, 2);
    return world;
  };

  describe('a validated sync', () => {
    test('is planned, its batches written, and handed on', async () => {
      const world = worldOf({ maxItems: 2 });
      await world.validated(1, [{ n: 1, rows: { a: '1 EUR', b: '2 EUR', c: '3 EUR' } }]);
      await go(world, 1);
      expect(await world.plan(1)).toMatchObject({ state: 'planned', batches: 2, items: 3, risks: [] });
      expect(await world.requests(1)).toEqual(['a 1 EUR', 'b 2 EUR', 'c 3 EUR']);
      const { batches } = await world.planned(1);
      expect(batches.map(({ items }) => items)).toEqual([2, 1]);
      const entries = batches.flatMap(world.entriesOf);
      expect(entries.find(({ id }) => id === 'c')).toMatchObject({
        op: 'UPDATE',
        price: '3.00 EUR',
        order: { instant: 1, row: 3 },
      });
      expect(world.said()).toEqual(['ProductsTransformed 1']);
    });

    test('is settled by what publish froze: the state is written, then the pointer moved, then it is said', async () => {
      const world = worldOf();
      await world.validated(1, [{ n: 1, rows: { a: '1 EUR', b: '2 EUR' } }]);
      await go(world, 1);
      await world.sent(1, { status: 'partly', errored: ['b'] });
      await go(world, 1);
      expect([...(await world.state()).entries].map(([id, { outcome }]) => [id, outcome])).toEqual([
        ['a', 'accepted'],
        ['b', 'errored'],
      ]);
      expect((await world.report()).rows).toMatchObject({ valid: 2, accepted: 1, errored: 1, held: 0 });
      expect(world.said()).toEqual(['ProductsTransformed 1', 'SyncSettled 1']);
    });

    test('without anything to send settles at once', async () => {
      const world = worldOf();
      await through(world, 1, [{ n: 1, rows: { a: '1 EUR' } }]);
      expect(await through(world, 2, [{ n: 2, rows: { a: '1 EUR' } }])).toEqual([]);
      expect((await world.report()).rows).toMatchObject({ valid: 1, unchanged: 1 });
      expect(world.said().filter((word) => word.endsWith('2'))).toEqual(['SyncSettled 2']);
    });

    test('that failed settles at once and changes nothing but the number', async () => {
      const world = worldOf();
      await through(world, 1, [{ n: 1, rows: { a: '1 EUR' } }]);
      const before = await world.pointer();
      await world.validated(2, [{ n: 2, rows: {}, refused: true }], { failed: true });
      await go(world, 2);
      expect(await world.pointer()).toEqual({ ...before, sync: 2, reportKey: expect.any(String) });
      expect(await world.report()).toMatchObject({
        status: 'failed-validation',
        files: [{ outcome: 'refused', why: 'no price' }],
      });
      expect(world.said().at(-1)).toBe('SyncSettled 2');
    });

    test('waits for the one before it', async () => {
      const world = worldOf();
      await world.validated(2, [{ n: 1, rows: { a: '1 EUR' } }]);
      await go(world, 2);
      expect([world.table.records(), world.said()]).toEqual([[], []]);
    });

    test('that does not exist changes nothing and says nothing: its event was forged', async () => {
      const world = worldOf();
      for (const n of [0, 1, 2, 99]) await go(world, n);
      await world.ended();
      for (const n of [0, 1, 2, 99]) await go(world, n);
      expect([world.table.records(), world.work.texts(), world.said()]).toEqual([[], {}, []]);
    });

    test('does not settle while an item of its plan has no outcome', async () => {
      const world = worldOf({ maxItems: 1 });
      await world.validated(1, [{ n: 1, rows: { a: '1 EUR', b: '2 EUR' } }]);
      await go(world, 1);
      await world.sent(1);
      const { leaves } = JSON.parse(world.work.texts()['outcomes-1.json']!);
      await world.work.put('outcomes-1.json', JSON.stringify({ leaves: leaves.slice(1) }));
      await expect(go(world, 1)).rejects.toThrow('default-000001 sent 2 items, but outcomes-1.json judges 1');
      expect(await world.pointer()).toBeUndefined();
    });
  });

  describe('a held plan', () => {
    test('sends nothing and keeps everything, until a person decides', async () => {
      const world = await held();
      expect(await world.plan(2)).toMatchObject({ state: 'held', risks: ['deletes'] });
      expect((await world.planned(2)).rows).toMatchObject({ valid: 1, held: 1 });
      expect(world.said().at(-1)).toBe('PlanHeld 2');
      expect((await world.pointer())?.sync).toBe(1);
    });

    test('is not moved by an event: without the person’s own write it stays held', async () => {
      const world = await held();
      await workOn(sync(2), 'a forged PlanApproved', world.needs);
      expect(await world.plan(2)).toMatchObject({ state: 'held' });
      expect(new Set(world.said().filter((word) => word.endsWith(' 2')))).toEqual(new Set(['PlanHeld 2']));
    });

    test('approved, goes out as it was', async () => {
      const world = await held();
      await world.decide(2, 'approved');
      await go(world, 2);
      expect(world.said().at(-1)).toBe('ProductsTransformed 2');
      await world.sent(2);
      await go(world, 2);
      expect([...(await world.state()).entries.keys()]).toEqual(['other']);
      expect((await world.report()).items).toEqual({ sent: 1, deleted: 20 });
    });

    test('discarded, sends nothing, keeps the state, and its files are refused with the reason', async () => {
      const world = await held();
      const before = await world.pointer();
      await world.decide(2, 'discarded');
      await go(world, 2);
      expect(await world.pointer()).toEqual({ ...before, sync: 2, reportKey: expect.any(String) });
      expect(await world.report()).toMatchObject({
        status: 'discarded',
        files: [{ outcome: 'refused', why: 'the plan was discarded by a person' }],
      });
      expect(world.said().at(-1)).toBe('SyncSettled 2');
    });

    test('by the version before, which names nobody, is gone on with', async () => {
      const world = await held();
      const { decidedBy: _, ...record } = (await world.table.get('plan#default', '000000002'))!;
      await world.table.write([{ kind: 'put', rev: record.rev, record: { ...record, state: 'discarded' } as never }]);
      await go(world, 2);
      expect((await world.report()).files[0]?.why).toBe('the plan was discarded by a person');
    });

    test('discarded by somebody who is named, names that person beside each file', async () => {
      const world = await held();
      const record = (await world.table.get('plan#default', '000000002'))!;
      const decided = { ...record, state: 'discarded', decidedBy: 'kim' };
      await world.table.write([{ kind: 'put', rev: record.rev, record: decided }]);
      await go(world, 2);
      expect((await world.report()).files[0]?.why).toMatch(/discarded by kim/);
      expect(await world.plan(2)).toMatchObject({ state: 'discarded', decidedBy: 'kim' });
    });

    test('discarded, keeps carried rows: they go with the next sync', async () => {
      const world = worldOf({ maxItems: 20, maxBatches: 1 });
      await through(world, 1, [{ n: 1, rows: { ...shop(), late: '5 EUR' } }]);
      const waits = [...(await world.state()).carried.keys()];
      expect(waits).toHaveLength(1);
      await world.validated(2, [{ n: 2, rows: { other: '5 EUR' }, whole: true }]);
      await go(world, 2);
      expect(await world.plan(2)).toMatchObject({ state: 'held' });
      await world.decide(2, 'discarded');
      await go(world, 2);
      expect([...(await world.state()).carried.keys()]).toEqual(waits);
      expect((await world.pointer())?.due).toBe(0);
      expect(await through(world, 3, [])).toEqual([expect.stringMatching(`^${waits[0]} `)]);
    });

    test('is said again after one minute, two, four … an hour at most', async () => {
      const world = await held();
      const waits: number[] = [];
      let last = world.clock.now();
      for (let minutes = 0; minutes < 300; minutes += 1) {
        world.later(MINUTE);
        const before = world.said().length;
        await sweep(world.needs);
        if (world.said().length > before) {
          waits.push((world.clock.now() - last) / MINUTE);
          last = world.clock.now();
        }
      }
      expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    });
  });

  describe('an older file', () => {
    test('that comes late touches nothing newer, and says so; what only it has goes', async () => {
      const world = worldOf();
      await through(world, 1, [{ n: 5, rows: { a: '5 EUR' } }]);
      expect(await through(world, 2, [{ n: 4, rows: { a: '4 EUR', b: '4 EUR' } }])).toEqual(['b 4 EUR']);
      expect(await world.report()).toMatchObject({
        rows: { superseded: 1, accepted: 1 },
        warnings: [expect.stringMatching(/older/)],
      });
    });

    test('nor what was found unchanged in a newer one', async () => {
      const world = worldOf();
      await through(world, 1, [{ n: 1, rows: { a: '1 EUR' } }]);
      await through(world, 2, [{ n: 5, rows: { a: '1 EUR' } }]);
      expect(await through(world, 3, [{ n: 4, rows: { a: '4 EUR' } }])).toEqual([]);
    });

    test('does not bring back what a newer whole feed ended', async () => {
      const world = worldOf();
      await through(world, 1, [{ n: 1, rows: { a: '1 EUR', b: '1 EUR' } }]);
      expect(await through(world, 2, [{ n: 5, rows: { a: '1 EUR' }, whole: true }])).toEqual(['b gone']);
      expect(await through(world, 3, [{ n: 4, rows: { b: '4 EUR', c: '4 EUR' } }])).toEqual([]);
    });

    test('that was discarded can be landed again and fills in what never got through', async () => {
      const world = await held();
      await world.decide(2, 'discarded');
      await go(world, 2);
      await through(world, 3, [{ n: 3, rows: { 'sku-1': '11 EUR' } }]);
      expect(await through(world, 4, [{ n: 2, rows: { other: '1 EUR', 'sku-1': '2 EUR' } }])).toEqual(['other 1 EUR']);
    });
  });

  describe('an ambiguous send', () => {
    test('keeps its products back for an hour, also when all went well, and over the syncs between', async () => {
      const world = worldOf();
      await world.validated(1, [{ n: 1, rows: { a: '1 EUR' } }]);
      await go(world, 1);
      await world.sent(1, { amb: world.clock.now() });
      await go(world, 1);
      for (const [n, minutes] of [
        [2, 20],
        [3, 20],
        [4, 20],
      ] as const) {
        world.later(minutes * MINUTE);
        expect(await through(world, n, [{ n, rows: { a: `${n} EUR` } }])).toEqual([]);
      }
      const { due } = (await world.pointer())!;
      expect(due).toBeGreaterThan(world.clock.now());
      world.clock.set(due!);
      expect(await through(world, 5, [])).toEqual(['a 4 EUR']);
    });

    test('of unknown outcome sends its row again after the embargo, also back to what it was', async () => {
      const world = worldOf();
      await through(world, 1, [{ n: 1, rows: { a: '1 EUR' } }]);
      await through(world, 2, [{ n: 2, rows: { a: '2 EUR' } }], [unknown(world)]);
      expect((await world.report()).errors).toMatchObject([{ id: 'a', stage: 'unknown' }]);
      expect((await world.report()).rows).toMatchObject({ valid: 1, carried: 1 });
      world.later(2 * HOUR);
      expect(await through(world, 3, [{ n: 3, rows: { a: '1 EUR' } }])).toEqual(['a 1 EUR']);
      expect((await world.state()).carried.size).toBe(0);
    });

    test('of unknown outcome three times running is parked and told, until its row changes', async () => {
      const world = worldOf();
      await through(world, 1, [{ n: 1, rows: { a: '1 EUR' } }], [unknown(world)]);
      for (const n of [2, 3]) {
        world.later(2 * HOUR);
        expect(await through(world, n, [], [unknown(world)])).toEqual(['a 1 EUR']);
      }
      expect((await world.state()).entries.get('a')?.outcome).toBe('parked');
      expect(await world.pointer()).toMatchObject({ due: null });
      expect((await world.report()).errors).toMatchObject([
        { id: 'a', stage: 'unknown', message: expect.stringMatching(/three times/) },
      ]);
      world.later(2 * HOUR);
      expect(await through(world, 4, [{ n: 4, rows: { a: '1 EUR' } }])).toEqual([]);
      expect(await through(world, 5, [{ n: 5, rows: { a: '5 EUR' } }])).toEqual(['a 5 EUR']);
    });
  });

  describe('what a person asks for again', () => {
    const refused = async () => {
      const world = worldOf();
      await through(world, 1, [{ n: 1, rows: { a: '1 EUR', b: '1 EUR' } }], [{ status: 'partly', errored: ['a'] }]);
      return world;
    };

    test('is in trouble until Meta has taken it, whatever lands meanwhile', async () => {
      const world = await refused();
      expect((await world.report()).troubled).toEqual({ refused: 1, unknown: 0 });
      await through(world, 2, [{ n: 2, rows: { b: '2 EUR' } }], [unknown(world)]);
      expect((await world.report()).troubled).toEqual({ refused: 1, unknown: 1 });
      await through(world, 3, [], [], ['a']);
      expect((await world.report()).troubled).toEqual({ refused: 0, unknown: 1 });
    });

    test('is sent as it was, once, and counts among no file’s rows', async () => {
      const world = await refused();
      expect(await through(world, 2, [], [], ['a', 'b', 'nobody'])).toEqual(['a 1 EUR']);
      expect(await world.report()).toMatchObject({ rows: { valid: 0, accepted: 0 }, items: { sent: 1 } });
      expect((await world.state()).entries.get('a')).toMatchObject({ outcome: 'accepted' });
    });

    test('is sent as its row says that landed with it, and that row is counted', async () => {
      const world = await refused();
      expect(await through(world, 2, [{ n: 2, rows: { a: '2 EUR' } }], [], ['a'])).toEqual(['a 2 EUR']);
      expect((await world.report()).rows).toMatchObject({ valid: 1, accepted: 1 });
    });

    test('is let through when what was sent is gone and its row landed again', async () => {
      const world = await refused();
      const { batchKey } = (await world.state()).entries.get('a')!.where;
      const { versionId } = (await world.work.head(batchKey))!;
      await world.work.deleteVersion(batchKey, versionId);
      expect(await through(world, 2, [], [], ['a'])).toEqual([]);
      expect(await through(world, 3, [{ n: 3, rows: { a: '1 EUR' } }], [], ['a'])).toEqual(['a 1 EUR']);
    });
  });

  describe('carried rows', () => {
    test('beyond the bound go with the next sync, and a newer row takes their place before it costs a call', async () => {
      const world = worldOf({ maxItems: 1, maxBatches: 1 });
      const [first] = await through(world, 1, [{ n: 1, rows: { a: '1 EUR', b: '1 EUR', c: '1 EUR' } }]);
      expect(await world.pointer()).toMatchObject({ due: 0 });
      const [newer, waits] = ['a', 'b', 'c'].filter((id) => `${id} 1 EUR` !== first);
      const second = await through(world, 2, [{ n: 2, rows: { [newer!]: '2 EUR' } }]);
      expect((await world.report()).carriedRows).toMatchObject({ taken: 2, superseded: 1 });
      const third = await through(world, 3, []);
      expect([...second, ...third].sort()).toEqual([`${newer} 2 EUR`, `${waits} 1 EUR`]);
      expect(await world.pointer()).toMatchObject({ due: null });
    });
  });

  describe('the last word about a sync', () => {
    test('is said again each minute: its plan until it is settled, its end until ingest has ended it', async () => {
      const world = worldOf();
      await world.validated(1, [{ n: 1, rows: { a: '1 EUR' } }]);
      await go(world, 1);
      world.later(MINUTE);
      await sweep(world.needs);
      await world.sent(1);
      for (let minutes = 0; minutes < 3; minutes += 1) {
        world.later(MINUTE);
        await sweep(world.needs);
      }
      expect(world.said()).toEqual([...Array(2).fill('ProductsTransformed 1'), ...Array(3).fill('SyncSettled 1')]);
      await world.ended();
      world.later(MINUTE);
      await sweep(world.needs);
      world.later(HOUR);
      await sweep(world.needs);
      expect(world.said()).toHaveLength(5);
      expect(world.table.records().filter(({ dueOf }) => dueOf !== undefined)).toEqual([]);
    });

    test('is said though another sync cannot be worked on', async () => {
      const world = await held();
      await world.table.write([
        {
          kind: 'put',
          rev: 0,
          record: { pk: 'plan#a-broken-one', sk: '000000001', state: '?', dueOf: 'plan', dueAt: 0 },
        },
      ]);
      world.later(MINUTE);
      const before = world.said().length;
      await expect(sweep(world.needs)).rejects.toThrow('PlanRecord');
      expect(world.said().slice(before)).toEqual(['PlanHeld 2']);
    });
  });

  describe('past words over a present that went on', () => {
    test('change nothing and say nothing', async () => {
      const world = worldOf();
      await through(world, 1, [{ n: 1, rows: { a: '1 EUR' } }]);
      await through(world, 2, [{ n: 2, rows: { a: '2 EUR' } }]);
      await through(world, 3, [{ n: 3, rows: { a: '2 EUR' } }]);
      const before = [world.everything(), world.said()];
      for (const n of [1, 2, 3, 2, 1]) await go(world, n);
      world.later(HOUR);
      await sweep(world.needs);
      expect([world.everything(), world.said()]).toEqual(before);
    });

    test('nor do they move a sync that is on its way', async () => {
      const world = worldOf();
      await through(world, 1, [{ n: 1, rows: { a: '1 EUR' } }]);
      await world.validated(2, [{ n: 2, rows: { a: '2 EUR' } }]);
      await go(world, 2);
      const before = [world.everything(), world.said()];
      await go(world, 1);
      expect([world.everything(), world.said()]).toEqual(before);
    });
  });

  describe('two workers, or one that dies', () => {
    const files: Landed[] = [{ n: 2, rows: { a: '2 EUR', b: '1 EUR', c: '2 EUR', d: '2 EUR' } }];
    const story = async (worker: (world: World, step: 'plan' | 'settle') => Promise<void>) => {
      const world = worldOf({ maxItems: 2 });
      await through(world, 1, [{ n: 1, rows: { a: '1 EUR', b: '1 EUR' } }]);
      await world.validated(2, files);
      await worker(world, 'plan');
      await go(world, 2);
      await world.sent(2, { status: 'unknown', amb: world.clock.now() }, { errored: ['c', 'd'], status: 'partly' });
      await worker(world, 'settle');
      await go(world, 2);
      return world;
    };
    const truth = ({ table, work }: World) => ({
      records: table.records().map(({ rev: _, dueAt: __, ...record }) => record),
      work: work.texts(),
    });

    test('plan and settle the same bytes', async () => {
      const whole = await story((world) => go(world, 2));
      const racing = await story(async (world) => void (await Promise.all([go(world, 2), go(world, 2), go(world, 2)])));
      expect(truth(racing)).toEqual(truth(whole));
      const { entries, carried } = await racing.state();
      expect([...entries.values()].map(({ outcome }) => outcome).sort()).toEqual([
        'accepted',
        'errored',
        'unknown',
        'unknown',
      ]);
      expect(carried.size).toBe(2);
    });

    test('that sleeps before it moves the pointer moves it nowhere once others went on', async () => {
      const world = worldOf();
      await world.validated(1, [{ n: 1, rows: { a: '1 EUR' } }]);
      await go(world, 1);
      await world.sent(1);
      let slept = false;
      const putOnce: World['work']['putOnce'] = async (key, body, options) => {
        const written = await world.work.putOnce(key, body, options);
        if (key.startsWith('states/') && !slept) {
          slept = true;
          await go(world, 1);
          await world.ended();
          await through(world, 2, [{ n: 2, rows: { a: '2 EUR' } }]);
        }
        return written;
      };
      await workOn(sync(1), null, { ...world.needs, work: { ...world.work, putOnce } });
      expect([slept, (await world.pointer())?.sync]).toEqual([true, 2]);
      expect((await world.state()).entries.get('a')?.price).toBe('2.00 EUR');
    });

    test.each<['plan' | 'settle', RegExp]>([
      ['plan', /^rows/],
      ['settle', /^states\/.*\.bin$/],
    ])('that are overtaken as they %s, and find cleared away what they read, fail at nothing', async (at, what) => {
      const world = worldOf();
      await through(world, 1, [{ n: 1, rows: { a: '1 EUR', b: '1 EUR' } }]);
      await world.validated(2, [{ n: 2, rows: { a: '2 EUR', b: '1 EUR' } }]);
      if (at === 'settle') {
        await go(world, 2);
        await world.sent(2);
      }
      let overtaken = false;
      const overtake = async (key: string): Promise<void> => {
        if (overtaken || !what.test(key)) return;
        overtaken = true;
        await go(world, 2);
        if (at === 'plan') {
          await world.sent(2);
          await go(world, 2);
        }
      };
      const { read, readRange } = world.work;
      const slow: Partial<World['work']> = {
        read: async (key) => {
          await overtake(key);
          return read(key);
        },
        readRange: async (key, start, length) => {
          await overtake(key);
          return readRange(key, start, length);
        },
      };
      await workOn(sync(2), null, { ...world.needs, work: { ...world.work, ...slow } });
      expect([overtaken, (await world.pointer())?.sync]).toEqual([true, 2]);
    });

    test('that fail at anything else say so', async () => {
      const world = worldOf();
      await world.validated(1, [{ n: 1, rows: { a: '1 EUR' } }]);
      const readRange = async () => undefined;
      const worker = { ...world.needs, work: { ...world.work, readRange } };
      await expect(workOn(sync(1), null, worker)).rejects.toThrow('is gone, though a record names it');
    });

    test.each<[Fault, 'plan' | 'settle']>([
      ['before', 'plan'],
      ['after', 'plan'],
      ['before', 'settle'],
      ['after', 'settle'],
    ])('%s any one call, as the sync is to %s: the same word said again comes to the same', async (how, at) => {
      const whole = truth(await story((world) => go(world, 2)));
      let calls = 0;
      for (let died = true; died; calls += 1) {
        died = false;
        const world = await story(async (one, step) => {
          if (step !== at) return go(one, 2);
          const mortal = dyingAt(one.needs, calls, how);
          await workOn(sync(2), null, mortal.ports).catch(() => {});
          died = mortal.died();
        });
        const { records, work } = truth(world);
        // What a death leaves behind is named by nothing: rows that were judged, drafts.
        const named = Object.entries(work).filter(([key]) => key in whole.work || !/^(rows|states)\//.test(key));
        expect({ calls, records, work: Object.fromEntries(named) }).toEqual({ calls, ...whole });
        expect(world.said()).toEqual(expect.arrayContaining(['ProductsTransformed 2', 'SyncSettled 2']));
      }
      expect(calls).toBeGreaterThan(10);
    });
  });
});

test('a sync that somebody plans is left alone until that one is done or given up', async () => {
  const world = transformWorld({});
  const { pk, sk } = planKey(sync(1));
  await world.validated(1, [{ n: 1, rows: { a: '1 EUR' } }]);
  const goesOn = await openAtWork('planning', sync(1), 1, world.needs);
  world.later(MINUTE);
  await goesOn?.();
  await workOn(sync(1), null, world.needs);
  expect(await world.needs.table.get(pk, sk)).toBeUndefined();
  world.later(2 * MINUTE);
  await workOn(sync(1), null, world.needs);
  expect(await world.needs.table.get(pk, sk)).toMatchObject({ state: 'planned' });
});

test('a sync without files in which many rows wait is planned by one worker', async () => {
  const world = transformWorld({});
  const waiting: StatePartition = { ...nothingStored, carried: 50_000 };
  const state = { sync: 1, bits: 0, partitions: [waiting], floor: null, mapping: MAPPING, before: [] };
  await world.needs.work.putOnce('states/many.json', JSON.stringify(state));
  const pointer = { sync: 1, stateKey: 'states/many.json', due: null, reportKey: null };
  await world.needs.table.write([{ kind: 'put', rev: 0, record: { ...pointerKey(sync(1).catalog), ...pointer } }]);
  await world.validated(2, []);
  await go(world, 2);
  expect(await isAtWork('planning', sync(2), world.needs)).toBe(true);
});

test('a sync that somebody settles is left alone until that one is done or given up', async () => {
  const world = transformWorld({});
  await world.validated(1, [{ n: 1, rows: { a: '1 EUR' } }]);
  await workOn(sync(1), null, world.needs);
  await world.sent(1);
  const goesOn = await openAtWork('settling', sync(1), 1, world.needs);
  world.later(MINUTE);
  await goesOn?.();
  await workOn(sync(1), null, world.needs);
  expect((await world.pointer())?.sync ?? 0).toBe(0);
  world.later(2 * MINUTE);
  await workOn(sync(1), null, world.needs);
  expect((await world.pointer())?.sync).toBe(1);
});
