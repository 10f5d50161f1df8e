import { dyingAt, type Fault } from '@catalog-sync/shared/adapters/memory/index.ts';
import { FileList, SyncRecord, syncKey } from '@catalog-sync/shared/records/ingest.ts';
import { readRecord, readStoredJson } from '@catalog-sync/shared/records/record.ts';
import { waitingFiles } from './files.ts';
import { sweep } from './sweep.ts';
import { DEFAULT, ingestWorld } from './testing/world.ts';
import { open, workOn } from './work.ts';

type World = ReturnType<typeof ingestWorld>;

const syncRecord = async ({ table }: World, sync: number) => {
  const { pk, sk } = syncKey({ catalog: DEFAULT, sync: sync as never });
  return readRecord(SyncRecord, await table.get(pk, sk))?.value;
};
const filesOf = async (world: World, sync: number): Promise<string[]> => {
  const key = (await syncRecord(world, sync))?.filesKey;
  return key ? (await readStoredJson(FileList, world.work, key)).files.map((file) => file.key) : [];
};
/** As a landed file's own event opens a sync. */
const AT_ONCE = { patient: false, noted: false };
const opening = (world: World) => open(DEFAULT, null, world.needs, AT_ONCE);

/** A world whose sync 1 is active over one file. */
const withActive = async () => {
  const world = ingestWorld();
  const file = await world.land('data/a.csv');
  world.later();
  await opening(world);
  return { world, file };
};

describe('a sync opens', () => {
  test('over all files that have landed, of its catalog alone', async () => {
    const world = ingestWorld();
    for (const key of ['data/a.csv', 'data/b.csv.gz', 'data/shoes/c.csv', 'data/readme.txt']) await world.land(key);
    world.later();
    await opening(world);
    expect(await filesOf(world, 1)).toEqual(['data/a.csv', 'data/b.csv.gz']);
    expect(await syncRecord(world, 1)).toMatchObject({ state: 'active', files: 2, day: '2026/11/23', asks: [] });
    expect(await world.catalog()).toEqual({ active: 1, last: 1, asks: [] });
    expect(world.said()).toEqual(['FileIgnored default-000000', 'FilesLanded default-000001']);
    expect(await waitingFiles(DEFAULT, world.needs)).toEqual([]);
  });

  test('not over nothing', async () => {
    const world = ingestWorld();
    await opening(world);
    expect([await world.catalog(), world.said()]).toEqual([undefined, []]);
  });

  test('not beside an active one: what lands meanwhile waits, and forms the next', async () => {
    const { world, file } = await withActive();
    await world.land('data/b.csv');
    world.later();
    await opening(world);
    expect(await world.catalog()).toMatchObject({ active: 1 });

    await world.settle(1, { files: [file] });
    await workOn(DEFAULT, null, world.needs);
    expect(await world.catalog()).toMatchObject({ active: 2, last: 2 });
    expect(await filesOf(world, 2)).toEqual(['data/b.csv']);
  });

  test('once, when two workers open it at the same moment', async () => {
    const world = ingestWorld();
    await world.land('data/a.csv');
    world.later();
    await Promise.all([opening(world), opening(world), opening(world)]);
    expect(await world.catalog()).toMatchObject({ active: 1, last: 1 });
    expect(world.said()).toEqual(['FilesLanded default-000001']);
  });

  test('without files for what a person asked, and takes the asks along', async () => {
    const world = ingestWorld();
    await world.ask('sku-1', 'sku-2');
    await workOn(DEFAULT, null, world.needs);
    expect(await syncRecord(world, 1)).toMatchObject({ files: 0, filesKey: null, asks: ['sku-1', 'sku-2'] });
    expect(await world.catalog()).toEqual({ active: 1, last: 1, asks: [] });
  });

  test('without losing what a person asks while it opens', async () => {
    const world = ingestWorld();
    await world.ask('sku-1');
    const asksMeanwhile = {
      ...world.landing,
      async *versions(prefix: string) {
        await world.ask('sku-2');
        yield* world.landing.versions(prefix);
      },
    };
    await open(DEFAULT, null, { ...world.needs, landing: asksMeanwhile }, AT_ONCE);
    await opening(world);
    expect(await syncRecord(world, 1)).toMatchObject({ asks: ['sku-1', 'sku-2'] });
    expect(await world.catalog()).toEqual({ active: 1, last: 1, asks: [] });
  });

  test('without files for carried rows, once they are due and not before', async () => {
    const { world, file } = await withActive();
    await world.settle(1, { files: [file], due: world.clock.now() + 60_000 });
    await workOn(DEFAULT, null, world.needs);
    world.later(59_999);
    await sweep(world.needs);
    expect(await world.catalog()).toMatchObject({ active: 0, last: 1 });
    world.later(1);
    await sweep(world.needs);
    expect(await world.catalog()).toMatchObject({ active: 2, last: 2 });
    expect(await syncRecord(world, 2)).toMatchObject({ files: 0, openedAt: world.clock.now() });
  });

  test('after waiting once while its newest file is young: what lands with it joins', async () => {
    const world = ingestWorld();
    await world.land('data/part-1.csv');
    let waited = 0;
    const clock = {
      ...world.clock,
      wait: async (ms: number) => {
        waited += ms;
        world.later(ms);
        await world.land('data/part-2.csv');
      },
    };
    await workOn(DEFAULT, null, { ...world.needs, clock });
    expect(waited).toBe(5000);
    expect(await filesOf(world, 1)).toEqual(['data/part-1.csv', 'data/part-2.csv']);
  });

  test('without waiting where the landing queue has waited already', async () => {
    const world = ingestWorld();
    await world.land('data/a.csv');
    const before = world.clock.now();
    await opening(world);
    expect([world.clock.now(), await filesOf(world, 1)]).toEqual([before, ['data/a.csv']]);
  });

  test('without the one file that cannot be looked at, as another waits', async () => {
    const world = ingestWorld();
    await world.land('data/a.csv');
    await world.land('data/b.csv');
    world.later();
    const head: typeof world.landing.head = (key, version) =>
      key === 'data/a.csv' ? Promise.reject(new Error('AccessDenied')) : world.landing.head(key, version);
    await open(DEFAULT, null, { ...world.needs, landing: { ...world.landing, head } }, AT_ONCE);
    expect(await filesOf(world, 1)).toEqual(['data/b.csv']);
  });
});

describe('the word that a sync is open', () => {
  test('is said again each minute until the pointer has passed it', async () => {
    const { world } = await withActive();
    await sweep(world.needs);
    await sweep(world.needs);
    expect(world.said()).toEqual(Array(3).fill('FilesLanded default-000001'));
    expect(new Set(world.bus.said.map(({ detail }) => detail.id)).size).toBe(1);
  });
});

describe('a sync ends', () => {
  test('once its pointer is read: its file is archived, and the catalog is free', async () => {
    const { world, file } = await withActive();
    await world.settle(1, { files: [file] });
    await workOn(DEFAULT, null, world.needs);
    expect(await world.lying()).toEqual(['archive/2026/11/23/a.csv']);
    expect(await world.catalog()).toEqual({ active: 0, last: 1, asks: [] });
    expect(await syncRecord(world, 1)).toMatchObject({ state: 'archived', reportKey: 'report-1.json' });
    expect(world.said()).toEqual(['FilesLanded default-000001', 'FilesArchived default-000001']);
    const report = JSON.parse(world.synced.texts()['2026/11/23/default-000001/report.json']!);
    expect(report).toMatchObject({ id: 'default-000001', files: [{ ...file, at: 'archive/2026/11/23/a.csv' }] });
  });

  test('not on a word that is not true: SyncSettled without the pointer ends nothing', async () => {
    const { world } = await withActive();
    const before = world.everything();
    await workOn(DEFAULT, 'a forged event', world.needs);
    expect(world.everything()).toEqual(before);
  });

  test('and its refused file lies in refused/ with the reason', async () => {
    const { world, file } = await withActive();
    await world.settle(1, {
      status: 'failed-validation',
      files: [{ ...file, outcome: 'refused', why: 'The column price is missing.' }],
    });
    await workOn(DEFAULT, null, world.needs);
    expect(await world.lying()).toEqual(['refused/2026/11/23/a.csv', 'refused/2026/11/23/a.csv.report.json']);
    expect(JSON.parse(world.landing.texts()['refused/2026/11/23/a.csv.report.json']!)).toMatchObject({
      why: 'The column price is missing.',
    });
    expect(world.bus.said.at(-1)?.detail.data).toEqual({ archived: 0, refused: 1 });
  });

  test('and the reason stands beside the findings of a file that was refused for another cause than these', async () => {
    const { world, file } = await withActive();
    await world.work.putOnce('findings.json', JSON.stringify({ file: 'data/a.csv', findings: ['a warning'] }));
    const why = 'the plan was discarded by a person';
    await world.settle(1, {
      status: 'discarded',
      files: [{ ...file, outcome: 'refused', why, reportKey: 'findings.json' }],
    });
    await workOn(DEFAULT, null, world.needs);
    expect(JSON.parse(world.landing.texts()['refused/2026/11/23/a.csv.report.json']!)).toMatchObject({
      why,
      findings: ['a warning'],
    });
  });

  test.each([
    ['failed-validation', ['sku-2', 'sku-1']],
    ['discarded', ['sku-2', 'sku-1']],
    ['settled', ['sku-2']],
  ] as const)('%s: the asks of it and those that came meanwhile', async (status, expected) => {
    const world = ingestWorld();
    await world.ask('sku-1');
    await workOn(DEFAULT, null, world.needs);
    await world.ask('sku-2');
    await world.settle(1, { status });
    await workOn(DEFAULT, null, world.needs);
    expect(await syncRecord(world, 2)).toMatchObject({ asks: expected });
  });

  test('and the next opens at once over what waits, even when a file of it cannot be archived', async () => {
    const { world, file } = await withActive();
    await world.land('data/b.csv');
    world.later();
    await world.settle(1, { files: [file] });
    const broken = { ...world.landing, copyOnce: () => Promise.reject(new Error('KeyTooLong')) };
    await expect(workOn(DEFAULT, null, { ...world.needs, landing: broken })).rejects.toThrow('KeyTooLong');
    expect(await world.catalog()).toMatchObject({ active: 2 });
    expect(await syncRecord(world, 1)).toMatchObject({ state: 'ended' });
    expect(await world.lying()).toEqual(['data/a.csv', 'data/b.csv']);

    world.later(60_000);
    await sweep(world.needs);
    expect(await world.lying()).toEqual(['archive/2026/11/23/a.csv', 'data/b.csv']);
  });

  test('with the file in its place when a newer version landed under the same name meanwhile', async () => {
    const { world, file } = await withActive();
    await world.land('data/a.csv', {}, 'newer');
    world.later();
    await world.settle(1, { files: [file] });
    await workOn(DEFAULT, null, world.needs);
    expect(world.landing.texts()['data/a.csv']).toBe('newer');
    expect(await filesOf(world, 2)).toEqual(['data/a.csv']);
  });

  test('without a sweep being kept by one catalog from the others', async () => {
    const world = ingestWorld();
    await world.land('data/a.csv');
    await world.land('data/shoes/b.csv');
    world.later();
    await sweep(world.needs);
    await world.transform.write([
      { kind: 'put', rev: 0, record: { pk: 'pointer#default', sk: 'pointer', sync: 'broken' } },
    ]);
    world.bus.said.length = 0;
    await expect(sweep(world.needs)).rejects.toThrow('Pointer');
    expect(world.said()).toEqual(['FilesLanded shoes-000001']);
  });
});

describe('past words over a present that went on', () => {
  test('change nothing and say nothing', async () => {
    const { world, file } = await withActive();
    await world.settle(1, { files: [file] });
    await workOn(DEFAULT, null, world.needs);
    const before = [world.everything(), world.said()];
    for (const { detail } of [...world.bus.said]) await workOn(detail.catalog, detail.id, world.needs);
    await sweep(world.needs);
    world.later(3_600_000);
    await sweep(world.needs);
    expect([world.everything(), world.said()]).toEqual(before);
  });
});

describe('a worker that dies', () => {
  /** Two files and an ask through one sync; at each step whoever is given to it works. */
  const story = async (worker: (world: World, step: 'open' | 'end') => Promise<void>) => {
    const world = ingestWorld();
    const files = [await world.land('data/a.csv'), await world.land('data/b.csv')];
    await world.ask('sku-1');
    world.later();
    await worker(world, 'open');
    await sweep(world.needs);
    world.later(60_000);
    const [a, b] = files;
    await world.settle(1, { files: [a!, { ...b!, outcome: 'refused', why: 'no' }] });
    await worker(world, 'end');
    for (let minutes = 0; minutes < 3; minutes += 1) {
      world.later(60_000);
      await sweep(world.needs);
    }
    return world;
  };
  /** Revisions and due times tell how often something was tried; the rest must not. */
  const truth = ({ table, landing, synced }: World) => ({
    records: table.records().map(({ rev: _, dueAt: __, ...record }) => record),
    landing: landing.texts(),
    synced: synced.texts(),
  });
  const working = (needs: World['needs']) => workOn(DEFAULT, null, needs);

  test.each<[Fault, 'open' | 'end']>([
    ['before', 'open'],
    ['after', 'open'],
    ['before', 'end'],
    ['after', 'end'],
  ])('%s any one call, as the sync is to %s: the sweep takes it up and comes to the same', async (how, at) => {
    const whole = await story(({ needs }) => working(needs));
    expect(truth(whole).landing).toMatchObject({ 'archive/2026/11/23/a.csv': 'the content of data/a.csv' });
    let calls = 0;
    for (let died = true; died; calls += 1) {
      died = false;
      const world = await story(async ({ needs }, step) => {
        const mortal = dyingAt(needs, calls, how);
        if (step !== at) await working(needs);
        else await working(mortal.ports).catch(() => {});
        if (step === at) died = mortal.died();
      });
      expect({ calls, ...truth(world) }).toEqual({ calls, ...truth(whole) });
      expect([...new Set(world.said())]).toEqual(['FilesLanded default-000001', 'FilesArchived default-000001']);
    }
    expect(calls).toBeGreaterThan(10);
  });
});
