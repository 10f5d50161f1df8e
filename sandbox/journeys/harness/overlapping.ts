import { expectedCatalog, rowsOf } from '../expectation.ts';
import { csv, products } from './products.ts';
import type { Sandbox } from './sandbox.ts';

/**
 * Three small files over the same products, in the order in which they land: prices change, others come, some sell out.
 */
export const OVERLAPPING = [
  csv(products('shelf', 20)),
  csv([...products('shelf', 10, { price: '75.00 EUR' }), ...products('table', 6)]),
  csv(products('shelf', 14, { availability: 'out of stock' }).slice(4)),
];
export const OVERLAPPING_ROWS = OVERLAPPING.reduce((sum, text) => sum + rowsOf(text), 0);
export const OVERLAPPING_ITEMS = expectedCatalog(OVERLAPPING);

/** Two calls are needed for so many products, by these settings of a catalog. */
export const TWO_CALLS = { maxItems: 20 };

/** Uploads the three for a catalog, from the given one on, as a shop does: one after the other. */
export const landOverlapping = async ({ landing }: Sandbox, folder: string): Promise<void> => {
  for (const [n, text] of OVERLAPPING.entries()) await landing.put(`${folder}/${n + 1}.csv`, text);
};
