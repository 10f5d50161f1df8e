import { brandIn, categoryIn } from './item-texts.ts';

const both = (data: object): (string | null)[] => {
  const item = JSON.stringify({ method: 'UPDATE', data });
  const [before, after] = [
    '{"data":{"id":"x","brand":"of the item before"}}\n',
    '\n{"data":{"id":"y","brand":"next"}}',
  ];
  const bytes = Buffer.from(before + item + after);
  const from = Buffer.byteLength(before);
  const to = from + Buffer.byteLength(item);
  return [brandIn(bytes, from, to), categoryIn(bytes, from, to)];
};

describe('brand and category of an item', () => {
  test.each([
    [
      'as they stand there',
      { id: '1', brand: 'Acme', google_product_category: 'Shoes > Boots' },
      ['Acme', 'Shoes > Boots'],
    ],
    ['in whatever letters', { id: '1', brand: 'Ærø', google_product_category: '陶器' }, ['Ærø', '陶器']],
    ['with what JSON escapes', { id: '1', brand: 'A"b\\', google_product_category: '\\' }, ['A"b\\', '\\']],
    ['empty', { id: '1', brand: '', google_product_category: '' }, ['', '']],
    ['not there', { id: '1', title: 'x' }, [null, null]],
    [
      'and not what other texts say of them',
      { id: '1', title: ',"brand":"no"', list: ['brand', ',"brand":"no"'], brand: 'yes', google_product_category: 'a' },
      ['yes', 'a'],
    ],
  ])('%s', (_how, data, expected) => expect(both(data)).toEqual(expected));
});
