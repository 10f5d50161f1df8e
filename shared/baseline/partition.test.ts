import fc from 'fast-check';
import { epochMs } from '../catalog/instant.ts';
import type { Entry } from './content.ts';
import { hashKey, highOf, partitionOf } from './id-hash.ts';
import {
  censusOf,
  earlier,
  emptyPartition,
  finer,
  isEmpty,
  type Partition,
  packPartition,
  unpackPartition,
} from './partition.ts';
import { anyCarried, anyEntry, anyId, entriesOf, toldById } from './testing/any.ts';
import { dueOf, objectsOf } from './waiting.ts';

const anyPartition: fc.Arbitrary<Partition> = fc
  .record({
    entries: fc.dictionary(anyId, anyEntry),
    carried: fc.dictionary(anyId, anyCarried),
    embargoes: fc.dictionary(anyId, fc.integer({ min: 0, max: 1_795_435_200_000 }).map(epochMs)),
  })
  .map(({ entries, carried, embargoes }) => {
    const byKey = <A>(byId: Record<string, A>) =>
      new Map(Object.entries(byId).map(([id, value]): [string, A] => [hashKey(id), value]));
    return {
      entries: entriesOf(new Map(Object.entries(entries))),
      waiting: { carried: byKey(carried), embargoes: byKey(embargoes) },
    };
  });
const sorted = <A>(map: ReadonlyMap<string, A>): [string, A][] => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
const told = ({ entries, waiting }: Partition) => ({
  entries: [...toldById(entries)],
  carried: sorted(waiting.carried),
  embargoes: sorted(waiting.embargoes),
});

describe('a partition', () => {
  test('read again is what was written, what waits included', () =>
    fc.assert(
      fc.property(anyPartition, (partition) => {
        const back = unpackPartition(packPartition(partition), 'a partition');
        expect(told(back)).toEqual(told(partition));
        expect(packPartition(back)).toEqual(packPartition(partition));
      }),
    ));

  test('is equal bytes in whatever order what waits came', () =>
    fc.assert(
      fc.property(anyPartition, ({ entries, waiting: { carried, embargoes } }) => {
        const reversed = {
          carried: new Map([...carried].toReversed()),
          embargoes: new Map([...embargoes].toReversed()),
        };
        expect(packPartition({ entries, waiting: reversed })).toEqual(
          packPartition({ entries, waiting: { carried, embargoes } }),
        );
      }),
    ));

  test('that is nothing is empty, and any part of it makes it less so', () => {
    const entries = entriesOf(new Map([['a', fc.sample(anyEntry, 1)[0]!]]));
    const carried = new Map([[hashKey('a'), fc.sample(anyCarried, 1)[0]!]]);
    const embargoes = new Map([[hashKey('a'), epochMs(1)]]);
    const { waiting } = emptyPartition;
    expect([
      isEmpty(emptyPartition),
      isEmpty({ ...emptyPartition, entries }),
      isEmpty({ ...emptyPartition, waiting: { ...waiting, carried } }),
      isEmpty({ ...emptyPartition, waiting: { ...waiting, embargoes } }),
    ]).toEqual([true, false, false, false]);
    expect(told(unpackPartition(packPartition(emptyPartition), 'nothing'))).toEqual(told(emptyPartition));
  });

  test.each([0, 1, 2, 3, 4])('cut into 2^%d is whole: each product is in the part that its hash names', (bits) =>
    fc.assert(
      fc.property(anyPartition, (partition) => {
        const parts = Array.from({ length: 2 ** bits }, (_, place) => finer(partition, place, bits));
        for (const [place, part] of parts.entries()) {
          const keys = [
            ...[...toldById(part.entries).keys()].map(hashKey),
            ...part.waiting.carried.keys(),
            ...part.waiting.embargoes.keys(),
          ];
          for (const key of keys) expect(partitionOf(highOf(key), bits)).toBe(place);
          expect(told(unpackPartition(packPartition(part), 'a part'))).toEqual(told(part));
        }
        const all = parts.map(told);
        expect(all.flatMap(({ entries }) => entries)).toEqual(told(partition).entries);
        expect(all.flatMap(({ carried }) => carried)).toEqual(told(partition).carried);
        expect(all.flatMap(({ embargoes }) => embargoes)).toEqual(told(partition).embargoes);
      }),
      { numRuns: 50 },
    ),
  );

  test('counts its products by what is known of what was last sent of them', () => {
    const outcomes: Entry['outcome'][] = ['accepted', 'errored', 'parked', 'unknown', 'accepted'];
    const [entry] = fc.sample(anyEntry, 1);
    const entries = entriesOf(new Map(outcomes.map((outcome, n) => [`sku-${n}`, { ...entry!, outcome }])));
    expect(censusOf(entries)).toEqual({ live: 3, refused: 1, unknown: 2 });
    expect(censusOf(emptyPartition.entries)).toEqual({ live: 0, refused: 0, unknown: 0 });
  });

  test('knows which objects its carried rows lie in, each once', () => {
    const [carried] = fc.sample(anyCarried, 1);
    const lying = (key: string | null) => ({
      ...carried!,
      content: { ...carried!.content, item: key === null ? null : { key, start: 0, length: 1 } },
    });
    const rows = ['b', 'a', null, 'b'].map((key, n): [string, ReturnType<typeof lying>] => [
      hashKey(`${n}`),
      lying(key),
    ]);
    expect(objectsOf({ carried: new Map(rows), embargoes: new Map() })).toEqual(['a', 'b']);
  });
});

test.each([
  ['none is carried', [], null],
  ['one may go at once', [0, 9], 0],
  ['all wait', [12, 9], 9],
])('the next carried row is due: %s', (_what, waits, due) => {
  const [row] = fc.sample(anyCarried, 1);
  const carried = new Map(waits.map((notBefore, n) => [hashKey(`${n}`), { ...row!, notBefore: epochMs(notBefore) }]));
  expect(dueOf({ carried, embargoes: new Map() })).toBe(due);
});

test.each([
  [null, null, null],
  [null, 5, 5],
  [5, null, 5],
  [5, 3, 3],
  [0, 3, 0],
])('of %p and %p the earlier is %p', (a, b, expected) =>
  expect(earlier(a === null ? null : epochMs(a), b === null ? null : epochMs(b))).toBe(expected),
);
