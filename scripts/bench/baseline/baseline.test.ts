import { hashKey, highOf, partitionOf } from '../../../shared/baseline/id-hash.ts';
import { contentAt, readRowsTable } from '../../../shared/records/rows-table.ts';
import { type BaselineBench, baselineTable, judgeBaseline } from './baseline.ts';
import { byPartition, makeRows } from './products.ts';

const bench: BaselineBench = {
  products: 1_000,
  partitions: 2,
  load: { cpuSeconds: 4, seconds: 5 },
  planning: { cpuSeconds: 0.5, seconds: 0.6 },
  settling: { cpuSeconds: 0.1, seconds: 0.2 },
  entries: 1_000,
  changed: 20,
  counts: { creates: 0, updates: 20, deletes: 0, unchanged: 980, rejected: 0 },
  sent: 20,
  stateBytes: 60_000,
  peakRss: 511 * 2 ** 20,
};

test('a table tells what each phase took, in all and a product', () =>
  expect(baselineTable(bench).split('\n').slice(2)).toEqual([
    '| the first load, all its syncs | 4.0 | 5.0 | 4000.0 |',
    '| the plan of the sync in which 2 % changed | 0.5 | 0.6 | 500.0 |',
    '| its settling | 0.1 | 0.2 | 100.0 |',
    '',
    'The state takes 0 MB: 60.0 bytes a product.',
  ]));

test.each<[string, Partial<BaselineBench>, boolean[]]>([
  ['all are met', {}, [true, true, true]],
  ['a product is missing', { entries: 999 }, [false, true, true]],
  ['what is sent is not what changed', { sent: 19 }, [true, false, true]],
  ['something is deleted', { counts: { ...bench.counts, unchanged: 979 } }, [true, false, true]],
  ['it takes too much memory', { peakRss: 512 * 2 ** 20 }, [true, true, false]],
])('goals: %s', (_what, more, met) =>
  expect(judgeBaseline({ ...bench, ...more }).map((goal) => goal.met)).toEqual(met),
);

test('each product is made in its partition, with an item where it is to be kept', () => {
  const partitions = byPartition(100, 2);
  expect(partitions.flatMap((its) => [...its]).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 100 }, (_, n) => n),
  );
  for (const [partition, its] of partitions.entries()) {
    const { table, items } = makeRows(its, (n) => ({ version: 1, kept: n % 2 === 0 }));
    const rows = readRowsTable(table, 'rows');
    for (const [place, n] of [...its].entries()) {
      const { item, price } = contentAt(rows, place, { key: 'items', start: 0 });
      const text = item === null ? null : items.toString('utf8', item.start, item.start + item.length);
      const id = `sku-${String(n).padStart(9, '0')}`;
      expect(partitionOf(highOf(hashKey(id)), 2)).toBe(partition);
      expect(price).toBe(`${(n % 500) + 1}.00 EUR`);
      expect(text === null ? null : JSON.parse(text).data.id).toBe(n % 2 === 0 ? id : null);
    }
  }
});
