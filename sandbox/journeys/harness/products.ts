/** Product files as a shop would export them. */

export const COLUMNS = [
  'id',
  'title',
  'description',
  'link',
  'image_link',
  'availability',
  'price',
  'brand',
  'condition',
  'product_type',
] as const;
type Column = (typeof COLUMNS)[number];
export type Product = Record<Column, string>;

export const product = (id: string, changes: Partial<Product> = {}): Product => ({
  id,
  title: `Oak shelf ${id}`,
  description: `A shelf of oiled oak, "${id}", cut to measure.`,
  link: `https://shop.example/shelves/${id}`,
  image_link: `https://shop.example/images/${id}.jpg`,
  availability: 'in stock',
  price: '89.00 EUR',
  brand: 'Waldwerk',
  condition: 'new',
  product_type: 'Home & Garden > Furniture > Shelves',
  ...changes,
});

/** `count` products named `<prefix>-1`, `<prefix>-2` … */
export const products = (prefix: string, count: number, changes: Partial<Product> = {}): Product[] =>
  Array.from({ length: count }, (_, n) => product(`${prefix}-${n + 1}`, changes));

const cell = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** CSV text with these columns; the ten of the contract when none are given. */
export const csv = (rows: readonly Product[], columns: readonly Column[] = COLUMNS): string =>
  [columns, ...rows.map((row) => columns.map((column) => cell(row[column])))]
    .map((cells) => `${cells.join(',')}\n`)
    .join('');
