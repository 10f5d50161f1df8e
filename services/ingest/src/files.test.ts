import { compareFiles } from '@catalog-sync/shared/catalog/order.ts';
import { noteFile, readFile, settleFile, takeFile, waitingFiles } from './files.ts';
import { DEFAULT, ingestWorld, NOON } from './testing/world.ts';

const noted = async (world: ReturnType<typeof ingestWorld>, version: { key: string; versionId: string }) => {
  await noteFile(DEFAULT, version, world.needs);
  return (await readFile(DEFAULT, version, world.needs))!.value;
};

describe('a landed file is noted', () => {
  test('with all that its object says of it', async () => {
    const world = ingestWorld();
    const version = await world.land('data/full/a.csv', { part: '2/3', rows: '7' }, '12345');
    expect((await noted(world, version)).file).toEqual({
      ...version,
      size: 5,
      order: { instant: NOON, key: 'data/full/a.csv', age: 0 },
      landedAt: NOON,
      whole: true,
      part: { k: 2, n: 3 },
      rows: 7,
    });
  });

  test('under its explicit order, whenever it landed', async () => {
    const world = ingestWorld();
    const { file } = await noted(world, await world.land('data/a.csv', { sequence: '2026-01-01T00:00:00Z' }));
    expect(file.order.instant).toBe(Date.UTC(2026, 0, 1));
    expect(file.landedAt).toBe(NOON);
  });

  test('with what it says of itself and nobody can read, if there is any', async () => {
    const world = ingestWorld();
    const { file } = await noted(world, await world.land('data/a.csv', { sequence: 'yesterday', rows: '1,000' }));
    expect([file.unread, file.order.instant]).toEqual([['sequence', 'rows'], NOON]);
    expect((await noted(world, await world.land('data/b.csv', { rows: '7' }))).file).not.toHaveProperty('unread');
  });

  test('once, whatever becomes of it later', async () => {
    const world = ingestWorld();
    const version = await world.land('data/a.csv');
    const { file } = await noted(world, version);
    await takeFile(DEFAULT, file, 1 as never, world.needs);
    await noteFile(DEFAULT, version, world.needs);
    expect(await waitingFiles(DEFAULT, world.needs)).toEqual([]);
  });

  test('not when that version is gone', async () => {
    const world = ingestWorld();
    await noteFile(DEFAULT, { key: 'data/a.csv', versionId: 'v9' }, world.needs);
    expect(world.table.records()).toEqual([]);
  });

  test.each([
    ['the event of the older comes first', [0, 1]],
    ['the event of the newer comes first', [1, 0]],
  ])('in S3’s own order where two versions landed in one second: %s', async (_how, turns) => {
    const world = ingestWorld();
    const versions = [await world.land('data/a.csv', {}, 'old'), await world.land('data/a.csv', {}, 'new')];
    for (const turn of turns) await noteFile(DEFAULT, versions[turn]!, world.needs);
    const [older, newer] = [await noted(world, versions[0]!), await noted(world, versions[1]!)];
    expect(compareFiles(older.file.order, newer.file.order)).toBeLessThan(0);
  });

  test('after a version of the same second that was archived before this one was noted', async () => {
    const world = ingestWorld();
    const version = await world.land('data/a.csv', {}, 'old');
    const older = await noted(world, version);
    await world.landing.deleteVersion(version.key, version.versionId);
    const newer = await noted(world, await world.land('data/a.csv', {}, 'new'));
    expect(compareFiles(older.file.order, newer.file.order)).toBeLessThan(0);
  });

  test('before one of the same second that was noted as the second of two, and archived before this one was noted', async () => {
    const world = ingestWorld();
    const [first, second] = [await world.land('data/a.csv', {}, 'old'), await world.land('data/a.csv', {}, 'new')];
    const newer = await noted(world, second);
    await world.landing.deleteVersion(second.key, second.versionId);
    const older = await noted(world, first);
    expect([older.file.order.age, newer.file.order.age]).toEqual([0, 1]);
  });

  test('under its own explicit order, also when the file that had it before is archived', async () => {
    const world = ingestWorld();
    const version = await world.land('data/a.csv', {}, 'old');
    const { file } = await noted(world, version);
    await world.landing.deleteVersion(version.key, version.versionId);
    const again = await noted(world, await world.land('data/a.csv', { sequence: String(file.order.instant) }, 'old'));
    expect(again.file.order).toEqual(file.order);
  });

  test('its age counting only versions of the same key and the same explicit instant', async () => {
    const world = ingestWorld();
    await world.land('data/a.csv.gz', { sequence: '5' });
    await world.land('data/a.csv', { sequence: '4' });
    await world.land('data/a.csv', { sequence: '5' });
    const { file } = await noted(world, await world.land('data/a.csv', { sequence: '5' }));
    expect(file.order).toEqual({ instant: 5, key: 'data/a.csv', age: 1 });
  });
});

describe('a noted file', () => {
  const seen = async () => {
    const world = ingestWorld();
    const { file } = await noted(world, await world.land('data/a.csv'));
    const state = async () => {
      const { state: now, sync, to } = (await readFile(DEFAULT, file, world.needs))!.value;
      return [now, sync, to];
    };
    return { world, file, state };
  };

  test('is taken by one sync, and waits no longer', async () => {
    const { world, file, state } = await seen();
    await takeFile(DEFAULT, file, 1 as never, world.needs);
    await takeFile(DEFAULT, file, 2 as never, world.needs);
    expect(await state()).toEqual(['in', 1, null]);
    expect(await waitingFiles(DEFAULT, world.needs)).toEqual([]);
  });

  test('is settled by the sync that has it, and by no other', async () => {
    const { world, file, state } = await seen();
    await takeFile(DEFAULT, file, 1 as never, world.needs);
    await settleFile(DEFAULT, file, 2 as never, 'refused', world.needs);
    expect(await state()).toEqual(['in', 1, null]);
    await settleFile(DEFAULT, file, 1 as never, 'archive', world.needs);
    await settleFile(DEFAULT, file, 1 as never, 'refused', world.needs);
    expect(await state()).toEqual(['settled', 1, 'archive']);
  });

  test('is settled also when its sync died before it was marked as taken', async () => {
    const { world, file, state } = await seen();
    await settleFile(DEFAULT, file, 1 as never, 'archive', world.needs);
    expect(await state()).toEqual(['settled', 1, 'archive']);
    expect(await waitingFiles(DEFAULT, world.needs)).toEqual([]);
  });
});
