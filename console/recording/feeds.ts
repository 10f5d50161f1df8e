/** What the recorder lands: products that nobody takes for a shop's own. */

const COLUMNS = [
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
  'sale_price',
] as const;
type Row = Record<(typeof COLUMNS)[number], string>;

const row = (name: string, changes: Partial<Row> = {}): Row => ({
  id: `catalog-sync-doctor-${name}`,
  title: `Recorded test product ${name}`,
  description: `Written by catalog-sync doctor --record and deleted again. Not for sale: ${name}.`,
  link: `https://example.com/catalog-sync-doctor/${name}`,
  image_link: `https://example.com/catalog-sync-doctor/${name}.jpg`,
  availability: 'out of stock',
  price: '10.00 EUR',
  brand: 'catalog-sync',
  condition: 'new',
  product_type: 'Home & Garden > Furniture > Shelves',
  sale_price: '',
  ...changes,
});

const csv = (rows: readonly Row[]): string =>
  [COLUMNS, ...rows.map((one) => COLUMNS.map((column) => one[column]))].map((cells) => `${cells.join(',')}\n`).join('');

/**
 * Valid for us, who let a shop's own path have the 750 characters of a product type; Meta names 250 for the field that it
 * goes into (items_batch reference, fields).
 */
const LONG_PATH = `Home & Garden${' > Shelves of oiled oak'.repeat(12)}`;

export interface Feed {
  name: string;
  full: boolean;
  text: string;
}

/** First three products come, one of which Meta should refuse; then a whole feed has one of them, changed, and ends the others. */
export const FEEDS: readonly Feed[] = [
  {
    name: 'three-products.csv',
    full: false,
    text: csv([row('on-sale', { sale_price: '8.00 EUR' }), row('plain'), row('refused', { product_type: LONG_PATH })]),
  },
  { name: 'one-left.csv', full: true, text: csv([row('on-sale', { price: '9.00 EUR' })]) },
];

export const IDS: readonly string[] = ['on-sale', 'plain', 'refused'].map((name) => row(name).id);
