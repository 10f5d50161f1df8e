import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { BODY_HEAD, BODY_TAIL, type Cut, cutIntoBatches } from './cut-into-batches.ts';

const recordOf = (title: string) => JSON.stringify({ method: 'UPDATE', data: { title } });
const cut = (titles: readonly string[], maxItems: number, maxBytes = 1000) =>
  cutIntoBatches(
    titles.map((title) => Buffer.byteLength(recordOf(title))),
    { maxItems, maxBytes },
  );
const itemsOf = (cuts: readonly Cut[]) => cuts.map(({ items }) => items);

describe('a call', () => {
  test('is the exact JSON that Meta takes', () =>
    expect(`${BODY_HEAD}${['a', 'b'].map(recordOf).join(',')}${BODY_TAIL}`).toBe(
      '{"allow_upsert":true,"requests":[{"method":"UPDATE","data":{"title":"a"}},{"method":"UPDATE","data":{"title":"b"}}]}',
    ));

  test.each([
    ['exactly as many items as it may', 4, 2, [2, 2]],
    ['the rest', 5, 2, [2, 2, 1]],
    ['one item', 2, 1, [1, 1]],
  ])('holds %s', (_what, count, maxItems, sizes) =>
    expect(itemsOf(cut(Array(count).fill('x'), maxItems))).toEqual(sizes),
  );

  test('ends before the item that would cross its bytes, to the byte', () => {
    const [both] = cut(['ä', 'b'], 10);
    expect(itemsOf(cut(['ä', 'b'], 10, both!.bytes))).toEqual([2]);
    expect(itemsOf(cut(['ä', 'b'], 10, both!.bytes - 1))).toEqual([1, 1]);
  });

  test('holds alone what is too large for any', () =>
    expect(itemsOf(cut(['a', 'x'.repeat(2000), 'b'], 10))).toEqual([1, 1, 1]));

  test('is none for nothing', () => expect(cut([], 10)).toEqual([]));

  test('of any items: all in order, none twice, each within its limits, its bytes as counted', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme' })),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 80, max: 300 }),
        (titles, maxItems, maxBytes) => {
          let from = 0;
          for (const { items, bytes } of cut(titles, maxItems, maxBytes)) {
            const held = titles.slice(from, from + items).map(recordOf);
            from += items;
            expect(bytes).toBe(Buffer.byteLength(`${BODY_HEAD}${held.join(',')}${BODY_TAIL}`));
            expect(items).toBeLessThanOrEqual(maxItems);
            if (items > 1) expect(bytes).toBeLessThanOrEqual(maxBytes);
          }
          expect(from).toBe(titles.length);
        },
      ),
    );
  });
});
