import { fixedClock, memoryObjects } from '@catalog-sync/shared/adapters/memory/index.ts';
import { DELETED } from '@catalog-sync/shared/baseline/content.ts';
import type { ItemData } from '@catalog-sync/shared/catalog/item.ts';
import { readContents } from './content-of.ts';
import { BODY_HEAD, BODY_TAIL } from './domain/cut-into-batches.ts';
import { deleteRequest } from './domain/delete-request.ts';
import { data, OPENED } from './testing/build.ts';
import { contentOf, itemOf, MAPPING } from './testing/items.ts';

const KEY = 'batches/a.json';
const items = [
  data('a', '10.5 EUR', { brand: 'Elm', google_product_category: 'Chairs' }),
  data('b "c"', '1 USD', { title: JSON.stringify({ method: 'UPDATE', data: data('c') }), description: '[' }),
  data('c', '1 EUR', { brand: '', description: '日本 \u2028 \u{1f600} \\' }),
  data('c', '1 EUR', { brand: '', description: '日本 \u2028 \u{1f600} \\' }),
  { ...data('d'), additional_image_link: ['https://a/1.jpg', 'https://a/2.jpg'] } as ItemData,
];
const read = async (text: string) => {
  const work = memoryObjects(fixedClock(OPENED));
  await work.putOnce(KEY, text);
  return { work, contents: await readContents(work, KEY, MAPPING) };
};
const bodyOf = (...records: (Uint8Array | string)[]) => `${BODY_HEAD}${records.map(String).join(',')}${BODY_TAIL}`;

describe('what was sent', () => {
  test('is of each record what validate would say of it, where it lies in the body', async () => {
    const { work, contents } = await read(bodyOf(...items.map(itemOf)));
    expect(contents).toHaveLength(items.length);
    for (const [place, item] of items.entries()) {
      const { op, content } = contents![place]!;
      const { start } = content.item!;
      const expected = contentOf(item, { key: KEY, start });
      expect([op, content]).toEqual(['UPDATE', { ...expected, brand: expected.brand || null }]);
      const { length } = content.item!;
      expect(await work.readRange(KEY, start, length)).toEqual(new Uint8Array(itemOf(item)));
    }
    const starts = contents!.map(({ content }) => content.item!.start);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    expect(new Set(starts).size).toBe(items.length);
  });

  test('may have been a delete, which has no item', async () => {
    const { contents } = await read(bodyOf(deleteRequest('ä'), itemOf(items[0]!)));
    expect(contents).toMatchObject([
      { op: 'DELETE', content: DELETED },
      { op: 'UPDATE', content: { item: { start: BODY_HEAD.length + String(deleteRequest('ä')).length + 2 } } },
    ]);
  });

  test('is not known when its body is gone', async () =>
    expect(await readContents(memoryObjects(fixedClock(OPENED)), KEY, MAPPING)).toBeNull());

  test('in a body that nobody wrote so is a defect that is told', async () => {
    const [one, other] = [itemOf(items[0]!), itemOf(items[1]!)];
    await expect(read(bodyOf(one, ` ${other}`))).rejects.toThrow('batches/a.json does not hold its record 1');
  });
});
