import { dyingAt, type Fault } from '@catalog-sync/shared/adapters/memory/index.ts';
import { LOOK_BACK } from '@catalog-sync/shared/rows/approach.ts';
import type { Sizes } from '@catalog-sync/shared/sizes.ts';
import { sweep } from '../sweep.ts';
import { csv, FIRST, type Landing, row, validateWorld } from '../testing/world.ts';
import { workOn } from '../work.ts';
import { shardKey } from './record.ts';

type World = ReturnType<typeof validateWorld>;

const SHARDS: Partial<Sizes> = { shardAbove: 500, shardBytes: 700 };
const ids = Array.from({ length: 40 }, (_, n) => `sku-${n}`);
const rows = ids.map((id, n) =>
  n % 9 === 4 ? row(id, { price: 'much' }) : row(id, { title: n % 7 === 3 ? '"Boots,\nof ""leather"""' : 'Boots' }),
);
const LARGE: Landing = { key: 'data/large.csv', text: csv(...rows), whole: true };
const SMALL: Landing = { key: 'data/small.csv', text: csv(row('x')) };
const badBytes = (text: string): Buffer => {
  const bytes = Buffer.from(text);
  bytes[bytes.length - 100] = 0xff;
  return bytes;
};
const shard = (n: number) => shardKey(FIRST, 0, n);

const openWorld = async (files: readonly Landing[], sizes: Partial<Sizes> = SHARDS, settings = {}): Promise<World> => {
  const world = validateWorld(settings, sizes);
  await world.open(files);
  return world;
};
const judged = async (...of: Parameters<typeof openWorld>): Promise<World> => {
  const world = await openWorld(of[0], of[1], of[2]);
  await workOn(FIRST, null, world.needs);
  return world;
};

/** All that others read of a sync, in which the objects' names are what they hold. */
const findings = async (world: World) => {
  const { parts, files, ...rest } = await world.validation();
  const { key: _, ...record } = (await world.record())!;
  const inOrder = (await world.rows(parts)).toSorted((a, b) => a.file - b.file || a.row - b.row);
  const texts = world.work.texts();
  return {
    ...rest,
    record,
    rows: inOrder,
    files: files.map(({ reportKey, ...file }) => ({ ...file, report: reportKey && JSON.parse(texts[reportKey]!) })),
  };
};
const inOneGo = async (files: readonly Landing[], settings = {}) => findings(await judged(files, {}, settings));

/** Another worker has taken shard n, and is at it. */
const take = (world: World, n: number) =>
  world.table.write([
    { kind: 'put', rev: 0, record: { ...shard(n), state: 'open', until: world.clock.now() + 120_000 } },
  ]);
const afterTheLease = (world: World): void => world.clock.set(world.clock.now() + 120_000);
const states = ({ table }: World) =>
  table.records().flatMap(({ pk, state }) => (pk.startsWith('shards#') ? [state] : []));

describe('a large file is judged in shards, and comes to the same as in one go', () => {
  test.each<[string, Landing[], object]>([
    ['with rows over several lines, and rejected ones', [LARGE], {}],
    ['among others', [SMALL, LARGE, SMALL], {}],
    ['that is cut', [{ ...LARGE, text: LARGE.text.slice(0, -20) }], {}],
    ['without a line end', [{ ...LARGE, text: LARGE.text.trimEnd() }], {}],
    ['with fewer rows than were declared', [{ ...LARGE, rows: 41 }], {}],
    ['with a row that refuses it', [LARGE], { onBadRow: 'refuse-file' }],
    ['without a header', [{ ...LARGE, text: rows.join('\n') }], {}],
    [
      'with a column that is not known',
      [{ ...LARGE, text: LARGE.text.replaceAll('\n', ',z\n').replace(/,z/, ',more') }],
      {},
    ],
    ['with bytes that are not UTF-8', [{ ...LARGE, bytes: badBytes(LARGE.text) }], {}],
  ])('%s', async (_what, files, settings) => {
    const world = await judged(files, SHARDS, settings);
    expect(await findings(world)).toEqual(await inOneGo(files, settings));
  });

  test('also one with more findings than a report holds', async () => {
    const text = csv(
      ...Array.from({ length: 10_100 }, (_, n) => row(`s${n}`, n === 10_090 ? { title: '' } : { price: '1' })),
    );
    const world = await judged([{ ...LARGE, text }], { shardAbove: 0, shardBytes: 400_000 });
    expect(states(world).length).toBeGreaterThan(2);
    expect(await findings(world)).toEqual(await inOneGo([{ ...LARGE, text }]));
  });

  test('each of about as many bytes', async () => {
    const world = await judged([LARGE]);
    expect(DONE.length).toBeGreaterThan(5);
    expect(states(world)).toEqual(DONE);
  });

  test.each<[string, Partial<Landing>]>([
    ['a small one', { text: csv(row('a')) }],
    ['one that is packed by its name', { key: 'data/large.csv.gz' }],
    ['one that is packed by its first bytes', { text: `\u001f\u008b${LARGE.text}` }],
  ])('but not %s', async (_which, more) => {
    const { text = LARGE.text } = more;
    const world = await judged([{ ...LARGE, ...more, bytes: Buffer.from(text, 'latin1') }]);
    expect(states(world)).toEqual([]);
  });

  test('but not when somebody deleted it before', async () => {
    const world = await openWorld([LARGE]);
    const { key, versionId } = (await world.landing.head(LARGE.key))!;
    await world.landing.deleteVersion(key, versionId);
    await workOn(FIRST, null, world.needs);
    expect((await world.validation()).files[0]).toMatchObject({ why: 'it was deleted before it could be read' });
  });
});

const DONE = Array(Math.ceil(LARGE.text.length / 700)).fill('done');

describe('workers at a large file', () => {
  test('leave alone what another reads, help with the rest, and say nothing before all is read', async () => {
    const world = await openWorld([LARGE, SMALL]);
    await take(world, 0);
    await take(world, 2);
    await workOn(FIRST, null, world.needs);
    expect(states(world)).toEqual(DONE.map((_, n) => (n === 0 || n === 2 ? 'open' : 'done')));
    expect([await world.record(), world.said()]).toEqual([undefined, []]);
  });

  test('take over what one that died was at', async () => {
    const world = await openWorld([LARGE, SMALL]);
    await take(world, 0);
    await take(world, 2);
    await workOn(FIRST, null, world.needs);
    afterTheLease(world);
    await workOn(FIRST, null, world.needs);
    expect(states(world)).toEqual(DONE);
    expect(await findings(world)).toEqual(await inOneGo([LARGE, SMALL]));
  });

  test('begin none for which no time is left', async () => {
    const world = await openWorld([LARGE]);
    let left = 59_000;
    const timeLeftMs = () => (left -= 5_000);
    await workOn(FIRST, null, { ...world.needs, timeLeftMs });
    expect(states(world)).toEqual(['done', 'done']);
    await workOn(FIRST, null, world.needs);
    expect(await findings(world)).toEqual(await inOneGo([LARGE]));
  });

  test('at the same time come to the same', async () => {
    const world = await openWorld([LARGE, SMALL]);
    await Promise.all(Array.from({ length: 4 }, () => workOn(FIRST, null, world.needs)));
    expect(await findings(world)).toEqual(await inOneGo([LARGE, SMALL]));
  });

  /** The world as one worker sees it, while whose first shard is being read something happens. */
  const meanwhile = ({ needs }: World, happens: () => Promise<unknown>) => {
    let happened = false;
    const putOnce: typeof needs.work.putOnce = async (...put) => {
      if (!happened) {
        happened = true;
        await happens();
      }
      return needs.work.putOnce(...put);
    };
    return { ...needs, work: { ...needs.work, putOnce } };
  };

  test('that are slow come to an end though each is taken for dead by another', async () => {
    const world = await openWorld([LARGE]);
    const needs = meanwhile(world, async () => {
      const { rev, ...record } = world.table.peek(shard(0).pk, shard(0).sk)!;
      afterTheLease(world);
      await world.table.write([{ kind: 'put', rev, record: { ...record, until: world.clock.now() + 120_000 } }]);
    });
    await workOn(FIRST, null, needs);
    expect(states(world)).toEqual(DONE);
    expect(await findings(world)).toEqual(await inOneGo([LARGE]));
  });

  test('do not begin again when another has ended, and the shards are forgotten', async () => {
    const world = await openWorld([LARGE]);
    const needs = meanwhile(world, async () => {
      afterTheLease(world);
      await workOn(FIRST, null, world.needs);
      await world.point(1);
      afterTheLease(world);
      await sweep(world.needs);
    });
    await workOn(FIRST, null, needs);
    expect(states(world)).toEqual([]);
  });

  test('read once more what began in the middle of a text that looks like rows', async () => {
    const inside = Array.from({ length: 900 }, (_, n) => row(`no-${n}`)).join('\n');
    const bytes = csv(row('a'), row('b', { title: `"${inside}"` }), row('c'), row('d'));
    expect(inside.length).toBeGreaterThan(LOOK_BACK + 25_000);
    const files = [{ ...LARGE, text: bytes }];
    const world = await openWorld(files, { shardAbove: 500, shardBytes: LOOK_BACK + 10_000 });
    await take(world, 0);
    await workOn(FIRST, null, world.needs);
    const guessed = world.table.peek(shard(1).pk, shard(1).sk)!;
    afterTheLease(world);
    await workOn(FIRST, null, world.needs);
    const mended = world.table.peek(shard(1).pk, shard(1).sk)!;
    expect([guessed.begin, mended.begin]).toEqual([
      { at: expect.any(Number), lost: false, spent: 0 },
      { at: bytes.indexOf('c,Boots'), lost: false, spent: 0 },
    ]);
    expect(guessed.begin).not.toEqual(mended.begin);
    expect(await findings(world)).toEqual(await inOneGo(files));
  });

  test.each<[Fault]>([['before'], ['after']])(
    'that die %s any one call leave nothing that another does not bring to the same end',
    async (how) => {
      const files = [LARGE, SMALL];
      const sizes = { shardAbove: 500, shardBytes: 2_000 };
      const truth = ({ table, work }: World) => ({
        records: table.records().map(({ rev: _, dueAt: __, ...record }) => record),
        work: work.texts(),
      });
      const whole = truth(await judged(files, sizes));
      let calls = 0;
      for (let died = true; died; calls++) {
        const world = await openWorld(files, sizes);
        const mortal = dyingAt(world.needs, calls, how);
        await workOn(FIRST, null, mortal.ports).catch(() => {});
        died = mortal.died();
        afterTheLease(world);
        await workOn(FIRST, null, world.needs);
        expect({ calls, ...truth(world) }).toEqual({ calls, ...whole });
      }
      expect(calls).toBeGreaterThan(20);
    },
  );
});

test('the records of shards go once the sync is settled', async () => {
  const world = await judged([LARGE]);
  await world.point(1);
  afterTheLease(world);
  await sweep(world.needs);
  expect(states(world)).toEqual([]);
});
