import { Buffer } from 'node:buffer';
import { type Content, DELETED } from '@catalog-sync/shared/baseline/content.ts';
import { keyOfHash } from '@catalog-sync/shared/baseline/id-hash.ts';
import { priceText, readPriceText } from '@catalog-sync/shared/baseline/price.ts';
import type { ItemData, ItemRequest } from '@catalog-sync/shared/catalog/item.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import { hashBytes } from '@catalog-sync/shared/rows/engine/hash.ts';
import type { Asked } from './domain/fold.ts';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const contentOf = (data: ItemData, item: Uint8Array, mapping: number): Omit<Content, 'item'> => {
  const [high = 0, low = 0] = hashBytes(item, mapping);
  const { amount, currency } = readPriceText(text(data.price));
  return {
    fingerprint: keyOfHash(high, low),
    price: priceText(amount, currency),
    availability: text(data.availability),
    brand: text(data.brand) || null,
    category: text(data.google_product_category) || null,
  };
};

/**
 * What is known of each record of a call's body, by its place, and where it lies there. Null: the body is gone. The body
 * itself, megabytes of it, is not held any longer than this takes.
 */
export const readContents = async (work: Objects, key: string, mapping: number): Promise<Asked[] | null> => {
  const body = await work.read(key);
  if (body === undefined) return null;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  const { requests } = JSON.parse(bytes.toString()) as { requests: ItemRequest[] };
  // Records follow each other as JSON.stringify writes them. To search for each would take a minute for some thousands.
  let next = bytes.indexOf('[') + 1;
  return requests.map((request, place): Asked => {
    const item = Buffer.from(JSON.stringify(request));
    const { length } = item;
    const start = next;
    next += length + ','.length;
    if (!bytes.subarray(start, start + length).equals(item)) {
      throw new Error(`object ${key} does not hold its record ${place} as it was written`);
    }
    return request.method === 'DELETE'
      ? { op: 'DELETE', content: DELETED }
      : { op: 'UPDATE', content: { ...contentOf(request.data, item, mapping), item: { key, start, length } } };
  });
};
