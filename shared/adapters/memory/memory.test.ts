import { fixedClock, memoryObjects, memoryTable } from './index.ts';

describe('a bucket in memory', () => {
  test('gives versions by their keys, the newest of a key first', async () => {
    const bucket = memoryObjects(fixedClock(5_700));
    for (const key of ['b', 'a', 'b']) await bucket.put(key, key);
    const found = [];
    for await (const version of bucket.versions('')) found.push(version);
    expect(found).toEqual([
      { key: 'a', versionId: 'v2', size: 1, lastModified: 5000 },
      { key: 'b', versionId: 'v3', size: 1, lastModified: 5000 },
      { key: 'b', versionId: 'v1', size: 1, lastModified: 5000 },
    ]);
  });

  test('tells by the etag whether two hold the same', async () => {
    const bucket = memoryObjects(fixedClock());
    await bucket.put('a', 'shoes');
    await bucket.put('b', 'boots');
    await bucket.copyOnce({ key: 'a', versionId: 'v1', size: 5, lastModified: fixedClock().now() }, 'c', {});
    const [a, b, c] = await Promise.all(['a', 'b', 'c'].map(async (key) => (await bucket.head(key))?.etag));
    expect(c).toBe(a);
    expect(b).not.toBe(a);
  });

  test('shows what a key holds now', async () => {
    const bucket = memoryObjects(fixedClock());
    await bucket.put('a', 'shoes');
    await bucket.put('a', 'boots');
    expect(bucket.peek('a')?.versionId).toBe('v2');
    await bucket.deleteVersion('a', 'v2');
    expect(bucket.peek('a')?.versionId).toBe('v1');
    await bucket.deleteVersion('a', 'v1');
    expect(bucket.peek('a')).toBeUndefined();
  });
});

describe('a table in memory', () => {
  test('keeps a copy that nobody can change, to its depths', async () => {
    const table = memoryTable();
    const record = { pk: 'p', sk: 'a', counts: { rows: [1, { valid: 2 }] } };
    await table.write([{ kind: 'put', rev: 0, record }]);
    record.counts.rows.push(3);
    const kept = table.peek('p', 'a') as unknown as typeof record;
    expect(kept).toEqual({ pk: 'p', sk: 'a', rev: 1, counts: { rows: [1, { valid: 2 }] } });
    const parts = [kept, kept.counts, kept.counts.rows, kept.counts.rows[1]];
    expect(parts.map(Object.isFrozen)).toEqual([true, true, true, true]);
  });

  test('writes all or nothing', async () => {
    const table = memoryTable();
    const put = (sk: string, rev: number) => ({ kind: 'put' as const, rev, record: { pk: 'p', sk } });
    expect(await table.write([put('a', 0), put('b', 1)])).toBe(false);
    expect(table.records()).toEqual([]);
    await expect(table.write([put('a', 0), put('a', 0)])).rejects.toThrow('twice');
  });
});
