import { Buffer } from 'node:buffer';

const QUOTE = 34;
const BACKSLASH = 92;

// A quote within a value is escaped, so that these stand in an item only as its keys.
const brand = Buffer.from(',"brand":"');
const category = Buffer.from(',"google_product_category":"');

/** The text of a field, cut out of an item's bytes without reading the rest of it; null when the item has none. */
const textBehind = (key: Buffer, bytes: Buffer, from: number, to: number): string | null => {
  const at = bytes.indexOf(key, from);
  if (at === -1 || at >= to) return null;
  const start = at + key.length;
  let end = start;
  let escaped = false;
  while (bytes[end] !== QUOTE) {
    if (bytes[end] === BACKSLASH) {
      escaped = true;
      end++;
    }
    end++;
  }
  return escaped
    ? (JSON.parse(bytes.toString('utf8', start - 1, end + 1)) as string)
    : bytes.toString('utf8', start, end);
};

export const brandIn = (bytes: Buffer, from: number, to: number): string | null => textBehind(brand, bytes, from, to);
export const categoryIn = (bytes: Buffer, from: number, to: number): string | null =>
  textBehind(category, bytes, from, to);
