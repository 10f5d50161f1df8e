import fc from 'fast-check';
import { type FileOrder, rowOrder } from '../catalog/order.ts';
import { entryAt } from './entries.ts';
import { NOT_RAISED, raiseOrders } from './raise-orders.ts';
import { anyEntry, anyFileOrder, anyId, entriesOf } from './testing/any.ts';

const nameOf = ({ instant, key, age }: FileOrder) => `${instant} ${age} ${key}`;

test('entries under newer orders: these alone differ, and files that nobody names any more are gone', () => {
  const anyFiles = fc.uniqueArray(anyFileOrder, { selector: nameOf, minLength: 1, maxLength: 4 });
  const anyRaise = fc.option(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 0xfffffffe })), { freq: 2 });
  fc.assert(
    fc.property(
      fc.dictionary(anyId, anyEntry),
      anyFiles,
      fc.array(anyRaise, { minLength: 50, maxLength: 50 }),
      (byId, files, raises) => {
        const entries = entriesOf(new Map(Object.entries(byId)));
        const raised = {
          files,
          file: Uint32Array.from({ length: entries.size }, (_, n) =>
            raises[n] ? raises[n][0] % files.length : NOT_RAISED,
          ),
          row: Uint32Array.from({ length: entries.size }, (_, n) => raises[n]?.[1] ?? 0),
        };
        const after = raiseOrders(entries, raised);
        const used = new Set<string>();
        for (let place = 0; place < entries.size; place++) {
          const before = entryAt(entries, place);
          const file = files[raised.file[place]!];
          const order = file === undefined ? before.order : rowOrder(file, raised.row[place]!);
          expect(entryAt(after, place)).toEqual({ ...before, order });
          used.add(nameOf(order));
        }
        expect(new Set(after.words.files.map(nameOf))).toEqual(used);
        expect([after.hashes, after.prints, after.idBytes]).toEqual([entries.hashes, entries.prints, entries.idBytes]);
      },
    ),
  );
});
