import { rangedSource } from './ranged-source.ts';

const openWorld = (size: number) => {
  const bytes = Buffer.alloc(size, Buffer.from(Array.from({ length: 251 }, (_, n) => n)));
  const asked: [start: number, end: number][] = [];
  const readRange = async (start: number, length: number) => {
    asked.push([start, start + length]);
    return bytes.subarray(start, start + length);
  };
  return { bytes, asked, readRange };
};
const MB = 1_000_000;

test('bytes come in their order, from the offset to the end', async () => {
  const { bytes, readRange } = openWorld(20 * MB);
  const all: Uint8Array[] = [];
  for await (const some of rangedSource(readRange, { from: 5, until: 17 * MB, size: bytes.length })) all.push(some);
  expect(Buffer.concat(all).equals(bytes.subarray(5))).toBe(true);
});

test('four ranges are asked for at once, and none that nobody wants', async () => {
  const { asked, readRange } = openWorld(60 * MB);
  const source = rangedSource(readRange, { from: 0, until: 41 * MB, size: 60 * MB });
  await source.next();
  expect(asked.slice(0, 4)).toEqual([
    [0, 8 * MB],
    [8 * MB, 16 * MB],
    [16 * MB, 24 * MB],
    [24 * MB, 32 * MB],
  ]);
  expect(asked.length).toBeLessThanOrEqual(5);
  for (let n = 0; n < 5; n++) await source.next();
  expect(asked.at(-1)).toEqual([40 * MB, 41 * MB + 65_536]);
  await source.return();
  expect(asked).toHaveLength(6);
});

test('an offset behind all that is wanted soon is read from all the same', async () => {
  const { bytes, readRange } = openWorld(200_000);
  const all: Uint8Array[] = [];
  for await (const some of rangedSource(readRange, { from: 150_000, until: 10, size: bytes.length })) all.push(some);
  expect(Buffer.concat(all).equals(bytes.subarray(150_000))).toBe(true);
});

test('fewer bytes than there are to be is a fault', async () => {
  const source = rangedSource(async () => new Uint8Array(3), { from: 0, until: 5, size: 5 });
  await expect(source.next()).rejects.toThrow('5 bytes from 0 were to be read, there are 3');
});

test('a range that fails after the reader has stopped disturbs nobody', async () => {
  const readRange = async (start: number, length: number) => {
    if (start > 0) throw new Error('no network');
    return new Uint8Array(length);
  };
  const source = rangedSource(readRange, { from: 0, until: 20 * MB, size: 20 * MB });
  await source.next();
  await source.return();
  await new Promise(setImmediate);
});
