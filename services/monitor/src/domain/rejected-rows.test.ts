import { isRight } from 'fp-ts/lib/Either.js';
import { FileFindings, noneRejected, rejectedOf, shareOf } from './rejected-rows.ts';

type Found = FileFindings['findings'][number];
const found = (retailerId: string | null, code = 'bad-price', more: Partial<Found> = {}): Found => ({
  ...{ retailerId, column: 'price', code, severity: 'error', message: `"${retailerId}" has a bad price` },
  ...more,
});
const fileOf = (...findings: Found[]): FileFindings => {
  const counts: Record<string, number> = {};
  for (const { code } of findings) counts[code] = (counts[code] ?? 0) + 1;
  return { counts, findings };
};
const of = (...files: FileFindings[]) => rejectedOf(files.map(shareOf));

describe('rows set aside', () => {
  const file = fileOf(found('A'), found('B'));
  test.each<[string, FileFindings[], boolean]>([
    ['the same', [fileOf(found('A'), found('B'))], true],
    ['the same in another order', [fileOf(found('B'), found('A'))], true],
    [
      'the same and a warning',
      [fileOf(found('A'), found('B'), found('C', 'all-capitals', { severity: 'warning' }))],
      true,
    ],
    // Told as another trouble once: the same rows, by another export.
    ['the same in two files', [fileOf(found('A')), fileOf(found('B'))], true],
    ['another product', [fileOf(found('A'), found('C'))], false],
    ['another reason', [fileOf(found('A'), found('B', 'empty-title'))], false],
    ['another column', [fileOf(found('A'), found('B', 'bad-price', { column: 'sale_price' }))], false],
    ['another text', [fileOf(found('A'), found('B', 'bad-price', { message: 'other' }))], false],
    ['one more of them', [fileOf(found('A'), found('B'), found('B'))], false],
    ['more of them than the list names', [{ ...file, counts: { 'bad-price': 3 } }], false],
    ['none', [], false],
  ])('compared with %s', (_what, others, same) => {
    expect(JSON.stringify(of(file).essence) === JSON.stringify(of(...others).essence)).toBe(same);
  });

  test('are the same in whatever order their files come', () => {
    const other = fileOf(found('C'));
    expect(of(file, other).essence).toEqual(of(other, file).essence);
    expect(of(file, other).essence).not.toEqual(of(file).essence);
  });

  test('are counted by reason over all files, the commonest first, without warnings', () => {
    const files = [
      { ...fileOf(found('A', 'empty-title'), found('B')), counts: { 'empty-title': 1, 'bad-price': 900 } },
      fileOf(found('C', 'empty-title'), found('D', 'all-capitals', { severity: 'warning' })),
    ];
    expect(of(...files).reasons).toEqual(['- 900 × bad-price', '- 2 × empty-title']);
    expect(of()).toEqual(noneRejected);
  });
});

test('findings of validate can be read, with more fields than these, and without a product', () => {
  const { retailerId: _, ...nameless } = found(null, 'ragged-row', { column: null });
  const report = {
    file: 'data/a.csv',
    counts: { 'ragged-row': 1 },
    findings: [{ line: 2, row: 1, ...nameless }],
    omitted: 0,
  };
  expect(isRight(FileFindings.decode(JSON.parse(JSON.stringify(report))))).toBe(true);
});
