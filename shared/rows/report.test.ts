import fc from 'fast-check';
import { allCodes, rowCodes } from './codes.ts';
import { type Few, fewOf } from './few.ts';
import { finding } from './finding.ts';
import { fileReport } from './report.ts';
import { fileOf, productLine, read } from './testing.ts';

test('a report counts all findings and holds what the summary says', async () => {
  const { rows, summary } = await read(fileOf(productLine('1', { price: 'x' }), productLine('2', { price: 'y' })));
  const findings = [...rows.flatMap((row) => row.findings), ...summary.findings];
  const report = fileReport({ key: 'data/a.csv', versionId: 'v1', usable: false, summary, findings });
  expect(report).toMatchObject({
    file: 'data/a.csv',
    versionId: 'v1',
    usable: false,
    rows: 2,
    rejected: 2,
    counts: { 'bad-price': 2 },
    omitted: 0,
  });
  expect(report.findings).toMatchObject([
    { line: 2, row: 1, column: 'price', retailerId: '1' },
    { line: 3, row: 2, column: 'price', retailerId: '2' },
  ]);
});

test('of many findings the first ones are kept, and each code at least once', () => {
  const few = fewOf(2);
  for (const code of ['nul', 'nul', 'nul', 'bad-price', 'nul'] as const) few.add([finding({ line: 1 }, code, '', '')]);
  expect(few.kept().map(({ code }) => code)).toEqual(['nul', 'nul', 'bad-price']);
  expect(few.omitted()).toBe(2);
  expect(few.counts()).toEqual({ nul: 4, 'bad-price': 1 });
});

test('a few of some and a few of the others are the few of all of them', () => {
  const code = fc.constantFrom('nul', 'bad-price', 'ragged-row', 'empty-id' as const);
  fc.assert(
    fc.property(fc.array(code), fc.nat(), fc.integer({ min: 0, max: 3 }), (codes, at, most) => {
      const all = codes.map((one, n) => finding({ line: n + 1 }, one, '', ''));
      const cut = at % (all.length + 1);
      const [whole, first, second, joined] = [fewOf(most), fewOf(most), fewOf(most), fewOf(most)];
      whole.add(all);
      first.add(all.slice(0, cut));
      second.add(all.slice(cut));
      for (const some of [first, second]) joined.addFew(some.kept(), some.counts());
      const said = (few: Few) => ({ kept: few.kept(), omitted: few.omitted(), counts: few.counts() });
      expect(said(joined)).toEqual(said(whole));
    }),
  );
});

test('the list of codes has each once', () => {
  expect(new Set(allCodes).size).toBe(allCodes.length);
  expect(rowCodes).toEqual(expect.arrayContaining(['empty-id', 'too-long-title', 'bad-url-image_link', 'bad-gtin']));
});
