import { gzipSync } from 'fflate';
import { csv, line, product, requiredHeader } from './csv.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const products = [product(1), product(2)];

/** One file for each file code, by its ending. fflate packs the same bytes on every machine. */
export const badFiles = (): Record<string, Uint8Array> => ({
  // A gzip file of which only the beginning came.
  'unreadable.csv.gz': gzipSync(utf8(csv(products)), { mtime: 0 }).subarray(0, 20),
  'empty-file.csv': utf8(''),
  'header-only.csv': utf8(line(requiredHeader)),
  'missing-column.csv': utf8(csv(products).replace('image_link', 'image link')),
  'duplicate-column.csv': utf8(csv(products, [...requiredHeader, 'price'])),
  // "é" as one byte, as in Windows-1252.
  'not-utf8.csv': Buffer.from(csv([product(1, { brand: 'Café' })]), 'latin1'),
  'too-many-columns.csv': utf8(
    csv(products, [...requiredHeader, ...Array.from({ length: 991 }, (_, n) => `note_${n + 1}`)]),
  ),
  // One cell of a megabyte, as an export makes that has lost its line ends.
  'too-large.csv.gz': gzipSync(utf8(csv([product(1, { description: 'clay '.repeat(220_000) })])), { mtime: 0 }),
});
