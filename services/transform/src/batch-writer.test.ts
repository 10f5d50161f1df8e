import { Buffer } from 'node:buffer';
import { fixedClock, memoryObjects } from '@catalog-sync/shared/adapters/memory/index.ts';
import fc from 'fast-check';
import { openBatchWriter } from './batch-writer.ts';
import { cutIntoBatches } from './domain/cut-into-batches.ts';
import { batchEntry, data, OPENED } from './testing/build.ts';
import { itemOf } from './testing/items.ts';
import { sync } from './testing/world.ts';

const records = (count: number) => Array.from({ length: count }, (_, n) => itemOf(data(`sku-${n}`, `${n}.00 EUR`)));

/** Writes the records in that order of their places. */
const written = async (count: number, order: readonly number[], limit = { maxItems: 3, maxBytes: 1000 }) => {
  const all = records(count);
  const work = memoryObjects(fixedClock(OPENED));
  const cuts = cutIntoBatches(
    all.map(({ length }) => length),
    limit,
  );
  const writer = openBatchWriter(sync(2), cuts, work);
  for (const at of order) await writer.add(at, all[at]!, batchEntry(`sku-${at}`));
  return { writer, work, cuts, all };
};
const inOrder = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('batches whose records come partition by partition', () => {
  test('hold each at its place, and what stands behind it at the same one', async () => {
    const { writer, work, all, cuts } = await written(7, [6, 0, 5, 1, 4, 2, 3]);
    const batches = writer.done();
    expect(batches.map(({ items, bytes }) => ({ items, bytes }))).toEqual(cuts);
    const texts = work.texts();
    let from = 0;
    for (const { batchId, bodyKey, entriesKey, items, bytes } of batches) {
      const requests = all.slice(from, from + items).map(String);
      expect(texts[bodyKey]).toBe(`{"allow_upsert":true,"requests":[${requests.join(',')}]}`);
      expect(Buffer.byteLength(texts[bodyKey]!)).toBe(bytes);
      const ids = texts[entriesKey]!.split('\n').map((line) => JSON.parse(line).id);
      expect(ids).toEqual(inOrder(items).map((n) => `sku-${from + n}`));
      expect(bodyKey).toBe(`syncs/default/000002/batches/${batchId}.json`);
      from += items;
    }
    expect(from).toBe(7);
  });

  test('are the same in whatever order the records come', async () => {
    const { writer, work } = await written(8, inOrder(8));
    const expected = { batches: writer.done(), texts: work.texts() };
    const shuffled = fc.shuffledSubarray(inOrder(8), { minLength: 8 });
    await fc.assert(
      fc.asyncProperty(shuffled, async (order) => {
        const other = await written(8, order);
        expect({ batches: other.writer.done(), texts: other.work.texts() }).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  test('of one record each are written at once', async () => {
    const { writer } = await written(3, [2, 1, 0], { maxItems: 1, maxBytes: 1000 });
    expect(writer.done().map(({ items }) => items)).toEqual([1, 1, 1]);
  });

  test('are written as soon as they are whole: no more is held than is open', async () => {
    const { work } = await written(6, [3, 4, 5, 0]);
    expect(Object.keys(work.texts())).toHaveLength(2);
  });

  test.each([0, 3, 6])('are refused when a record is missing: %d of 7', async (missing) => {
    const { writer } = await written(
      7,
      inOrder(7).filter((n) => n !== missing),
    );
    expect(() => writer.done()).toThrow('default-000002: of 3 batches 1 lack records');
  });

  test('are none for nothing', async () => expect((await written(0, [])).writer.done()).toEqual([]));

  test('keep no view of what was read around a record', async () => {
    const work = memoryObjects(fixedClock(OPENED));
    const [one] = records(1);
    const writer = openBatchWriter(sync(2), [{ items: 2, bytes: 0 }], work);
    const memory = Buffer.from(one!);
    await writer.add(0, memory, batchEntry('a'));
    memory.fill(0);
    await writer.add(1, one!, batchEntry('b'));
    const [{ bodyKey } = { bodyKey: '' }] = writer.done();
    expect(work.texts()[bodyKey]).toContain(`[${String(one)},${String(one)}]`);
  });
});
