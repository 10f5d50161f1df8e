import fc from 'fast-check';
import { openPlaces } from './places.ts';
import { DELETES, OFFERS, REST, URGENCIES, WAITED } from './queue-up.ts';

/** Partitions of so many records an urgency; each record's size names it. */
const placed = (room: number, counts: readonly (readonly number[])[]) => {
  const places = openPlaces(room);
  let last = 0;
  const partitions = counts.map((of) =>
    Array.from({ length: URGENCIES }, (_, urgency) =>
      Uint32Array.from({ length: of[urgency] ?? 0 }, () => {
        last += 1;
        return last;
      }),
    ),
  );
  /** As it seemed when the partition had just been added. */
  const firstSoFar = partitions.map((sizes, partition) => {
    places.add(sizes);
    return places.firstOf(partition);
  });
  const of = (urgency: number): number[] => partitions.flatMap((sizes) => [...sizes[urgency]!]);
  return { places, partitions, of, order: [...places.sizes()], firstSoFar };
};
const queue = (counts: { waited?: number; offers?: number; rest?: number; deletes?: number }): number[] => {
  const sizes: number[] = Array.from({ length: URGENCIES }, () => 0);
  const { waited = 0, offers = 0, rest = 0, deletes = 0 } = counts;
  for (const [urgency, count] of [
    [WAITED, waited],
    [OFFERS, offers],
    [REST, rest],
    [DELETES, deletes],
  ] as const) {
    sizes[urgency] = count;
  }
  return sizes;
};

describe('what a sync has room for', () => {
  test('goes to changed offers first, then to what waited, to the rest, and to deletes', () => {
    const { order, of } = placed(100, [queue({ deletes: 1, rest: 1, waited: 1, offers: 1 })]);
    expect(order).toEqual([...of(OFFERS), ...of(WAITED), ...of(REST), ...of(DELETES)]);
  });

  test.each([
    [4, 2],
    [5, 3],
    [1, 1],
  ])('of %d places goes to %d changed offers at most while others wait long', (room, ahead) => {
    const { order, of } = placed(room, [queue({ offers: 9, waited: 9, rest: 9 })]);
    const offers = of(OFFERS);
    expect(order).toEqual([...offers.slice(0, ahead), ...of(WAITED), ...offers.slice(ahead), ...of(REST)]);
  });

  test('goes to changed offers before all that did not wait, however many they are', () => {
    const { order, of } = placed(4, [queue({ offers: 9, rest: 9 })]);
    expect(order).toEqual([...of(OFFERS), ...of(REST)]);
  });

  test('goes partition by partition within an urgency, and each record knows its place', () => {
    const anyCounts = fc.array(fc.nat({ max: 4 }), { minLength: URGENCIES, maxLength: URGENCIES });
    fc.assert(
      fc.property(fc.nat({ max: 30 }), fc.array(anyCounts, { maxLength: 5 }), (room, counts) => {
        const { places, partitions, of, order, firstSoFar } = placed(room, counts);
        const ahead = Math.ceil(room / 2);
        const offers = of(OFFERS);
        const model = [offers.slice(0, ahead), of(WAITED), offers.slice(ahead), of(REST), of(DELETES)].flat();
        expect(order).toEqual(model);
        for (const [partition, sizes] of partitions.entries()) {
          expect(firstSoFar[partition]).toBeLessThanOrEqual(places.firstOf(partition));
          const first = model.findIndex((size) => sizes.some((its) => its.includes(size)));
          expect(places.firstOf(partition)).toBe(first < 0 ? Number.POSITIVE_INFINITY : first);
          for (const [urgency, its] of sizes.entries()) {
            for (const [n, size] of its.entries()) expect(model[places.placeOf(urgency, partition, n)]).toBe(size);
          }
        }
      }),
    );
  });
});
