/**
 * The place of every record among all that there is to send. Changed offers of live products come first, but no more of
 * them than half of what a sync has room for; then what waited long; then further offers, the rest, and deletes. So neither
 * does a first load of millions keep this hour's prices waiting, nor do prices that change all the time keep it waiting.
 * Within an urgency it goes partition by partition. Only lengths are kept, four bytes a record.
 */
import { DELETES, OFFERS, REST, URGENCIES, WAITED } from './queue-up.ts';

export interface Places {
  /** @param sizes bytes of each record of the next partition, by urgency */
  add(sizes: readonly Uint32Array[]): void;
  /** The place of the n-th record of this urgency and partition; that among all once all partitions are added. */
  placeOf(urgency: number, partition: number, n: number): number;
  /**
   * The first place of any record of this partition; Infinity when it has none. Partitions that are added later can only
   * put it further back.
   */
  firstOf(partition: number): number;
  /** Bytes of all records, in the order of their places. */
  sizes(): Generator<number>;
}

/** @param room items that a sync may send */
export const openPlaces = (room: number): Places => {
  const partitions: (readonly Uint32Array[])[] = [];
  /** By urgency: how many records the partitions before have. */
  const before: number[][] = [];
  const totals: number[] = Array.from({ length: URGENCIES }, () => 0);
  const offersAhead = (): number => Math.min(Math.ceil(room / 2), totals[OFFERS]!);

  function* all(urgency: number): Generator<number> {
    for (const sizes of partitions) yield* sizes[urgency] ?? [];
  }
  const placeOf: Places['placeOf'] = (urgency, partition, n) => {
    const within = before[partition]![urgency]! + n;
    const [ahead, waited] = [offersAhead(), totals[WAITED]!];
    switch (urgency) {
      case OFFERS:
        return within < ahead ? within : waited + within;
      case WAITED:
        return ahead + within;
      case REST:
        return totals[OFFERS]! + waited + within;
      default:
        return totals[OFFERS]! + waited + totals[REST]! + within;
    }
  };
  return {
    placeOf,
    firstOf: (partition) =>
      Math.min(
        ...partitions[partition]!.map((lengths, urgency) =>
          lengths.length === 0 ? Number.POSITIVE_INFINITY : placeOf(urgency, partition, 0),
        ),
      ),
    add: (sizes) => {
      partitions.push(sizes);
      before.push([...totals]);
      for (const [urgency, lengths] of sizes.entries()) totals[urgency] = totals[urgency]! + lengths.length;
    },
    *sizes() {
      const ahead = offersAhead();
      let offers = 0;
      for (const size of all(OFFERS)) if (offers++ < ahead) yield size;
      yield* all(WAITED);
      offers = 0;
      for (const size of all(OFFERS)) if (offers++ >= ahead) yield size;
      yield* all(REST);
      yield* all(DELETES);
    },
  };
};
