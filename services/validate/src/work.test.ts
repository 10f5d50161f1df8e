import { dyingAt, type Fault } from '@catalog-sync/shared/adapters/memory/index.ts';
import { hashKey, highOf, partitionOf } from '@catalog-sync/shared/baseline/id-hash.ts';
import { epochMs, MINUTE } from '@catalog-sync/shared/catalog/instant.ts';
import { isAtWork, openAtWork } from '@catalog-sync/shared/records/at-work.ts';
import { sweep } from './sweep.ts';
import {
  csv,
  FIRST,
  fingerprintOf,
  itemOf,
  type Known,
  type Landing,
  type ReadRow,
  row,
  validateWorld,
} from './testing/world.ts';
import { workOn } from './work.ts';

type World = ReturnType<typeof validateWorld>;

const judged = async (files: readonly Landing[], settings: object = {}, asks: string[] = []): Promise<World> => {
  const world = validateWorld(settings);
  await world.open(files, asks);
  await workOn(FIRST, null, world.needs);
  return world;
};
/** A row as a file's table has it, with the item of `row(id, …)`. */
const readRow = (where: Partial<ReadRow>, id: string, cells: { price?: string } = {}): ReadRow => ({
  partition: 0,
  file: 0,
  row: 1,
  rejected: false,
  hash: hashKey(id),
  fingerprint: fingerprintOf(itemOf(id, cells)),
  price: cells.price ?? '12.50 EUR',
  availability: 'in stock',
  brand: 'Acme',
  category: 'Shoes',
  item: itemOf(id, cells),
  ...where,
});
const PART_NAMES = [
  expect.stringMatching(/^syncs\/default\/000001\/rows-[0-9a-f]{16}\.bin$/),
  expect.stringMatching(/^syncs\/default\/000001\/items-[0-9a-f]{16}\.ndjson$/),
];
const GOOD: Landing = { key: 'data/good.csv', text: csv(row('a'), row('b')) };
const MIXED: Landing = { key: 'data/mixed.csv', text: csv(row('c'), row('d', { price: 'much' }), row('e')) };
const BAD: Landing = { key: 'data/bad.csv', text: 'id,title\n1,Boots\n' };

describe('a sync is validated', () => {
  test('file by file and row by row, and the valid rows know where they come from', async () => {
    const world = await judged([GOOD, MIXED]);
    expect(await world.record()).toMatchObject({ state: 'validated', files: 2, landed: 5, valid: 4, rejected: 1 });
    const { files, parts } = await world.validation();
    expect(files.map(({ key, outcome, landed, valid, rejected }) => [key, outcome, landed, valid, rejected])).toEqual([
      ['data/good.csv', 'usable', 2, 2, 0],
      ['data/mixed.csv', 'usable', 3, 2, 1],
    ]);
    expect(await world.rows(parts)).toEqual([
      readRow({ file: 0, row: 1 }, 'a'),
      readRow({ file: 0, row: 2 }, 'b'),
      readRow({ file: 1, row: 1 }, 'c'),
      readRow({ file: 1, row: 3 }, 'e'),
    ]);
    expect(world.said()).toEqual(['BatchValidated default-000001']);
  });

  test('and a rejected row is in the report of its file', async () => {
    const world = await judged([GOOD, MIXED]);
    const { files } = await world.validation();
    expect(files[0]?.reportKey).toBeNull();
    expect(JSON.parse(world.work.texts()[files[1]!.reportKey!]!)).toMatchObject({
      file: 'data/mixed.csv',
      usable: true,
      counts: { 'bad-price': 1 },
      findings: [{ line: 3, row: 2, code: 'bad-price', retailerId: 'd' }],
    });
  });

  test('and a refused file gives no rows and keeps back no other', async () => {
    const world = await judged([BAD, GOOD]);
    expect(await world.record()).toMatchObject({ state: 'validated', files: 2, landed: 2, valid: 2, rejected: 0 });
    const { files } = await world.validation();
    expect(files[0]).toMatchObject({ outcome: 'refused' });
    expect(files[0]?.why).toMatch(/description/);
  });

  test('counting all findings of a file that has more than its report can hold', async () => {
    const rows = Array.from({ length: 10_050 }, (_, n) => row(`sku-${n}`, { price: 'much' }));
    const world = await judged([{ key: 'data/awful.csv', text: csv(...rows) }]);
    const { files } = await world.validation();
    const report = JSON.parse(world.work.texts()[files[0]!.reportKey!]!);
    expect([report.counts, report.findings.length, report.omitted]).toEqual([{ 'bad-price': 10_050 }, 10_000, 50]);
  });

  test('over the very version that landed, not what lies there now', async () => {
    const world = validateWorld();
    await world.open([GOOD]);
    await world.landing.put('data/good.csv', csv(row('newer')));
    await workOn(FIRST, null, world.needs);
    const { parts } = await world.validation();
    expect((await world.rows(parts)).map(({ item }) => item)).toEqual([itemOf('a'), itemOf('b')]);
  });

  test('without the file that somebody deleted before it could be read', async () => {
    const world = validateWorld();
    await world.open([GOOD, MIXED]);
    const { versionId } = (await world.landing.head('data/mixed.csv'))!;
    await world.landing.deleteVersion('data/mixed.csv', versionId);
    await workOn(FIRST, null, world.needs);
    const { files } = await world.validation();
    expect(files[1]).toMatchObject({
      key: 'data/mixed.csv',
      outcome: 'refused',
      why: 'it was deleted before it could be read',
    });
    expect(await world.record()).toMatchObject({ state: 'validated', valid: 2 });
  });

  test('not before ingest opened it', async () => {
    const world = validateWorld();
    await workOn(FIRST, 'a forged event', world.needs);
    expect([world.table.records(), world.said()]).toEqual([[], []]);
  });
});

describe('a row that Meta holds already', () => {
  const CHANGED = row('b', { price: '13.00 EUR' });
  const known = (id: string, more: Partial<Known> = {}): Known => ({
    id,
    item: itemOf(id),
    outcome: 'accepted',
    ...more,
  });
  const rowsAfter = async (
    all: readonly Known[],
    how: { bits?: number; mapping?: number } = {},
  ): Promise<ReadRow[]> => {
    const world = validateWorld();
    await world.point(0, null, await world.state(all, how));
    await world.open([{ key: 'data/next.csv', text: csv(row('a'), CHANGED) }]);
    await workOn(FIRST, null, world.needs);
    return (await world.rows((await world.validation()).parts)).toSorted((one, other) => one.row - other.row);
  };

  test('is written without its item, and one that changed with it', async () => {
    const [a, b] = await rowsAfter([known('a'), known('b')]);
    expect(a).toEqual({ ...readRow({ row: 1 }, 'a'), item: null, brand: null, category: null });
    expect(b).toEqual(readRow({ row: 2 }, 'b', { price: '13.00 EUR' }));
  });

  test('is found in whatever partition it lies', async () => {
    const rows = await rowsAfter([known('a'), known('b')], { bits: 3 });
    expect(rows.map(({ item }) => item === null)).toEqual([true, false]);
    expect(rows.map(({ partition }) => partition)).toEqual(['a', 'b'].map((id) => partitionOf(highOf(hashKey(id)), 3)));
  });

  test.each<[string, Known[], { mapping?: number }]>([
    ['Meta did not take it', [known('a', { outcome: 'errored' })], {}],
    ['it is parked', [known('a', { outcome: 'parked' })], {}],
    ['nobody knows what Meta holds', [known('a', { outcome: 'unknown' })], {}],
    ['rows became other items then', [known('a')], { mapping: 2 }],
    [
      'it is one of a great many, and the file is small',
      Array.from({ length: 30 }, (_, n) => known(n === 0 ? 'a' : `sku-${n}`)),
      {},
    ],
  ])('is written whole when %s', async (_why, all, how) => {
    const [a] = await rowsAfter(all, how);
    expect(a).toEqual(readRow({ row: 1 }, 'a'));
  });

  test('but whose state lost a part of itself is a defect, and nothing is put', async () => {
    const world = validateWorld();
    await world.point(0, null, await world.state([known('a')]));
    await world.open([GOOD]);
    const gone = (await world.work.head('state.json-0'))!;
    await world.work.deleteVersion(gone.key, gone.versionId);
    await expect(workOn(FIRST, null, world.needs)).rejects.toThrow('state.json-0 is gone');
    expect(world.table.records()).toEqual([]);
  });
});

describe('rows fall into partitions', () => {
  const ids = Array.from({ length: 40 }, (_, n) => `sku-${n}`);
  const text = csv(...ids.map((id) => row(id)));

  test('by the hash of their id, as many as keep each small', async () => {
    const world = validateWorld({}, { partitionRows: Math.ceil(text.length / 300 / 8) });
    await world.open([{ key: 'data/a.csv', text }]);
    await workOn(FIRST, null, world.needs);
    const { bits, mapping, parts } = await world.validation();
    expect([bits, mapping]).toEqual([3, 1]);
    const rows = await world.rows(parts);
    expect(new Set(rows.map(({ partition }) => partition)).size).toBe(8);
    expect(rows.toSorted((a, b) => a.row - b.row)).toEqual(
      ids.map((id, n) => readRow({ row: n + 1, partition: partitionOf(highOf(hashKey(id)), 3) }, id)),
    );
    for (const part of parts) expect([part.key, ...part.itemsKeys]).toEqual(PART_NAMES);
    expect(parts.map(({ tables }) => tables.map(([partition]) => partition))).toEqual([[0, 1, 2, 3, 4, 5, 6, 7]]);
  });

  test('and each into many objects, so that little is held at once, however long the file', async () => {
    const many = Array.from({ length: 60_000 }, (_, n) => `sku-${n}`);
    const world = validateWorld({}, { partitionRows: 6_000, chunkBytes: 3_000_000, tablesBytes: 500_000 });
    let held = 0;
    let mostHeld = 0;
    let largest = 0;
    const putOnce: typeof world.work.putOnce = async (key, body, options) => {
      held += body.length;
      mostHeld = Math.max(mostHeld, held);
      largest = Math.max(largest, body.length);
      await new Promise(setImmediate);
      held -= body.length;
      return world.work.putOnce(key, body, options);
    };
    await world.open([{ key: 'data/a.csv', text: csv(...many.map((id) => row(id))) }]);
    await workOn(FIRST, null, { ...world.needs, work: { ...world.work, putOnce } });
    const { bits, parts } = await world.validation();
    // Half a megabyte of the file, a block, is added at once.
    expect([bits, largest < 2_500_000, mostHeld < 3_000_000]).toEqual([3, true, true]);
    expect(parts.flatMap(({ itemsKeys }) => itemsKeys).length).toBeGreaterThan(4);
    expect(parts.length).toBeGreaterThan(1);
    for (const { tables } of parts) {
      const partitions = tables.map(([partition]) => partition);
      expect(partitions).toEqual(partitions.toSorted((a, b) => a - b));
    }
    const numbers = (await world.rows(parts)).map(({ row: n }) => n);
    expect(numbers.toSorted((a, b) => a - b)).toEqual(many.map((_, n) => n + 1));
  });

  test('of the state when a sync has no files', async () => {
    const world = validateWorld();
    await world.point(0, null, await world.state([], { bits: 2 }));
    await world.open([]);
    await workOn(FIRST, null, world.needs);
    expect(await world.validation()).toMatchObject({ bits: 2, parts: [] });
  });
});

describe('what a shop may choose', () => {
  test('one bad row refuses its file', async () => {
    const world = await judged([GOOD, MIXED], { onBadRow: 'refuse-file' });
    const { files } = await world.validation();
    expect(files.map(({ outcome }) => outcome)).toEqual(['usable', 'refused']);
    expect(files[1]?.why).toMatch(/^one bad row refuses the file: /);
    expect(await world.record()).toMatchObject({ landed: 2, valid: 2, rejected: 0 });
  });

  test('one bad file refuses the whole sync', async () => {
    const world = await judged([GOOD, { ...GOOD, key: 'data/full/whole.csv', whole: true }, BAD], {
      onBadFile: 'refuse-sync',
    });
    const { files, parts, wholeFeeds } = await world.validation();
    expect(files.map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'refused']);
    expect(files[0]?.why).toMatch(/another file of this sync was refused/);
    expect([parts, wholeFeeds]).toEqual([[], []]);
    expect(await world.record()).toMatchObject({ state: 'failed' });
  });
});

describe('a sync fails', () => {
  test('when it had files, none can be used, and nothing else waits', async () => {
    const world = await judged([BAD]);
    expect(await world.record()).toMatchObject({ state: 'failed', files: 1, landed: 0, valid: 0 });
    expect(world.said()).toEqual(['ValidationFailed default-000001']);
  });

  test('not when a person asked for something', async () => {
    expect(await (await judged([BAD], {}, ['sku-1'])).record()).toMatchObject({ state: 'validated', valid: 0 });
  });

  test('not when rows are carried, due or not', async () => {
    const world = validateWorld();
    await world.point(0, world.clock.now() + 3_600_000);
    await world.open([BAD]);
    await workOn(FIRST, null, world.needs);
    expect(await world.record()).toMatchObject({ state: 'validated', valid: 0 });
  });

  test('not when it was opened without files', async () => {
    expect(await (await judged([])).record()).toMatchObject({ state: 'validated', files: 0 });
  });
});

describe('a whole feed', () => {
  test('names the product of every row whose id can be read, valid or not', async () => {
    const text = csv(row('a'), row('b', { price: 'much' }), row('c', { title: '' }));
    const world = await judged([{ key: 'data/full/a.csv', text, whole: true }]);
    const { wholeFeeds, parts } = await world.validation();
    expect(wholeFeeds).toMatchObject([{ files: [0] }]);
    expect((await world.rows(parts)).map(({ hash, row: n, rejected }) => [hash, n, rejected])).toEqual([
      [hashKey('a'), 1, false],
      [hashKey('b'), 2, true],
      [hashKey('c'), 3, true],
    ]);
  });

  test('alone needs the ids of rejected rows', async () => {
    const world = await judged([MIXED]);
    expect((await world.rows((await world.validation()).parts)).map(({ rejected }) => rejected)).toEqual([
      false,
      false,
    ]);
  });

  test('is named by the places of its files in the sync', async () => {
    const part = (k: number): Landing => ({
      key: `data/full/${k}.csv`,
      text: csv(row(`p${k}`)),
      whole: true,
      part: { k, n: 2 },
    });
    const world = await judged([GOOD, part(1), MIXED, part(2)]);
    expect((await world.validation()).wholeFeeds).toMatchObject([{ files: [1, 3] }]);
  });

  test.each([
    ['has a row whose id cannot be read', csv(row('a'), row('')), null],
    ['is cut in the middle of a row', csv(row('a'), row('b')).slice(0, -20), null],
    ['has fewer rows than were declared', csv(row('a'), row('b')), 3],
    ['ends without a line break, and nobody declared its rows', csv(row('a'), row('b')).trimEnd(), null],
  ])('ends no product when it %s', async (_why, text, rows) => {
    const world = await judged([{ key: 'data/full/a.csv', text, whole: true, rows }]);
    const { wholeFeeds, notes } = await world.validation();
    expect(wholeFeeds).toEqual([]);
    expect(notes).toEqual([
      expect.stringMatching(/^data\/full\/a.csv says that it is whole, but .*: it deletes nothing$/),
    ]);
  });

  test('that has a header and no rows is refused, and ends no product', async () => {
    const world = await judged([GOOD, { key: 'data/full/a.csv', text: csv(), whole: true }]);
    const { wholeFeeds, notes, files } = await world.validation();
    expect([wholeFeeds, notes, files.map(({ outcome }) => outcome)]).toEqual([[], [], ['usable', 'refused']]);
  });

  test('is told of when nobody can read what its metadata says', async () => {
    const world = await judged([{ key: 'data/full/a.csv', text: csv(row('a')), whole: false, unread: ['part'] }]);
    expect((await world.validation()).notes).toEqual([
      expect.stringMatching(/^data\/full\/a.csv: its metadata "part" is no part/),
    ]);
  });

  test('is whole without a final line break when its rows were declared', async () => {
    const text = csv(row('a'), row('b')).trimEnd();
    const world = await judged([{ key: 'data/full/a.csv', text, whole: true, rows: 2 }]);
    expect((await world.validation()).wholeFeeds).toHaveLength(1);
  });
});

describe('the last word about a sync', () => {
  test.each([
    ['BatchValidated', [GOOD]],
    ['ValidationFailed', [BAD]],
  ])('%s is said again each minute until the pointer has passed it', async (name, files) => {
    const world = await judged(files);
    await sweep(world.needs);
    expect(world.said()).toHaveLength(1);
    world.clock.set(world.clock.now() + 60_000);
    await sweep(world.needs);
    expect(world.said()).toEqual(Array(2).fill(`${name} default-000001`));

    await world.point(1);
    world.clock.set(world.clock.now() + 60_000);
    await sweep(world.needs);
    world.clock.set(world.clock.now() + 3_600_000);
    await sweep(world.needs);
    expect(world.said()).toHaveLength(2);
    expect(world.table.records().filter(({ dueOf }) => dueOf !== undefined)).toEqual([]);
  });

  test('is not said any more when an old event comes again', async () => {
    const world = await judged([GOOD]);
    await world.point(2);
    await workOn(FIRST, null, world.needs);
    const before = [world.table.records(), world.work.texts(), world.said()];
    await workOn(FIRST, 'a replayed event', world.needs);
    expect([world.table.records(), world.work.texts(), world.said()]).toEqual(before);
  });

  test('stays the first one: files are judged once, even under other settings', async () => {
    const world = await judged([GOOD, BAD]);
    const before = await world.record();
    const strict = validateWorld({ onBadFile: 'refuse-sync' });
    await workOn(FIRST, null, { ...world.needs, settings: strict.needs.settings });
    expect(await world.record()).toEqual(before);
  });

  test('of one sync is said though another cannot be worked on', async () => {
    const world = await judged([GOOD]);
    await world.table.write([
      {
        kind: 'put',
        rev: 0,
        record: { pk: 'sync#default', sk: '000000002', state: 'broken', dueOf: 'validation', dueAt: 0 },
      },
    ]);
    world.clock.set(world.clock.now() + 60_000);
    await expect(sweep(world.needs)).rejects.toThrow('ValidationRecord');
    expect(world.said()).toEqual(Array(2).fill('BatchValidated default-000001'));
  });
});

describe('two workers, or one that dies', () => {
  const truth = ({ table, work }: World) => ({
    records: table.records().map(({ rev: _, dueAt: __, ...record }) => record),
    work: work.texts(),
  });
  const files: Landing[] = [GOOD, MIXED, BAD, { ...GOOD, key: 'data/full/w.csv', whole: true }];

  test('judge the same', async () => {
    const world = validateWorld();
    await world.open(files);
    await Promise.all([workOn(FIRST, null, world.needs), workOn(FIRST, null, world.needs)]);
    expect(truth(world)).toEqual(truth(await judged(files)));
  });

  test.each<[Fault]>([['before'], ['after']])(
    '%s any one call: the same word said again comes to the same',
    async (how) => {
      const whole = truth(await judged(files));
      let calls = 0;
      for (let died = true; died; calls += 1) {
        const world = validateWorld();
        await world.open(files);
        const mortal = dyingAt(world.needs, calls, how);
        await workOn(FIRST, null, mortal.ports).catch(() => {});
        died = mortal.died();
        await workOn(FIRST, null, world.needs);
        expect({ calls, ...truth(world) }).toEqual({ calls, ...whole });
        expect(new Set(world.said())).toEqual(new Set(['BatchValidated default-000001']));
      }
      expect(calls).toBeGreaterThan(10);
    },
  );
});

test('a sync that somebody judges is left alone until that one is done or given up', async () => {
  const world = validateWorld();
  await world.open([GOOD]);
  const goesOn = await openAtWork('judging', FIRST, 1, world.needs);
  world.clock.set(epochMs(world.clock.now() + MINUTE));
  await goesOn?.();
  await workOn(FIRST, null, world.needs);
  expect(await world.record()).toBeUndefined();
  world.clock.set(epochMs(world.clock.now() + 2 * MINUTE));
  await workOn(FIRST, null, world.needs);
  expect(await world.record()).toMatchObject({ state: 'validated' });
});

test('whoever judges a file for long says so', async () => {
  const world = validateWorld();
  await world.open([GOOD]);
  const { landing } = world.needs;
  const stream: typeof landing.stream = async (key, versionId) => {
    const source = await landing.stream(key, versionId);
    world.clock.set(epochMs(world.clock.now() + MINUTE));
    return source;
  };
  const others: boolean[] = [];
  const putOnce: typeof world.work.putOnce = async (...words) => {
    others.push(await isAtWork('judging', FIRST, world.needs));
    return world.work.putOnce(...words);
  };
  await workOn(FIRST, null, { ...world.needs, landing: { ...landing, stream }, work: { ...world.work, putOnce } });
  expect(others.slice(0, 1)).toEqual([true]);
});
