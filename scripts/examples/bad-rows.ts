import { type Column, extraColumns, type Rule, requiredColumns } from '../../shared/rows/contract.ts';
import { type Cells, csv, line, product, requiredHeader, row } from './csv.ts';

/** A cell that its rule refuses. */
const badValue = (rule: Rule): string => {
  switch (rule.kind) {
    case 'text':
      return 'x'.repeat(rule.longest + 1);
    case 'price':
      return '€ 12,50';
    case 'sale-price':
      return '99.00 EUR';
    case 'url':
      return 'www.shop.example/cups';
    case 'url-list':
      return 'https://shop.example/a.jpg,image-b.jpg|https://';
    case 'label-list':
      return 'x'.repeat(rule.longest + 1);
    case 'one-of':
      return 'perhaps';
    case 'whole-number':
      return '2.5';
    case 'date':
      return '30.11.2026';
    case 'date-range':
      return '2026-11-30';
    case 'gtin':
      return '12345';
    case 'weight':
      return 'heavy';
  }
};

const tooLong = (column: Column): string =>
  column.rule.kind === 'url' ? `https://shop.example/${'x'.repeat(2_048)}` : badValue(column.rule);

/** One faulty row: its code, where the fault is, and its text under a header. */
export interface BadRow {
  code: string;
  /** The column that the finding names. */
  column: string | null;
  /** The extra column that the header must have. */
  needs?: string;
  text: (header: readonly string[], n: number) => string;
}

const withCells = (code: string, column: string, cells: Cells, needs?: string): BadRow => ({
  code,
  column,
  ...(needs === undefined ? {} : { needs }),
  text: (header, n) => row(product(n, cells), header),
});

const requiredFaults: BadRow[] = requiredColumns.flatMap((column: Column) => {
  const { name, rule } = column;
  const faults = [withCells(`empty-${name}`, name, { [name]: '' })];
  if (rule.kind === 'text' || rule.kind === 'url')
    faults.push(withCells(`too-long-${name}`, name, { [name]: tooLong(column) }));
  if (rule.kind === 'url') faults.push(withCells(`bad-url-${name}`, name, { [name]: badValue(rule) }));
  else if (rule.kind !== 'text') faults.push(withCells(`bad-${name}`, name, { [name]: badValue(rule) }));
  return faults;
});

const shapeFaults: BadRow[] = [
  {
    code: 'ragged-row',
    column: null,
    // A comma in a cell without quotes makes two cells of it.
    text: (header, n) => row(product(n, { title: '@' }), header).replace('@', 'Cup, white'),
  },
  {
    code: 'bad-quote',
    column: null,
    text: (header, n) => row(product(n, { title: '@' }), header).replace('@', '"Saucer for a 5" cup"'),
  },
  withCells('nul', 'title', { title: 'Cup\0 white' }),
];

/** One row for each row code. */
export const badRows: readonly BadRow[] = [
  ...requiredFaults,
  ...shapeFaults,
  ...extraColumns.map(({ name, rule }) => withCells(`bad-${name}`, name, { [name]: badValue(rule) }, name)),
];

/** Header, a good row, the faulty one, a good row. */
export const fileWith = ({ needs, text }: BadRow): string => {
  const header = needs === undefined ? requiredHeader : [...requiredHeader, needs];
  return line(header) + row(product(1), header) + text(header, 2) + row(product(3), header);
};

/** All of them in one file, with a good row at its start, in its middle and at its end. */
export const allBadRows = (): string => {
  const header = [...requiredHeader, ...extraColumns.map(({ name }) => name)];
  const good = (n: number) => row(product(n), header);
  const middle = requiredFaults.length;
  return [
    line(header),
    good(1),
    ...badRows.slice(0, middle).map(({ text }, n) => text(header, n + 2)),
    good(middle + 2),
    ...badRows.slice(middle).map(({ text }, n) => text(header, n + middle + 3)),
    good(badRows.length + 3),
  ].join('');
};

/** One file for each warning. All their rows are valid. */
export const warningFiles = (): Record<string, string> => ({
  'unknown-column': csv(
    [product(1, { shelf: 'B4', supplier: 'Clay & Co' }), product(2)],
    [...requiredHeader, 'shelf', 'supplier'],
  ),
  'duplicate-id': csv([product(1), product(1, { price: '11.00 EUR' }), product(2)]),
  'all-capitals': csv([product(1), product(2, { title: 'WHITE CLAY CUP' })]),
  'looks-mangled': csv([product(1), product(2, { id: '8.8E+12' })]),
  'cut-at-end': csv([product(1), product(2)]).slice(0, -8),
});
