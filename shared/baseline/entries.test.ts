import fc from 'fast-check';
import { epochMs } from '../catalog/instant.ts';
import { rowOrder } from '../catalog/order.ts';
import type { Entry } from './content.ts';
import {
  type Change,
  changeEntries,
  entryAt,
  findEntry,
  idAt,
  keyAt,
  noEntries,
  placeFrom,
  sliceOf,
} from './entries.ts';
import { hashKey, highOf, keyOfHash, lowOf } from './id-hash.ts';
import { anyEntry, anyId, byHash, changesOf, entriesOf, toldById } from './testing/any.ts';

const entry = (more: Partial<Entry> = {}): Entry => ({
  fingerprint: '0123456789abcdef',
  outcome: 'accepted',
  order: rowOrder({ instant: epochMs(1), key: 'data/a.csv', age: 0 }, 1),
  times: 0,
  sentAt: epochMs(1_795_435_200_000),
  price: '10.00 EUR',
  availability: 'in stock',
  where: { batchKey: 'batches/a.json', index: 0 },
  ...more,
});
const one = (more: Partial<Entry>): Entry => entryAt(entriesOf(new Map([['a', entry(more)]])), 0);

describe('an entry', () => {
  test.each<[string, Partial<Entry>]>([
    ['accepted', { outcome: 'accepted' }],
    ['errored, the third time', { outcome: 'errored', times: 3 }],
    ['parked', { outcome: 'parked', times: 3 }],
    ['unknown, so that it equals nothing', { outcome: 'unknown', fingerprint: null, times: 2 }],
    ['sold out', { availability: 'out of stock' }],
    ['one without a price, as a delete is', { price: '', availability: '' }],
    ['of a price with many decimals', { price: '0.000001 KWD' }],
    ['of a high price', { price: '999999999999999.00 JPY' }],
    ['the last row of a large file', { order: rowOrder({ instant: epochMs(9), key: 'ä', age: 7 }, 15_000_000) }],
    ['the last of a batch', { where: { batchKey: 'batches/b.json', index: 4999 } }],
    ['of a fingerprint that begins with zeros', { fingerprint: '0000000000000001' }],
  ])('is what was given: %s', (_what, more) => expect(one(more)).toEqual(entry(more)));

  test('counts no further than seven', () => expect(one({ outcome: 'unknown', times: 8 }).times).toBe(7));

  test('of any kind is what was given', () =>
    fc.assert(
      fc.property(fc.dictionary(anyId, anyEntry), (given) => {
        const byId = new Map(Object.entries(given));
        const entries = entriesOf(byId);
        expect(entries.size).toBe(byId.size);
        expect([...toldById(entries)]).toEqual([...byHash(byId)]);
      }),
    ));

  test('that has a ninth kind of availability is refused, not taken for another', () => {
    const kinds = new Map(Array.from({ length: 9 }, (_, n) => [`sku-${n}`, entry({ availability: `kind ${n}` })]));
    expect(() => entriesOf(kinds)).toThrow('more than 8 kinds of availability');
    kinds.delete('sku-0');
    expect(entriesOf(kinds).size).toBe(8);
  });
});

describe('entries', () => {
  test('are found each, and nothing is found between, before or behind them', () => {
    const ids = Array.from({ length: 50 }, (_, n) => `sku-${n}`);
    const entries = entriesOf(new Map(ids.map((id, n) => [id, entry({ where: { batchKey: 'a', index: n } })])));
    for (const [n, id] of ids.entries()) {
      const key = hashKey(id);
      const place = findEntry(entries, highOf(key), lowOf(key));
      expect([idAt(entries, place), keyAt(entries, place)]).toEqual([id, key]);
      expect(entryAt(entries, place).where.index).toBe(n);
      for (const low of [lowOf(key) - 1, lowOf(key) + 1]) expect(findEntry(entries, highOf(key), low)).toBe(-1);
      for (const high of [highOf(key) - 1, highOf(key) + 1]) expect(findEntry(entries, high, lowOf(key))).toBe(-1);
    }
    for (const [high, low] of [
      [0, 0],
      [0xffffffff, 0xffffffff],
    ] as const) {
      expect(findEntry(entries, high, low)).toBe(-1);
      expect(findEntry(noEntries, high, low)).toBe(-1);
    }
  });

  test('whose hashes share their high half are told apart by the low one', () => {
    const keys = [
      keyOfHash(7, 0),
      keyOfHash(7, 9),
      keyOfHash(7, 0x80000000),
      keyOfHash(7, 0xffffffff),
      keyOfHash(8, 0),
    ];
    const changes = new Map(keys.map((key): [string, Change] => [key, { id: key, entry: entry() }]));
    const entries = changeEntries(noEntries, changes);
    for (const [place, key] of keys.entries()) {
      expect(idAt(entries, place)).toBe(key);
      expect(findEntry(entries, highOf(key), lowOf(key))).toBe(place);
      expect(placeFrom(entries, highOf(key), lowOf(key))).toBe(place);
    }
    expect([placeFrom(entries, 7, 1), placeFrom(entries, 7, 10), placeFrom(entries, 9, 0)]).toEqual([1, 2, 5]);
    expect(findEntry(entries, 7, 10)).toBe(-1);
  });

  test('of the next version are those before with the changes, in whatever order these are given', () => {
    const anyChanges = fc.array(fc.tuple(anyId, fc.option(anyEntry)), { maxLength: 20 });
    fc.assert(
      fc.property(fc.array(anyChanges, { maxLength: 4 }), (versions) => {
        const model = new Map<string, Entry>();
        let entries = noEntries;
        for (const changes of versions) {
          const last = new Map(changes);
          for (const [id, next] of last) {
            if (next === null) model.delete(id);
            else model.set(id, next);
          }
          const before = structuredClone(entries);
          const next = changeEntries(entries, changesOf(last));
          const reversed = changesOf(new Map([...last].toReversed()));
          expect(changeEntries(entries, reversed)).toEqual(next);
          expect(entries).toEqual(before);
          entries = next;
          expect([...toldById(entries)]).toEqual([...byHash(model)]);
        }
        // Words that nobody uses any more are gone with who used them.
        const used = <A>(of: (entry: Entry) => A) => new Set([...model.values()].map(of)).size;
        const { files, batches } = entries.words;
        expect(batches).toHaveLength(used(({ where }) => where.batchKey));
        expect(files).toHaveLength(used(({ order: { instant, key, age } }) => `${instant} ${age} ${key}`));
      }),
    );
  });

  test('that nothing changes in are the same again', () => {
    const entries = entriesOf(new Map(['a', 'b', 'c'].map((id) => [id, entry({ price: '1.00 EUR' })])));
    expect(changeEntries(entries, new Map())).toEqual(entries);
    expect(changeEntries(entries, changesOf(new Map([['x', null]])))).toEqual(entries);
  });

  test('of a range are views that tell the same', () => {
    const byId = new Map(
      Array.from({ length: 9 }, (_, n) => [`sku-${n}`, entry({ where: { batchKey: 'a', index: n } })]),
    );
    const entries = entriesOf(byId);
    const all = [...toldById(entries)];
    for (let from = 0; from <= 9; from++) {
      for (let to = from; to <= 9; to++) {
        const slice = sliceOf(entries, from, to);
        expect([...toldById(slice)]).toEqual(all.slice(from, to));
        expect(changeEntries(slice, new Map()).size).toBe(to - from);
      }
    }
    expect(sliceOf(entries, 2, 5).hashes.buffer).toBe(entries.hashes.buffer);
    const [[id] = ['']] = all.slice(4);
    const changed = changeEntries(sliceOf(entries, 3, 6), changesOf(new Map([[id, null]])));
    expect([...toldById(changed)]).toEqual([all[3], all[5]]);
  });
});
