import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import { folderObjects } from './folder-objects.ts';

const clock = { now: () => 1_999 as never };
const textOf = (body: Uint8Array | undefined) => body && Buffer.from(body).toString();
const streamed = async (objects: Objects, key: string): Promise<string> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await objects.stream(key))!) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

describe('a bucket in a folder', () => {
  let dir: string;
  let objects: Objects;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'folder-'));
    objects = folderObjects(dir, clock);
  });
  afterEach(() => rm(dir, { recursive: true }));

  test('gives back what was put, whole, in part and as a stream', async () => {
    await objects.put('a/é.txt', 'abcdef', { metadata: { of: 'a test' } });
    expect(await objects.head('a/é.txt')).toMatchObject({ key: 'a/é.txt', size: 6, lastModified: 1_000 });
    expect((await objects.head('a/é.txt'))?.metadata).toEqual({ of: 'a test' });
    expect(textOf(await objects.read('a/é.txt'))).toBe('abcdef');
    expect(await streamed(objects, 'a/é.txt')).toBe('abcdef');
  });

  test.each([
    ['in the middle', 1, 3, 'bcd'],
    ['to the end and no further', 4, 9, 'ef'],
    ['behind the end', 9, 3, ''],
  ])('a range %s', async (_where, start, length, text) => {
    await objects.put('a', 'abcdef');
    expect(textOf(await objects.readRange('a', start, length))).toBe(text);
  });

  test('writes once what is to be written once, and again what may be', async () => {
    expect(await objects.putOnce('a', 'first')).toBe('written');
    expect(await objects.putOnce('a', 'second')).toBe('exists');
    expect(textOf(await objects.read('a'))).toBe('first');
    await objects.put('a', 'third');
    expect(textOf(await objects.read('a'))).toBe('third');
    expect(await readdir(dir)).toHaveLength(1);
  });

  test('removes, and has nothing of what is not there', async () => {
    await objects.put('a', 'x');
    await objects.remove('a');
    await objects.remove('a');
    expect(await readdir(dir)).toEqual([]);
    expect([
      await objects.head('a'),
      await objects.read('a'),
      await objects.readRange('a', 0, 1),
      await objects.stream('a'),
    ]).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('copies, once', async () => {
    await objects.put('a', 'x');
    const from = (await objects.head('a'))!;
    expect([await objects.copyOnce(from, 'b', {}), await objects.copyOnce(from, 'b', {})]).toEqual([
      'written',
      'exists',
    ]);
    expect(textOf(await objects.read('b'))).toBe('x');
  });

  test('lists keys below a prefix in their order', async () => {
    for (const key of ['b', 'a/2', 'a/1', 'c']) await objects.put(key, key);
    const keys: string[] = [];
    for await (const { key } of objects.versions('a/')) keys.push(key);
    expect(keys).toEqual(['a/1', 'a/2']);
  });
});
