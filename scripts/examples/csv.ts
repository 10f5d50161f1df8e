/** A product as cells by column name. */
export type Cells = Readonly<Record<string, string>>;

export const requiredHeader = [
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

const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

export const line = (cells: readonly string[]): string => `${cells.map(cell).join(',')}\n`;

export const row = (product: Cells, header: readonly string[] = requiredHeader): string =>
  line(header.map((name) => product[name] ?? ''));

export const csv = (products: readonly Cells[], header: readonly string[] = requiredHeader): string =>
  line(header) + products.map((product) => row(product, header)).join('');

/** A product without fault, named by its number. */
export const product = (n: number, more: Cells = {}): Cells => ({
  id: `cup-${n}`,
  title: `Cup no. ${n}`,
  description: `A cup of white clay, number ${n} of a row of handmade ones.`,
  link: `https://shop.example/cups/${n}`,
  image_link: `https://shop.example/images/cup-${n}.jpg`,
  availability: 'in stock',
  price: '12.50 EUR',
  brand: 'Clay & Co',
  condition: 'new',
  product_type: 'Home > Kitchen > Cups',
  ...more,
});
