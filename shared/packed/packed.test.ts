import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { growing } from './growing.ts';
import { pack, unpack } from './packed.ts';
import { itself, openWords } from './words.ts';

/** The same bytes, beginning that many bytes into their memory: what comes from a network begins anywhere. */
const shifted = (bytes: Uint8Array, by: number): Uint8Array => {
  const memory = new Uint8Array(bytes.length + by);
  memory.set(bytes, by);
  return memory.subarray(by);
};

const columns = {
  f64: Float64Array.of(0, -1.5, Number.MAX_VALUE, 1795435200000),
  u32: Uint32Array.of(0, 1, 0xffffffff),
  u16: Uint16Array.of(0xffff),
  u8: Uint8Array.of(1, 2, 3, 4, 5),
  none: new Float64Array(),
};

describe('a packed table', () => {
  test.each([0, 1, 2, 3, 4, 5, 6, 7])('read again is what was written, wherever its bytes begin: at %d', (by) => {
    const words = { texts: ['ä', '"', '\n'], count: 3, nothing: null };
    expect(unpack(shifted(pack(words, columns), by), 'a table')).toEqual({ words, columns });
  });

  test('is views on its bytes, no copies, where these begin well', () => {
    const bytes = new Uint8Array(pack({}, columns));
    expect(unpack(bytes, 'a table').columns.u32?.buffer).toBe(bytes.buffer);
  });

  test('holds what a view shows, not what lies around it', () => {
    const view = Uint32Array.of(1, 2, 3, 4).subarray(1, 3);
    expect(unpack(pack({}, { view }), 'a table').columns.view).toEqual(Uint32Array.of(2, 3));
  });

  test('of equal words and columns is equal bytes', () =>
    expect(pack({ a: 1 }, columns)).toEqual(pack({ a: 1 }, columns)));

  test('of any words and columns is read again', () => {
    const any = fc.record({
      words: fc.json().map((text) => JSON.parse(text)),
      f64: fc.float64Array({ noNaN: true }),
      u32: fc.uint32Array(),
      u16: fc.uint16Array(),
      u8: fc.uint8Array(),
    });
    fc.assert(
      fc.property(any, fc.integer({ min: 0, max: 15 }), ({ words, ...more }, by) => {
        const back = unpack(shifted(pack(words, more), by), 'a table');
        expect(JSON.stringify(back.words)).toBe(JSON.stringify(words));
        expect(back.columns).toEqual(more);
      }),
    );
  });

  test.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['something short', Buffer.from('packed1')],
    ['JSON', Buffer.from('{"sync":1,"entries":[]}')],
    ['a table of another version', Buffer.from(pack({}, columns)).fill('packed2\n', 0, 8)],
  ])('is not taken for one when it is %s, and its place is named', (_what, bytes) =>
    expect(() => unpack(bytes, 'object states/a.bin')).toThrow('object states/a.bin is no packed table'),
  );

  test('that breaks off in a column says in which', () => {
    const bytes = pack({}, { first: columns.f64, last: columns.u32 });
    const end = 8 * Math.ceil(columns.u32.byteLength / 8);
    // What fills the last column up to a multiple of eight may be missing.
    const full = bytes.length - end + columns.u32.byteLength;
    expect(unpack(bytes.subarray(0, full), 'it').columns.last).toEqual(columns.u32);
    expect(() => unpack(bytes.subarray(0, full - 1), 'it')).toThrow('it breaks off in its column last');
    expect(() => unpack(bytes.subarray(0, bytes.length - end - 1), 'it')).toThrow('it breaks off in its column first');
  });

  test.each([16, 30])('that breaks off in its head says so: after %d bytes', (length) => {
    const bytes = pack({ texts: ['a long one'] }, columns);
    expect(() => unpack(bytes.subarray(0, length), 'it')).toThrow('it breaks off in its head');
  });
});

describe('a column that grows', () => {
  test('holds all that was pushed, over any doubling', () => {
    const column = growing(Uint16Array);
    for (let n = 0; n < 1000; n++) {
      expect(column.length).toBe(n);
      column.push(n);
    }
    expect(column.done()).toEqual(Uint16Array.from({ length: 1000 }, (_, n) => n));
  });

  test('is done as often as asked, and goes on', () => {
    const column = growing(Uint8Array);
    column.push(1);
    const first = column.done();
    column.push(2);
    expect([first, column.done()]).toEqual([Uint8Array.of(1), Uint8Array.of(1, 2)]);
  });
});

test('words are kept once, in the order in which they came, and named by their place', () => {
  const texts = openWords(itself);
  expect(['b', 'a', 'b', '__proto__', 'a'].map((word) => texts.placeOf(word))).toEqual([0, 1, 0, 2, 1]);
  expect(texts.list).toEqual(['b', 'a', '__proto__']);
  const objects = openWords(({ key }: { key: string; n: number }) => key);
  expect([objects.placeOf({ key: 'a', n: 1 }), objects.placeOf({ key: 'a', n: 2 })]).toEqual([0, 0]);
  expect(objects.list).toEqual([{ key: 'a', n: 1 }]);
});
