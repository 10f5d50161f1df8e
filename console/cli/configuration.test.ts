import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configuration } from './configuration.ts';

const flags = { config: null, catalog: 'default', graphUrl: null };

describe('the settings in force', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'configuration-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const file = async (content: string): Promise<string> => {
    const path = join(folder, 'config.json');
    await writeFile(path, content);
    return path;
  };

  test('without any, there is one catalog at the emulator, which may be sent as much as it takes', async () => {
    expect(await configuration(flags, {})).toEqual({
      config: { catalogs: { default: { metaCatalogId: '1000000000000001', callsPerHour: 100_000 } } },
      graphUrl: null,
    });
  });

  test('nobody but the emulator is sent more than Meta grants everybody', async () => {
    const elsewhere = await configuration({ ...flags, graphUrl: 'http://127.0.0.1:1' }, {});
    expect(elsewhere.config.catalogs.default).toEqual({ metaCatalogId: '1000000000000001' });
    const config = await file('{"catalogs":{"default":{"metaCatalogId":"2"}}}');
    expect((await configuration({ ...flags, config }, {})).config.catalogs.default).toEqual({ metaCatalogId: '2' });
  });

  test('the file stands above the environment, the flag above the file', async () => {
    const environment = { META_GRAPH_URL: 'http://environment', META_CATALOG_ID: '1' };
    const config = await file('{"catalogs":{"default":{"metaCatalogId":"2"}},"metaGraphUrl":"http://file"}');
    expect((await configuration(flags, environment)).graphUrl).toBe('http://environment');
    expect((await configuration(flags, environment)).config.catalogs.default).toEqual({ metaCatalogId: '1' });
    const fromFile = await configuration({ ...flags, config }, environment);
    expect(fromFile.graphUrl).toBe('http://file');
    expect(fromFile.config.catalogs.default).toEqual({ metaCatalogId: '2' });
    expect((await configuration({ ...flags, config, graphUrl: 'http://flag' }, environment)).graphUrl).toBe(
      'http://flag',
    );
  });

  test.each([
    ['{', /cannot be read as JSON/],
    ['{"catalogs":[]}', /must hold|settings/],
    ['{"catalogs":{"default":{"metaCatalogId":"../me"}}}', /digits/],
    ['{"catalogs":{"default":{"metaCatalogId":"1","maxItems":9000}}}', /from 1 to 5000/],
    ['{"catalogs":{"Shop A":{"metaCatalogId":"1"}}}', /no name for a catalog/],
    ['{"catalogs":{"shoes":{"metaCatalogId":"1"}}}', /know no catalog "default", only: shoes/],
  ])('%s is refused with a reason', async (content, why) => {
    await expect(configuration({ ...flags, config: await file(content) }, {})).rejects.toThrow(why);
  });
});
