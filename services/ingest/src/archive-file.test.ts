import { archiveFile } from './archive-file.ts';
import { noteFile, readFile, settleFile, waitingFiles } from './files.ts';
import { DEFAULT, ingestWorld } from './testing/world.ts';

const ONE = 1 as never;

/** Files that are settled and wait to be moved. */
const settled = async (world: ReturnType<typeof ingestWorld>, ...contents: string[]) => {
  for (const text of contents) {
    const version = await world.land('data/a.csv', { sequence: '5' }, text);
    await noteFile(DEFAULT, version, world.needs);
  }
  const files = await waitingFiles(DEFAULT, world.needs);
  for (const file of files) await settleFile(DEFAULT, file, ONE, 'archive', world.needs);
  return files;
};
const ARCHIVED = 'archive/2026/11/23/a.csv';

describe('a settled file', () => {
  test('is copied as it is, with its metadata and its version, and only then removed', async () => {
    const world = ingestWorld();
    const [file] = await settled(world, 'rows');
    await archiveFile(DEFAULT, file!, null, world.needs);
    expect(world.landing.texts()).toEqual({ [ARCHIVED]: 'rows' });
    expect((await world.landing.head(ARCHIVED))?.metadata).toEqual({
      sequence: '5',
      'source-version': file!.versionId,
    });
    expect((await readFile(DEFAULT, file!, world.needs))?.value).toMatchObject({ state: 'archived', at: ARCHIVED });
  });

  test('has its report beside it', async () => {
    const world = ingestWorld();
    const [file] = await settled(world, 'rows');
    await archiveFile(DEFAULT, file!, '{"findings":[]}', world.needs);
    expect(world.landing.texts()[`${ARCHIVED}.report.json`]).toBe('{"findings":[]}');
  });

  test('of which there are three versions in one day takes a name of its own for each', async () => {
    const world = ingestWorld();
    const files = await settled(world, 'one', 'two', 'three');
    for (const file of files) await archiveFile(DEFAULT, file, null, world.needs);
    expect(Object.values(world.landing.texts()).sort()).toEqual(['one', 'three', 'two']);
    expect(await world.lying('data/')).toEqual([]);
  });

  test('that another worker has removed already is found where it lies', async () => {
    const world = ingestWorld();
    const [file] = await settled(world, 'rows');
    const losing = { ...world.table, write: async () => false };
    await archiveFile(DEFAULT, file!, null, { ...world.needs, table: losing });
    expect(await world.lying('data/')).toEqual([]);
    await archiveFile(DEFAULT, file!, null, world.needs);
    expect((await readFile(DEFAULT, file!, world.needs))?.value).toMatchObject({ state: 'archived', at: ARCHIVED });
  });

  test('that a person deleted by hand is done with: nothing is left to keep', async () => {
    const world = ingestWorld();
    const [file] = await settled(world, 'rows');
    await world.landing.deleteVersion(file!.key, file!.versionId);
    await archiveFile(DEFAULT, file!, 'a report', world.needs);
    expect(world.landing.texts()).toEqual({});
    expect((await readFile(DEFAULT, file!, world.needs))?.value).toMatchObject({ state: 'archived', at: null });
  });

  test.each([
    ['is shorter', 'row'],
    ['is as long and holds something else', 'sowr'],
  ])('stays when its copy %s', async (_how, wrong) => {
    const world = ingestWorld();
    const [file] = await settled(world, 'rows');
    await world.landing.putOnce(ARCHIVED, wrong, { metadata: { 'source-version': file!.versionId } });
    await expect(archiveFile(DEFAULT, file!, null, world.needs)).rejects.toThrow('the original stays');
    expect(world.landing.texts()['data/a.csv']).toBe('rows');
  });

  test('stays when its copy is shorter, also where S3 took it in parts and its ETag tells nothing', async () => {
    const world = ingestWorld();
    const [file] = await settled(world, 'rows');
    await world.landing.putOnce(ARCHIVED, 'row', { metadata: { 'source-version': file!.versionId } });
    const head: typeof world.landing.head = async (key, version) => {
      const info = await world.landing.head(key, version);
      return info && { ...info, etag: `${info.etag}-2` };
    };
    const needs = { ...world.needs, landing: { ...world.landing, head } };
    await expect(archiveFile(DEFAULT, file!, null, needs)).rejects.toThrow('the original stays');
  });

  test('stays when no copy of it can be found after copying', async () => {
    const world = ingestWorld();
    const [file] = await settled(world, 'rows');
    const landing = { ...world.landing, copyOnce: async () => 'written' as const };
    await expect(archiveFile(DEFAULT, file!, null, { ...world.needs, landing })).rejects.toThrow('the original stays');
    expect(await world.lying()).toEqual(['data/a.csv']);
  });

  test('that is not settled is left alone', async () => {
    const world = ingestWorld();
    const version = await world.land('data/a.csv');
    await noteFile(DEFAULT, version, world.needs);
    const [file] = await waitingFiles(DEFAULT, world.needs);
    await archiveFile(DEFAULT, file!, null, world.needs);
    expect(await world.lying()).toEqual(['data/a.csv']);
  });
});
