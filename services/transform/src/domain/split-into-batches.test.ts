import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { splitIntoBatches } from './split-into-batches.ts';

const split = (items: readonly string[], maxItems: number, maxBytes = 1000) =>
  splitIntoBatches(items, (title) => ({ method: 'UPDATE', data: { title } }), { maxItems, maxBytes });

describe('a call', () => {
  test('is the exact JSON that Meta takes', () =>
    expect(split(['a', 'b'], 10).map(({ body }) => body)).toEqual([
      '{"allow_upsert":true,"requests":[{"method":"UPDATE","data":{"title":"a"}},{"method":"UPDATE","data":{"title":"b"}}]}',
    ]));

  test.each([
    ['exactly as many items as it may', 4, 2, [2, 2]],
    ['the rest', 5, 2, [2, 2, 1]],
    ['one item', 2, 1, [1, 1]],
  ])('holds %s', (_what, count, maxItems, sizes) =>
    expect(split(Array(count).fill('x'), maxItems).map(({ items }) => items.length)).toEqual(sizes),
  );

  test('ends before the item that would cross its bytes, to the byte', () => {
    const [both] = split(['ä', 'b'], 10);
    expect(split(['ä', 'b'], 10, both!.bytes)).toHaveLength(1);
    expect(split(['ä', 'b'], 10, both!.bytes - 1)).toHaveLength(2);
  });

  test('holds alone what is too large for any', () =>
    expect(split(['a', 'x'.repeat(2000), 'b'], 10).map(({ items }) => items.length)).toEqual([1, 1, 1]));

  test('is none for nothing', () => expect(split([], 10)).toEqual([]));

  test('of any items: all in order, none twice, each within its limits, its bytes as counted', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme' })),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 80, max: 300 }),
        (items, maxItems, maxBytes) => {
          const batches = split(items, maxItems, maxBytes);
          expect(batches.flatMap((batch) => batch.items)).toEqual(items);
          for (const { items: held, body, bytes } of batches) {
            expect(JSON.parse(body).requests.map((request: { data: { title: string } }) => request.data.title)).toEqual(
              held,
            );
            expect(Buffer.byteLength(body)).toBe(bytes);
            expect(held.length).toBeLessThanOrEqual(maxItems);
            if (held.length > 1) expect(bytes).toBeLessThanOrEqual(maxBytes);
          }
        },
      ),
    );
  });
});
