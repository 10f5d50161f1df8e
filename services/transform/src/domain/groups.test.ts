import { candidate, data, entry } from '../testing/build.ts';
import type { Candidate } from './fold.ts';
import { openGrouping } from './groups.ts';
import { kindOf } from './kind.ts';

const of = (brand: string, id: string) => candidate(id, { data: data(id, '1.00 EUR', { brand }) });
const NONE = { creates: 0, updates: 0, deletes: 0 };
const groupsOf = (field: 'brand' | 'category', wanted: readonly Candidate[]) => {
  const grouping = openGrouping();
  for (const one of wanted) grouping.add(one.content[field], kindOf(one));
  return grouping.groups();
};
/** `count` brands, the first with as many products as there are brands, the last with one. */
const falling = (count: number) =>
  Array.from({ length: count }, (_, n) =>
    Array.from({ length: count - n }, (_item, k) => of(`brand-${String(n).padStart(2, '0')}`, `${n}-${k}`)),
  ).flat();

describe('changes by brand', () => {
  test('count each kind, the most changed brand first', () => {
    const known = { ...of('Elm', 'b'), entry: entry('b', 1) };
    expect(groupsOf('brand', [of('Oak', 'a'), known, of('Elm', 'c')])).toEqual({
      top: [
        { name: 'Elm', creates: 1, updates: 1, deletes: 0 },
        { name: 'Oak', creates: 1, updates: 0, deletes: 0 },
      ],
      others: { groups: 0, ...NONE },
    });
  });

  test('name twenty, and sum up all others', () => {
    const { top, others } = groupsOf('brand', falling(23));
    expect(top.map(({ name }) => name)).toEqual(
      Array.from({ length: 20 }, (_, n) => `brand-${String(n).padStart(2, '0')}`),
    );
    expect(others).toEqual({ groups: 3, creates: 3 + 2 + 1, updates: 0, deletes: 0 });
  });

  test('of deletes, and of rows that name none, stand under no name', () =>
    expect(groupsOf('brand', [candidate('a', { op: 'DELETE' }), of('', 'b'), candidate('c')]).top).toEqual([
      { name: null, creates: 2, updates: 0, deletes: 1 },
    ]));

  test('are the same whatever order the products come in', () => {
    const all = [of('Oak', 'a'), of('Elm', 'b'), candidate('c'), of('Ash', 'd')];
    expect(groupsOf('brand', all.toReversed())).toEqual(groupsOf('brand', all));
  });

  test('count a brand that is named like what every object has', () =>
    expect(groupsOf('brand', [of('__proto__', 'a'), of('constructor', 'b')]).top).toEqual([
      { name: '__proto__', ...NONE, creates: 1 },
      { name: 'constructor', ...NONE, creates: 1 },
    ]));
});

test('brands beyond a hundred thousand count under no name, those that are told apart go on', () => {
  const grouping = openGrouping();
  for (let n = 0; n < 100_001; n++) grouping.add(`brand-${n}`, 'create');
  for (let n = 0; n < 2; n++) grouping.add('brand-7', 'update');
  const { top, others } = grouping.groups();
  expect(top.slice(0, 2)).toEqual([
    { name: 'brand-7', creates: 1, updates: 2, deletes: 0 },
    { name: null, creates: 1, updates: 0, deletes: 0 },
  ]);
  expect(others.groups + top.length).toBe(100_001);
});

test('changes by category go by the field that Meta is sent', () => {
  const chair = candidate('a', { data: data('a', '1.00 EUR', { google_product_category: 'Chairs', brand: 'Elm' }) });
  expect(groupsOf('category', [chair]).top).toEqual([{ name: 'Chairs', ...NONE, creates: 1 }]);
});
