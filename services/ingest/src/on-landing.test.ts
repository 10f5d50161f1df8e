import { noteLanded, noteVersion } from './note-landed.ts';
import { onLanding } from './on-landing.ts';
import { sweep } from './sweep.ts';
import { ingestWorld } from './testing/world.ts';

type World = ReturnType<typeof ingestWorld>;

const created = ({ key, versionId }: { key: string; versionId: string }) =>
  JSON.stringify({
    source: 'aws.s3',
    'detail-type': 'Object Created',
    detail: { bucket: { name: 'landing' }, object: { key, 'version-id': versionId } },
  });
const hear = async (world: World, ...bodies: string[]) => {
  const Records = bodies.map((body, place) => ({ messageId: String(place), body }));
  return (await onLanding({ Records }, world.needs)).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
};

describe('what lands', () => {
  test('opens one sync for each catalog, however many words there are of it', async () => {
    const world = ingestWorld();
    const landed = [];
    for (const key of ['data/a.csv', 'data/b.csv', 'data/shoes/c.csv']) landed.push(created(await world.land(key)));
    expect(await hear(world, ...landed, ...landed)).toEqual([]);
    expect(world.said()).toEqual(['FilesLanded default-000001', 'FilesLanded shoes-000001']);
    expect(world.bus.said.map(({ detail }) => detail.data)).toEqual([{ files: 2 }, { files: 1 }]);
  });

  test('is found by the word about another', async () => {
    const world = ingestWorld();
    await world.land('data/a.csv');
    await hear(world, created(await world.land('data/b.csv')));
    expect(world.bus.said.map(({ detail }) => detail.data)).toEqual([{ files: 2 }]);
  });

  test.each([
    ['a catalog with a folder', 'data/shoes/a.csv', ['data/shoes/b.csv'], 'data/b.csv'],
    ['the default catalog', 'data/a.csv', ['data/b.csv', 'data/unknown/c.csv'], 'data/shoes/b.csv'],
  ])('is looked for in the part of %s alone, when that is opened', async (_what, key, same, other) => {
    const world = ingestWorld();
    for (const one of [...same, other]) await world.land(one);
    const looked: string[] = [];
    const head: World['landing']['head'] = (of, version) => {
      looked.push(of);
      return world.landing.head(of, version);
    };
    const needs = { ...world.needs, landing: { ...world.landing, head } };
    await hear({ ...world, needs }, created(await world.land(key)));
    expect([...new Set(looked)].sort()).toEqual([key, ...same].sort());
    expect(world.bus.said.map(({ detail }) => detail.data)).toEqual([{ files: 1 + same.length }]);
  });

  test('is found by the sweep wherever it lies', async () => {
    const world = ingestWorld();
    for (const key of ['data/a.csv', 'data/shoes/b.csv', 'data/c.xlsx']) await world.land(key);
    world.later();
    await sweep(world.needs);
    expect(new Set(world.said())).toEqual(
      new Set(['FilesLanded default-000001', 'FilesLanded shoes-000001', 'FileIgnored default-000000']),
    );
  });

  test('is looked for once a sweep, however many catalogs there are', async () => {
    const world = ingestWorld(['default', 'shoes', 'toys']);
    let listings = 0;
    const versions: World['landing']['versions'] = (prefix) => {
      listings += 1;
      return world.landing.versions(prefix);
    };
    await sweep({ ...world.needs, landing: { ...world.landing, versions } });
    expect(listings).toBe(1);
  });

  test('and is gone when its word comes late changes nothing', async () => {
    const world = ingestWorld();
    expect(await hear(world, created({ key: 'data/a.csv', versionId: 'v7' }))).toEqual([]);
    expect([world.table.records(), world.said()]).toEqual([[], []]);
  });

  test('is given back when it cannot be noted; the others are noted', async () => {
    const world = ingestWorld();
    const [a, b] = [await world.land('data/a.csv'), await world.land('data/b.csv')];
    const head: World['landing']['head'] = (key, version) =>
      key === a.key ? Promise.reject(new Error('AccessDenied')) : world.landing.head(key, version);
    const needs = { ...world.needs, landing: { ...world.landing, head } };
    expect(await hear({ ...world, needs }, created(a), created(b))).toEqual(['0']);
    expect(world.bus.said.map(({ detail }) => detail.data)).toEqual([{ files: 1 }]);
  });

  test('is given back when its sync cannot be opened', async () => {
    const world = ingestWorld();
    const [a, shoe] = [await world.land('data/a.csv'), await world.land('data/shoes/b.csv')];
    const say: World['bus']['say'] = (events) =>
      events.some(({ detail }) => detail.catalog === 'shoes')
        ? Promise.reject(new Error('no bus'))
        : world.bus.say(events);
    const needs = { ...world.needs, bus: { say } };
    expect(await hear({ ...world, needs }, created(a), created(shoe))).toEqual(['1']);
  });

  test.each([
    ['is no JSON', '{'],
    ['is another event', JSON.stringify({ 'detail-type': 'Object Deleted', detail: {} })],
    [
      'names no version',
      JSON.stringify({ 'detail-type': 'Object Created', detail: { object: { key: 'data/a.csv' } } }),
    ],
  ])('is parked when the word of it %s', async (_what, body) => {
    const world = ingestWorld();
    expect(await hear(world, body)).toEqual([]);
    expect(world.parked).toEqual([expect.objectContaining({ why: 'malformed', body })]);
  });
});

describe('what is no product file', () => {
  test('is left alone, and reported until people were told', async () => {
    const world = ingestWorld();
    await hear(world, created(await world.land('data/products.xlsx')));
    await noteLanded(world.needs);
    expect(new Set(world.said())).toEqual(new Set(['FileIgnored default-000000']));
    const often = world.said().length;
    expect(often).toBeGreaterThan(1);
    await world.tell('data/products.xlsx');
    await noteLanded(world.needs);
    await world.land('data/products.xlsx', {}, 'again');
    await noteLanded(world.needs);
    expect(world.said()).toHaveLength(often);
    expect(world.bus.said[0]?.detail.data).toEqual({ key: 'data/products.xlsx' });
    expect(await world.lying()).toHaveLength(2);
  });

  test('is reported again when the report was lost', async () => {
    const world = ingestWorld();
    const version = await world.land('data/products.xlsx');
    const bus = { say: () => Promise.reject(new Error('no bus')) };
    await expect(noteVersion(version, { ...world.needs, bus })).rejects.toThrow('no bus');
    await noteLanded(world.needs);
    expect(world.said()).toEqual(['FileIgnored default-000000']);
  });

  test('is not believed when nothing lies there, nor when it lies elsewhere', async () => {
    const world = ingestWorld();
    await hear(world, created({ key: 'data/forged.xlsx', versionId: 'v1' }));
    await world.landing.put('archive/2026/11/23/a.csv.report.json', '{}');
    await hear(world, created(await world.versionOf('archive/2026/11/23/a.csv.report.json')));
    expect([world.table.records(), world.said()]).toEqual([[], []]);
  });

  test('is no word worth when it is a folder', async () => {
    const world = ingestWorld();
    await hear(world, created(await world.land('data/shoes/')));
    expect(world.said()).toEqual([]);
  });

  test('is also what belongs to no catalog of the settings', async () => {
    const world = ingestWorld(['shoes']);
    await hear(world, created(await world.land('data/a.csv')), created(await world.land('data/shoes/b.csv')));
    expect([...new Set(world.said())]).toEqual(['FileIgnored default-000000', 'FilesLanded shoes-000001']);
  });
});
