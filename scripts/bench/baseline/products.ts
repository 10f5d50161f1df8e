/** Products without a feed: rows and items as validate leaves them, for catalogs larger than a feed is quickly made for. */
import { hashKey, highOf, lowOf, partitionOf } from '../../../shared/baseline/id-hash.ts';
import { openRowsTable } from '../../../shared/records/rows-table.ts';
import { hashBytes } from '../../../shared/rows/engine/hash.ts';
import { availabilities, currencyCodes, MAPPING_VERSION } from '../../../shared/rows/engine/index.ts';

const idOf = (n: number): string => `sku-${String(n).padStart(9, '0')}`;

/** A price of each product that differs from version to version. */
const priceOf = (n: number, version: number): number => (n % 500) + version;

const itemOf = (n: number, version: number): Buffer =>
  Buffer.from(
    `{"method":"UPDATE","data":{"id":"${idOf(n)}","title":"Cup ${n}","price":"${priceOf(n, version)} EUR",` +
      `"availability":"in stock","brand":"Acme","google_product_category":"Cups"}}`,
  );

/** The products of each of 2^bits partitions, by their numbers. */
export const byPartition = (products: number, bits: number): Uint32Array[] => {
  const sizes = new Uint32Array(2 ** bits);
  const partitions = new Uint16Array(products);
  for (let n = 0; n < products; n++) {
    const partition = partitionOf(highOf(hashKey(idOf(n))), bits);
    partitions[n] = partition;
    sizes[partition]!++;
  }
  const all = Array.from(sizes, (size) => new Uint32Array(size));
  const ends = new Uint32Array(2 ** bits);
  for (let n = 0; n < products; n++) all[partitions[n]!]![ends[partitions[n]!]!++] = n;
  return all;
};

export interface MadeRows {
  table: Uint8Array;
  /** Of the rows whose item is kept. */
  items: Buffer;
}

/**
 * @param versionOf which version of a product the row has, and whether Meta is not known to hold it, so that its item is kept
 */
export const makeRows = (
  products: Uint32Array,
  versionOf: (n: number) => { version: number; kept: boolean },
): MadeRows => {
  const table = openRowsTable({ currencies: currencyCodes, availabilities });
  const [currency, availability] = [currencyCodes.indexOf('EUR'), availabilities.indexOf('in stock')];
  const items: Buffer[] = [];
  let start = 0;
  for (const n of products) {
    const { version, kept } = versionOf(n);
    const item = itemOf(n, version);
    const [printHigh = 0, printLow = 0] = hashBytes(item, MAPPING_VERSION);
    const key = hashKey(idOf(n));
    table.push({
      high: highOf(key),
      low: lowOf(key),
      printHigh,
      printLow,
      row: n + 1,
      amount: priceOf(n, version),
      currency,
      availability,
      start: kept ? start : 0,
      length: kept ? item.length : 0,
      brand: kept ? 'Acme' : null,
      category: kept ? 'Cups' : null,
    });
    if (!kept) continue;
    items.push(item, LINE_FEED);
    start += item.length + 1;
  }
  return { table: table.done(), items: Buffer.concat(items) };
};

const LINE_FEED = Buffer.from('\n');
