import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryObjects } from '@catalog-sync/shared/adapters/memory/index.ts';
import { epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { CatalogName, SyncNumber } from '@catalog-sync/shared/catalog/sync.ts';
import { MAPPING_VERSION } from '@catalog-sync/shared/rows/engine/index.ts';
import { readSettings } from '@catalog-sync/shared/settings.ts';
import { carried, data, entry, itemKeyOf } from '@catalog-sync/transform/src/testing/build.ts';
import { itemOf } from '@catalog-sync/transform/src/testing/items.ts';
import { known } from '@catalog-sync/transform/src/testing/known.ts';
import { storeKnown } from '@catalog-sync/transform/src/testing/stored.ts';
import { csv, row } from '@catalog-sync/validate/src/testing/world.ts';
import type { Upload } from './landed-files.ts';
import { type Baseline, rehearse } from './rehearse.ts';

const NOW = epochMs(Date.UTC(2026, 10, 23, 12));
const shop = 'default' as CatalogName;
const FIRST: Baseline = { pointer: null, asks: [], work: null, now: NOW };

/** Writes the files to disk, and forgets them afterwards. */
const withUploads = async <A>(files: Record<string, string>, work: (uploads: Upload[]) => Promise<A>): Promise<A> => {
  const dir = await mkdtemp(join(tmpdir(), 'rehearse-'));
  try {
    const uploads = Object.keys(files).map((key, n) => ({ key, path: join(dir, `${n}`), metadata: {} }));
    for (const { key, path } of uploads) await writeFile(path, files[key]!);
    return await work(uploads);
  } finally {
    await rm(dir, { recursive: true });
  }
};
const rehearsed = (files: Record<string, string>, from: Baseline, settings: object = {}) =>
  withUploads(files, (uploads) =>
    rehearse(shop, uploads, from, readSettings({ default: { metaCatalogId: '1', ...settings } })),
  );

/** A state in which Meta holds these products, each from a file of long ago. */
const holding = async (
  entries: Record<string, Parameters<typeof entry>[2]>,
  waiting: Parameters<typeof known>[0]['carried'] = {},
): Promise<Baseline> => {
  const work = memoryObjects({ now: () => NOW });
  const all = Object.entries(entries).map(([id, own]) => [
    id,
    entry(id, 1, { price: '12.50 EUR', where: { batchKey: 'old.json', index: 0 }, ...own }),
  ]);
  const state = known({ entries: Object.fromEntries(all), carried: waiting });
  const sync = 4 as SyncNumber;
  const stateKey = await storeKnown(work, { catalog: shop, sync }, state, { mapping: MAPPING_VERSION });
  return { pointer: { sync, stateKey, due: null, reportKey: null }, asks: [], work, now: NOW };
};
const named = (...ids: string[]) => csv(...ids.map((id) => row(id)));

describe('a rehearsal', () => {
  test('of a first sync creates all that is valid', async () => {
    const { plan, validation } = await rehearsed(
      { 'data/1-a.csv': csv(row('a'), row('b', { price: 'much' })), 'data/2-b.csv': named('c') },
      FIRST,
    );
    expect(plan).toMatchObject({ sync: 1, counts: { creates: 2, updates: 0, deletes: 0, rejected: 1 }, calls: 1 });
    expect(validation?.files.map(({ key, rejected }) => [key, rejected])).toEqual([
      ['data/1-a.csv', 1],
      ['data/2-b.csv', 0],
    ]);
  });

  test('goes by what is known, and leaves it as it was', async () => {
    const baseline = await holding({ a: { price: '9.00 EUR' }, gone: {} });
    const bucket = baseline.work as ReturnType<typeof memoryObjects>;
    const before = bucket.texts();
    const { plan } = await rehearsed({ 'data/full/1-a.csv': named('a', 'new') }, baseline);
    expect(plan).toMatchObject({ sync: 5, counts: { creates: 1, updates: 1, deletes: 1 } });
    expect(plan?.samples).toContainEqual({
      id: 'a',
      kind: 'update',
      before: { price: '9.00 EUR', availability: 'in stock' },
      after: { price: '12.50 EUR', availability: 'in stock' },
    });
    expect(bucket.texts()).toEqual(before);
  });

  test('tells what would be held', async () => {
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`sku-${n}`, {}]));
    const { plan } = await rehearsed({ 'data/full/1-a.csv': named('sku-1') }, await holding(many));
    expect(plan?.risks).toEqual([{ kind: 'deletes', share: 0.95, count: 19, limit: 10, shareLimit: 0.05 }]);
  });

  test('takes carried rows and asks along, as the next sync would', async () => {
    const waits = data('waits', '1.00 EUR');
    const baseline = await holding(
      { refused: { outcome: 'errored' } },
      { waits: carried('waits', 1, { data: waits }) },
    );
    await baseline.work!.put(itemKeyOf(waits), itemOf(waits));
    await baseline.work!.put('old.json', JSON.stringify({ requests: [{ method: 'UPDATE', data: { id: 'refused' } }] }));
    const { plan } = await rehearsed({ 'data/1-a.csv': named('a') }, { ...baseline, asks: ['refused'] });
    expect(plan?.samples.map(({ id, kind }) => `${kind} ${id}`).toSorted()).toEqual([
      'create a',
      'create waits',
      'update refused',
    ]);
  });

  test('goes by the settings of the catalog', async () => {
    const files = { 'data/1-a.csv': csv(row('a'), row('b', { price: 'much' })) };
    const { plan, validation } = await rehearsed(files, FIRST, { onBadRow: 'refuse-file' });
    expect([plan, validation?.files[0]?.outcome]).toEqual([null, 'refused']);
  });

  test('of a file that is none opens nothing', async () => {
    expect(await rehearsed({ 'data/1-a.txt': named('a') }, FIRST)).toEqual({ plan: null, validation: null });
  });

  test('of another catalog is of that one alone', async () => {
    const settings = readSettings({ default: { metaCatalogId: '1' }, garden: { metaCatalogId: '2' } });
    await withUploads({ 'data/garden/1-a.csv': named('a') }, async (uploads) => {
      const { plan } = await rehearse('garden' as CatalogName, uploads, FIRST, settings);
      expect(plan?.counts.creates).toBe(1);
      expect(await rehearse(shop, uploads, FIRST, settings)).toEqual({ plan: null, validation: null });
    });
  });
});
