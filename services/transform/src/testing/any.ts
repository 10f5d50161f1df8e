/** Any products in any state, and any files over them. */
import type { Carried, Entry } from '@catalog-sync/shared/baseline/content.ts';
import { DAY, type EpochMs, epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { ItemData } from '@catalog-sync/shared/catalog/item.ts';
import { compareFiles, type FileOrder, rowOrder } from '@catalog-sync/shared/catalog/order.ts';
import fc from 'fast-check';
import { carried, data, entry, OPENED } from './build.ts';
import type { FoldInput, LandedRow, Whole } from './fold-by-id.ts';
import type { Known } from './known.ts';

export const IDS = ['a', 'b', 'c', 'd', 'e', 'ä "quoted" \\ id', 'g', 'h'];

/** Mostly the same, so that much is found unchanged. */
export const anyData = (id: string): fc.Arbitrary<ItemData> =>
  fc
    .tuple(
      fc.constantFrom('10.00 EUR', '10.00 EUR', '10.00 EUR', '10 EUR', '11.50 EUR', '12.345 USD'),
      fc.constantFrom('in stock', 'in stock', 'in stock', 'out of stock'),
      fc.constantFrom(undefined, undefined, undefined, 'Elm', 'Oak'),
    )
    .map(([price, availability, brand]) =>
      data(id, price, brand === undefined ? { availability } : { availability, brand }),
    );

/** Few enough that files tie in any part of their order, and that one lands that entries know already. */
const anyFile: fc.Arbitrary<FileOrder> = fc.record({
  instant: fc.integer({ min: 1, max: 4 }).map(epochMs),
  key: fc.constantFrom('data/a.csv', 'data/b.csv'),
  age: fc.integer({ min: 0, max: 1 }),
});
const anyOrder = fc.tuple(anyFile, fc.integer({ min: 1, max: 3 })).map(([order, row]) => rowOrder(order, row));

/** Where entries' contents lie; what lies there is up to the test. */
export const bodyKeyOf = (sentAt: EpochMs): string => `batches/${sentAt}.json`;
export const moments: readonly EpochMs[] = [0, OPENED - DAY, OPENED - DAY + 1, OPENED].map(epochMs);
const anyMoment = fc.constantFrom(...moments);

const anyEntry = (id: string): fc.Arbitrary<Entry> =>
  fc
    .record({
      data: anyData(id),
      outcome: fc.constantFrom('accepted', 'accepted', 'errored', 'parked', 'unknown'),
      order: anyOrder,
      times: fc.integer({ min: 0, max: 4 }),
      sentAt: anyMoment,
    })
    .map(({ outcome, ...more }) =>
      entry(id, 0, {
        ...more,
        outcome,
        where: { batchKey: bodyKeyOf(more.sentAt), index: IDS.indexOf(id) },
        ...(outcome === 'unknown' ? { fingerprint: null } : {}),
      }),
    );

/** A row that waits, and its item. */
const anyCarried = (id: string): fc.Arbitrary<{ row: Carried; item: ItemData }> =>
  fc
    .record({
      op: fc.constantFrom('UPDATE', 'UPDATE', 'DELETE'),
      data: anyData(id),
      order: anyOrder,
      notBefore: anyMoment,
      gated: fc.boolean(),
      asked: fc.boolean(),
      syncs: fc.integer({ min: 0, max: 4 }),
    })
    .map((more) => ({ row: carried(id, 0, more), item: more.data }));

const anyEmbargo: fc.Arbitrary<EpochMs> = fc.constantFrom(OPENED - 1, OPENED, OPENED + 1).map(epochMs);

const maybe = <A>(arbitrary: fc.Arbitrary<A>): fc.Arbitrary<A | undefined> => fc.option(arbitrary, { nil: undefined });

interface Product {
  id: string;
  entry: Entry | undefined;
  carried: { row: Carried; item: ItemData } | undefined;
  embargo: EpochMs | undefined;
  /** What was last sent of it, null if that is gone; undefined: nobody asks. */
  asked: { op: 'UPDATE' | 'DELETE'; data: ItemData } | null | undefined;
}

const anyProduct = (id: string): fc.Arbitrary<Product> =>
  fc.record({
    id: fc.constant(id),
    entry: maybe(anyEntry(id)),
    carried: maybe(anyCarried(id)),
    embargo: maybe(anyEmbargo),
    asked: maybe(fc.option(fc.record({ op: fc.constantFrom('UPDATE', 'DELETE'), data: anyData(id) }), { freq: 3 })),
  });

interface LandedFile {
  order: FileOrder;
  data: ItemData[];
  /** Ids of rejected rows. */
  rejected: string[];
  /** A part of the one feed in parts, a whole feed of its own, or none. */
  whole: 'part' | 'alone' | null;
}

const anyFiles: fc.Arbitrary<LandedFile[]> = fc.uniqueArray(
  fc.record({
    order: anyFile,
    data: fc.array(fc.constantFrom(...IDS).chain(anyData), { maxLength: 6 }),
    rejected: fc.subarray(IDS, { maxLength: 3 }),
    whole: fc.constantFrom('part' as const, 'alone' as const, null, null, null),
  }),
  { selector: ({ order: { instant, key, age } }) => `${instant} ${key} ${age}`, maxLength: 4 },
);

const feedOf = (files: readonly LandedFile[]): Whole => ({
  order: files.map(({ order }) => order).toSorted(compareFiles)[0]!,
  parts: files.map(({ order }) => order),
  ids: new Set(files.flatMap(({ rejected }) => rejected)),
});

/** What is known of the products, and the items of what waits. */
export interface AnyKnown {
  known: Known;
  waiting: ItemData[];
}
const knownOf = (products: readonly Product[], floor: FileOrder | null): AnyKnown => {
  const given = <A>(of: (product: Product) => A | undefined): Map<string, A> =>
    new Map(
      products.flatMap((product): [string, A][] => {
        const value = of(product);
        return value === undefined ? [] : [[product.id, value]];
      }),
    );
  return {
    known: {
      entries: given(({ entry: its }) => its),
      carried: given(({ carried: its }) => its?.row),
      embargoes: given(({ embargo }) => embargo),
      floor,
    },
    waiting: products.flatMap(({ carried: its }) => (its === undefined ? [] : [its.item])),
  };
};
const anyFloor = fc.option(anyFile, { nil: null, freq: 2 });
const anyProducts = fc.tuple(...IDS.map(anyProduct));

export const anyKnown: fc.Arbitrary<AnyKnown> = fc
  .tuple(anyProducts, anyFloor)
  .map(([products, floor]) => knownOf(products, floor));

/** One sync over one partition. */
export const anyFoldInput: fc.Arbitrary<FoldInput> = fc
  .record({
    products: anyProducts,
    files: anyFiles,
    floor: anyFloor,
    stretch: fc.integer({ min: 1, max: 4 }),
    asks: fc.boolean(),
  })
  .map(({ products, files, floor, stretch, asks }): FoldInput => {
    const parts = files.filter(({ whole }) => whole === 'part');
    const alone = files.filter(({ whole }) => whole === 'alone').map((one) => [one]);
    return {
      known: knownOf(products, floor).known,
      rows: files.flatMap(({ order, data: rows }) =>
        rows.map((its, n): LandedRow => ({ order: rowOrder(order, n + 1), data: its })),
      ),
      wholes: (parts.length > 0 ? [parts, ...alone] : alone).map(feedOf),
      openedAt: OPENED,
      asked: new Map(products.flatMap(({ id, asked }) => (asked === undefined || !asks ? [] : [[id, asked] as const]))),
      stretch,
    };
  });
