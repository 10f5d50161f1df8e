import fc from 'fast-check';
import { keyOfHash } from '../baseline/id-hash.ts';
import { contentAt, type ItemsAt, openRowsTable, type PushedRow, readRowsTable } from './rows-table.ts';

const words = { currencies: ['EUR', 'USD'], availabilities: ['in stock', 'out of stock'] };
const row = (more: Partial<PushedRow> = {}): PushedRow => ({
  high: 1,
  low: 0xffffffff,
  printHigh: 0xabcdef01,
  printLow: 7,
  row: 1,
  amount: 10.5,
  currency: 1,
  availability: 0,
  start: 100,
  length: 20,
  brand: 'Elm',
  category: null,
  ...more,
});

describe('a table of rows', () => {
  test('tells of each what is compared, and where its item lies', () => {
    const writer = openRowsTable(words);
    writer.push(row());
    const table = readRowsTable(writer.done(), 'rows');
    expect(contentAt(table, 0, { key: 'items.ndjson', start: 1000 })).toEqual({
      fingerprint: 'abcdef0100000007',
      price: '10.50 USD',
      availability: 'in stock',
      brand: 'Elm',
      category: null,
      item: { key: 'items.ndjson', start: 1100, length: 20 },
    });
  });

  test.each<[string, Partial<PushedRow>, ItemsAt | null]>([
    ['its item was not kept', { length: 0 }, { key: 'items.ndjson', start: 0 }],
    ['no item of its stretch was', {}, null],
  ])('says so when %s', (_why, more, items) => {
    const writer = openRowsTable(words);
    writer.push(row({ start: 0, ...more }));
    expect(contentAt(readRowsTable(writer.done(), 'rows'), 0, items).item).toBeNull();
  });

  test('keeps an empty brand apart from one that nobody named', () => {
    const writer = openRowsTable(words);
    writer.push(row({ brand: '', category: null }));
    expect(contentAt(readRowsTable(writer.done(), 'rows'), 0, null)).toMatchObject({ brand: '', category: null });
  });

  test('keeps of a rejected row its hash and number', () => {
    const writer = openRowsTable(words);
    writer.push(row({ row: 3 }));
    writer.pushRejected(5, 6, 4);
    const { size, hashes, rows, rejected } = readRowsTable(writer.done(), 'rows');
    expect([writer.size, size]).toEqual([2, 2]);
    expect([...hashes]).toEqual([1, 0xffffffff, 5, 6]);
    expect([[...rows], [...rejected]]).toEqual([
      [3, 4],
      [0, 1],
    ]);
  });

  test('of no rows is one of no rows', () =>
    expect(readRowsTable(openRowsTable(words).done(), 'rows')).toMatchObject({ size: 0, words }));

  test('read again is what was pushed, for any rows, and equal rows are equal bytes', () => {
    const number = fc.integer({ min: 0, max: 0xffffffff });
    const anyText = fc.option(fc.constantFrom('', 'Elm', 'Oak', 'ä "b"'));
    const anyRow = fc.record({
      high: number,
      low: number,
      printHigh: number,
      printLow: number,
      row: number,
      amount: fc.constantFrom(0, 9.99, 12.345678, 999_999_999_999_999),
      currency: fc.constantFrom(0, 1),
      availability: fc.constantFrom(0, 1),
      start: number,
      length: fc.integer({ min: 1, max: 0xffffffff }),
      brand: anyText,
      category: anyText,
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(anyRow, fc.boolean())), (given) => {
        const write = () => {
          const writer = openRowsTable(words);
          for (const [one, isRejected] of given) {
            if (isRejected) writer.pushRejected(one.high, one.low, one.row);
            else writer.push(one);
          }
          return writer.done();
        };
        const bytes = write();
        expect(write()).toEqual(bytes);
        const table = readRowsTable(bytes, 'rows');
        expect(table.size).toBe(given.length);
        for (const [place, [one, isRejected]] of given.entries()) {
          expect(table.rejected[place]).toBe(isRejected ? 1 : 0);
          expect(table.rows[place]).toBe(one.row);
          expect([table.hashes[2 * place], table.hashes[2 * place + 1]]).toEqual([one.high, one.low]);
          if (isRejected) continue;
          const { price: _, ...content } = contentAt(table, place, { key: 'k', start: 0 });
          expect(content).toEqual({
            fingerprint: keyOfHash(one.printHigh, one.printLow),
            availability: words.availabilities[one.availability],
            brand: one.brand,
            category: one.category,
            item: { key: 'k', start: one.start, length: one.length },
          });
          expect(table.amounts[place]).toBe(one.amount);
        }
      }),
    );
  });

  test('that is none names its object', () =>
    expect(() => readRowsTable(new Uint8Array(20), 'object rows/a.bin')).toThrow('object rows/a.bin'));
});
