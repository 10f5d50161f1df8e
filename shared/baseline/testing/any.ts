/** Any entries and rows that wait, for tests. */
import fc from 'fast-check';
import { epochMs } from '../../catalog/instant.ts';
import { type FileOrder, rowOrder } from '../../catalog/order.ts';
import { type Carried, DELETED, type Entry } from '../content.ts';
import { type Change, changeEntries, type Entries, entryAt, idAt, keyAt, noEntries } from '../entries.ts';
import { type HashKey, hashKey } from '../id-hash.ts';

export const anyFileOrder: fc.Arbitrary<FileOrder> = fc.record({
  instant: fc.integer({ min: 0, max: 3 }).map(epochMs),
  key: fc.constantFrom('data/a.csv', 'data/b c.csv'),
  age: fc.integer({ min: 0, max: 2 }),
});
const anyFingerprint = fc
  .tuple(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 1, max: 0xffffffff }))
  .map((two) => two.map((n) => n.toString(16).padStart(8, '0')).join(''));
const anyPrice = fc.constantFrom('', '0.00 EUR', '10.50 EUR', '12.345678 USD', '999999999999999.00 JPY');
const anyAvailability = fc.constantFrom('', 'in stock', 'out of stock', 'preorder');
const anyRowNumber = fc.integer({ min: 0, max: 0xffffffff });

export const anyEntry: fc.Arbitrary<Entry> = fc
  .record({
    fingerprint: fc.option(anyFingerprint),
    outcome: fc.constantFrom<Entry['outcome'][]>('accepted', 'errored', 'parked', 'unknown'),
    file: anyFileOrder,
    row: anyRowNumber,
    times: fc.integer({ min: 0, max: 7 }),
    batch: fc.integer({ min: 0, max: 3 }),
    price: anyPrice,
    availability: anyAvailability,
    index: fc.integer({ min: 0, max: 4999 }),
  })
  .map(({ file, row, batch, index, ...entry }) => ({
    ...entry,
    order: rowOrder(file, row),
    // What went out in one batch went out at one moment.
    sentAt: epochMs(1_795_435_200_000 + batch),
    where: { batchKey: `batches/${batch}.json`, index },
  }));

export const anyCarried: fc.Arbitrary<Carried> = fc
  .record({
    op: fc.constantFrom<Carried['op'][]>('UPDATE', 'DELETE'),
    file: anyFileOrder,
    row: anyRowNumber,
    fingerprint: anyFingerprint,
    price: anyPrice,
    availability: anyAvailability,
    brand: fc.constantFrom(null, '', 'Elm', '0'),
    category: fc.constantFrom(null, '', 'Elm'),
    item: fc.option(
      fc.record({
        key: fc.constantFrom('items/a.ndjson', 'items/b.ndjson'),
        start: fc.constantFrom(0, 7, 0xffffffff),
        length: fc.integer({ min: 1, max: 9999 }),
      }),
    ),
    notBefore: fc.constantFrom(0, 1_795_435_200_000).map(epochMs),
    gated: fc.boolean(),
    asked: fc.boolean(),
    syncs: fc.integer({ min: 0, max: 70_000 }).map((n) => Math.min(n, 0xffff)),
  })
  .map(({ op, file, row, notBefore, gated, asked, syncs, ...content }) => ({
    op,
    order: rowOrder(file, row),
    content: op === 'DELETE' ? DELETED : content,
    notBefore,
    gated,
    asked,
    syncs,
  }));

/** Ids whose hashes spread over all partitions. */
export const anyId = fc.oneof(
  fc.integer({ min: 0, max: 40 }).map((n) => `sku-${n}`),
  fc.constantFrom('', 'ä', '日本', 'a "b" \\'),
);

export const changesOf = (byId: ReadonlyMap<string, Entry | null>): Map<HashKey, Change> =>
  new Map([...byId].map(([id, entry]) => [hashKey(id), { id, entry }]));
export const entriesOf = (byId: ReadonlyMap<string, Entry>): Entries => changeEntries(noEntries, changesOf(byId));

/** All entries by id, in their order; their places and keys must agree. */
export const toldById = (entries: Entries): Map<string, Entry> => {
  const byId = new Map<string, Entry>();
  for (let place = 0; place < entries.size; place++) {
    const id = idAt(entries, place);
    if (keyAt(entries, place) !== hashKey(id)) throw new Error(`the id ${id} stands beside another one's hash`);
    byId.set(id, entryAt(entries, place));
  }
  return byId;
};
/** As entries lie: by the hash of their ids. */
export const byHash = <A>(byId: ReadonlyMap<string, A>): Map<string, A> =>
  new Map([...byId].toSorted(([a], [b]) => (hashKey(a) < hashKey(b) ? -1 : 1)));
