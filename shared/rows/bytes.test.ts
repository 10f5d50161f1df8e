import { gzipSync } from 'node:zlib';
import { fileOf, pieces, productLine, read, readFrom } from './testing.ts';

const lines = Array.from({ length: 2_000 }, (_, n) => productLine(`p-${n}`, { title: `Cup ${(n * 7_919) % 104_729}` }));
const text = fileOf(...lines);
const packed = gzipSync(text);

describe('a packed file', () => {
  test.each(['data/a.csv.gz', 'data/a.csv', 'data/A.CSV.GZ'])('is unpacked as %s', async (key) => {
    const { summary } = await read(packed, { key });
    expect(summary).toMatchObject({ usable: true, valid: 2_000, cut: false, finalNewline: true, findings: [] });
  });

  test('of two members is one file', async () => {
    const both = Buffer.concat([gzipSync(text), gzipSync(`${productLine('last')}\n`)]);
    expect((await read(both)).summary).toMatchObject({ valid: 2_001, cut: false });
  });

  test('that breaks off is used as far as it goes, and known to be cut', async () => {
    const { rows, summary } = await read(packed.subarray(0, packed.length / 2));
    expect(summary).toMatchObject({ usable: true, cut: true, findings: [{ code: 'cut-at-end' }] });
    expect(summary.valid).toBeGreaterThan(500);
    expect(summary.valid).toBeLessThan(1_500);
    const given = new Set(lines);
    for (const row of rows.filter(({ kind }) => kind === 'valid'))
      expect(given.has(productLine(row.id!, { title: String(row.kind === 'valid' && row.data.title) }))).toBe(true);
  });

  test('that lacks only its checksum is known to be cut', async () => {
    const { summary } = await read(packed.subarray(0, -8));
    expect(summary).toMatchObject({ usable: true, valid: 2_000, finalNewline: true, cut: true });
  });

  test('whose checksum is wrong is known to be cut', async () => {
    const damaged = Buffer.from(packed);
    damaged[damaged.length - 6]! ^= 1;
    const { summary } = await read(damaged);
    // What is unpacked in one go with the fault is not given.
    expect(summary).toMatchObject({ usable: true, cut: true, findings: [{ code: 'cut-at-end' }] });
    expect(summary.valid).toBeGreaterThan(1_500);
  });

  test.each([
    ['is none', Buffer.from(text)],
    ['broke off at its start', packed.subarray(0, 15)],
    ['is its first byte', packed.subarray(0, 1)],
  ])('that %s is unreadable', async (_what, bytes) => {
    const { rows, summary } = await read(bytes, { key: 'data/a.csv.gz' });
    expect(rows).toEqual([]);
    expect(summary).toMatchObject({ usable: false, findings: [{ code: 'unreadable' }] });
  });

  test.each([
    ['data/a.csv.gz', Buffer.alloc(0)],
    ['data/a.csv.gz', gzipSync('')],
  ])('%s may be empty', async (key, bytes) => {
    expect((await read(bytes, { key })).summary).toMatchObject({ usable: false, findings: [{ code: 'empty-file' }] });
  });

  test('that unpacks to too much is refused before it does', async () => {
    const bomb = gzipSync(Buffer.alloc(8_000_000, `${productLine('1')}\n`));
    const { summary } = await read(bomb, { limits: { ratio: 20, ratioFrom: 1_000_000 } });
    expect(summary).toMatchObject({ usable: false, findings: [{ code: 'too-large' }] });
  });
});

describe('a source', () => {
  test('that fails is not taken for a file that ends', async () => {
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from(text);
      throw new Error('connection lost');
    };
    await expect(readFrom(failing())).rejects.toThrow('connection lost');
  });

  test('that fails while it is unpacked is not taken for broken gzip', async () => {
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield packed.subarray(0, 20_000);
      throw new Error('connection lost');
    };
    await expect(readFrom(failing())).rejects.toThrow('connection lost');
  });

  test.each([
    ['plain', Buffer.from(text)],
    ['packed', packed],
  ])('is closed when the reader stops early: %s', async (_what, bytes) => {
    let closed = false;
    const source = async function* (): AsyncGenerator<Uint8Array> {
      try {
        yield* pieces(bytes, 1_000);
      } finally {
        closed = true;
      }
    };
    for await (const row of (await import('./read-rows.ts')).readRows(source(), { key: 'a' }))
      if (row.kind === 'valid') break;
    expect(closed).toBe(true);
  });
});
