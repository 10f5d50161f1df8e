/**
 * What Meta's catalog must hold after product files were synced: worked out the plainest way, from the landing contract
 * alone, so that the product can be compared with it. Only for files without bad rows.
 */
import { parse } from 'csv-parse/sync';

export type Expected = Record<string, string | string[]> & { id: string };

/** The columns that a file must have, with the item's field that each becomes. */
const REQUIRED: Record<string, string> = {
  id: 'id',
  title: 'title',
  description: 'description',
  availability: 'availability',
  price: 'price',
  link: 'link',
  image_link: 'image_link',
  brand: 'brand',
  condition: 'condition',
  product_type: 'google_product_category',
};

/** Further columns that are sent as they are when a file has them. */
const EXTRAS = ['sale_price', 'gtin', 'mpn', 'item_group_id', 'color', 'size', 'gender', 'age_group', 'material'];

const itemOf = (row: Record<string, string>): Expected => {
  const item: Record<string, string> = {};
  for (const [column, field] of Object.entries(REQUIRED)) item[field] = (row[column] ?? '').trim();
  for (const column of EXTRAS) if (row[column] !== undefined) item[column] = row[column].trim();
  return item as Expected;
};

/**
 * The items by id, sorted as Meta's emulator lists them.
 * @param files texts of product files in the order in which they landed: the last row of a product counts
 */
export const expectedCatalog = (files: readonly string[]): Expected[] => {
  const items = new Map<string, Expected>();
  for (const file of files) {
    const rows = parse(file, { bom: true, columns: true, skip_empty_lines: true }) as Record<string, string>[];
    for (const row of rows) items.set((row.id ?? '').trim(), itemOf(row));
  }
  return [...items.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
};

/** How many rows the files have. */
export const rowsOf = (file: string): number =>
  parse(file, { bom: true, columns: true, skip_empty_lines: true }).length;
