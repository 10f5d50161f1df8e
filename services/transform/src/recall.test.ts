import { fixedClock, memoryObjects } from '@catalog-sync/shared/adapters/memory/index.ts';
import type { Entry } from '@catalog-sync/shared/baseline/content.ts';
import { hashKey, highOf, partitionOf } from '@catalog-sync/shared/baseline/id-hash.ts';
import { asksByPartition, recall } from './recall.ts';
import { content, data, entry, OPENED } from './testing/build.ts';
import { MAPPING } from './testing/items.ts';
import { known, partitionOfKnown } from './testing/known.ts';

const BODY = 'batches/a.json';
const IDS = ['a', 'b', 'c', 'd'];
const requests = [
  ...IDS.map((id) => ({ method: 'UPDATE', data: data(id) })),
  { method: 'DELETE', data: { id: 'gone' } },
];
/** What is recalled of products that were sent there, by ids. */
const recalled = async (entries: Record<string, Entry>, asks: readonly string[]) => {
  const reads: string[] = [];
  const work = memoryObjects(fixedClock(OPENED));
  await work.putOnce(BODY, JSON.stringify({ allow_upsert: true, requests }));
  const read = (key: string) => {
    reads.push(key);
    return work.read(key);
  };
  const counting = { ...work, read };
  const { entries: packed } = partitionOfKnown(known({ entries }));
  const found = await recall(counting, asks.map(hashKey), packed, MAPPING);
  return {
    reads,
    found: asks.flatMap((id) => (found.has(hashKey(id)) ? [[id, found.get(hashKey(id))] as const] : [])),
  };
};
const sent = (id: string, index: number, more: Partial<Entry> = {}): Entry =>
  entry(id, 1, { outcome: 'errored', times: 1, where: { batchKey: BODY, index }, ...more });

describe('what was last sent of a product that a person asks for', () => {
  test('is read where it went out, one body once', async () => {
    const { reads, found } = await recalled({ a: sent('a', 0), b: sent('b', 1, { outcome: 'parked' }) }, ['b', 'a']);
    const { item: _, ...of } = content(data('b'));
    expect(found).toMatchObject([
      ['b', { op: 'UPDATE', content: of }],
      ['a', { op: 'UPDATE' }],
    ]);
    expect(reads).toEqual([BODY]);
  });

  test('may have been its delete', async () =>
    expect((await recalled({ gone: sent('gone', 4) }, ['gone'])).found).toMatchObject([['gone', { op: 'DELETE' }]]));

  test.each<[string, Partial<Entry>]>([
    ['got through', { outcome: 'accepted', times: 0 }],
    ['waits for its outcome, and goes again by itself', { outcome: 'unknown', fingerprint: null }],
  ])('is left out when it %s', async (_what, more) => {
    const { reads, found } = await recalled({ a: sent('a', 0, more) }, ['a', 'nobody']);
    expect([reads, found]).toEqual([[], []]);
  });

  test.each<[string, Partial<Entry>]>([
    ['body is gone', { where: { batchKey: 'batches/gone.json', index: 0 } }],
    ['body does not hold it', { where: { batchKey: BODY, index: 9 } }],
  ])('is gone when its %s: the ask still lets a row of it through', async (_what, more) =>
    expect((await recalled({ a: sent('a', 0, more) }, ['a'])).found).toEqual([['a', null]]),
  );
});

test.each([0, 1, 3])('asks go to the partition of their product, of 2^%d', (bits) => {
  const ids = Array.from({ length: 20 }, (_, n) => `sku-${n}`);
  const asks = asksByPartition(ids, bits);
  expect([...asks.values()].flat().sort()).toEqual(ids.map(hashKey).sort());
  for (const [place, keys] of asks) for (const key of keys) expect(partitionOf(highOf(key), bits)).toBe(place);
});
