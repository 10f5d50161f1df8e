import { makeWorld } from './shop/make-world.ts';
import { textOf, type World } from './shop/world.ts';
import { smallerWorlds, without } from './smaller.ts';
import { canonicalWorld } from './sweep.ts';

test.each<[number[], number[][]]>([
  [[], []],
  [[1], [[]]],
  [
    [1, 2, 3],
    [[3], [1, 2], [2, 3], [1, 3], [1, 2]],
  ],
])('leaving something out of %j', (list, expected) => expect([...without(list)]).toEqual(expected));

/** A plain world in which the last of three files is landed again. */
const world = (): World => {
  const plain = canonicalWorld();
  return { ...plain, people: { ...plain.people, reprocesses: [{ upload: 2, at: 1 }] } };
};

describe('a smaller world', () => {
  test('lands the same file again, wherever that is now, or none', () => {
    const seen = [...smallerWorlds(world())].flatMap(({ uploads, people: { reprocesses } }) =>
      uploads.length === 3
        ? []
        : [
            [
              uploads.map(({ key }) => key.at(5)).join(''),
              reprocesses.map(({ upload }) => uploads[upload]?.key.at(5)).join(''),
            ],
          ],
    );
    expect(seen).toEqual([
      ['c', 'c'],
      ['ab', ''],
      ['bc', 'c'],
      ['ac', 'c'],
      ['ab', ''],
    ]);
  });

  test('has metadata that counts its rows as rightly as before', () => {
    const [first, ...others] = world().uploads;
    const counted = { ...first!, metadata: { rows: '5' }, cut: true };
    const all = [...smallerWorlds({ ...world(), uploads: [counted, ...others] })];
    const changed = all.flatMap(({ uploads }) => (uploads[0]?.cut && uploads[0].rows.length < 3 ? [uploads[0]] : []));
    expect(changed.length).toBeGreaterThan(2);
    for (const { rows, metadata } of changed) expect(Number(metadata.rows) - rows.length).toBe(2);
  });

  test('has no people who act on a catalog that is gone', () => {
    const seed = Array.from({ length: 500 }, (_, n) => makeWorld(n)).find(
      ({ catalogs, people }) =>
        'shoes' in catalogs && [...people.pauses, ...people.forgeries].some(({ catalog }) => catalog === 'shoes'),
    )!;
    const less = [...smallerWorlds(seed)].find(({ catalogs }) => !('shoes' in catalogs))!;
    expect([...less.people.pauses, ...less.people.forgeries].filter(({ catalog }) => catalog === 'shoes')).toEqual([]);
    expect(less.uploads.filter(({ key }) => key.startsWith('data/shoes/'))).toEqual([]);
  });

  test('is smaller, and no file of it is without rows that had some', () => {
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const before = makeWorld(seed);
      const size = (of: World): number => JSON.stringify(of).length;
      const texts = new Map(before.uploads.map(({ key, at, rows }) => [`${key} ${at}`, rows.length]));
      for (const less of smallerWorlds(before)) {
        expect(size(less)).toBeLessThanOrEqual(size(before) + 1);
        for (const upload of less.uploads) {
          if ((texts.get(`${upload.key} ${upload.at}`) ?? 0) > 0) expect(upload.rows).not.toEqual([]);
          expect(typeof textOf(upload)).toBe('string');
        }
      }
    }
  });
});
