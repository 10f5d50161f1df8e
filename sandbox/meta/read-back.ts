import { createHash } from 'node:crypto';
import type { Fault } from './faults.ts';
import { errorsOfItem } from './item-errors.ts';
import { type Fields, isSet, readPrice } from './product-fields.ts';
import { isRecord } from './rules.ts';

/**
 * Items as the products edge shows them: under other names than they were sent, and with prices as text for people.
 * Source of the names: developers.facebook.com/documentation/ads-commerce/marketing-api/reference/product-catalog/products
 */
const renamed: Readonly<Record<string, string>> = {
  retailer_id: 'id',
  name: 'title',
  url: 'link',
  retailer_product_group_id: 'item_group_id',
  manufacturer_part_number: 'mpn',
  category: 'google_product_category',
  tags: 'internal_label',
};

const asSent = [
  'description',
  'availability',
  'condition',
  'brand',
  'product_type',
  'fb_product_category',
  'gtin',
  'color',
  'size',
  'gender',
  'age_group',
  'material',
  'pattern',
  'shipping_weight',
  'expiration_date',
  'origin_country',
  'quantity_to_sell_on_facebook',
  ...[0, 1, 2, 3, 4].flatMap((n) => [`custom_label_${n}`, `custom_number_${n}`]),
];

/** Meta's own number of an item, made from ids so that it stays the same for as long as they do. */
const metaId = (catalog: string, retailerId: string): string => {
  const hash = createHash('sha256').update(`${catalog}/${retailerId}`).digest().readBigUInt64BE();
  return String(10n ** 15n + (hash % (9n * 10n ** 15n)));
};

/** For example `$9.99` or `₹1,210.00`. */
const shownPrice = (value: unknown): string | undefined => {
  const price = readPrice(value);
  if (price === undefined) return undefined;
  return new Intl.NumberFormat('en-US', { style: 'currency', currency: price.currency }).format(price.amount);
};

const saleDate = (item: Fields, which: 0 | 1): string | undefined =>
  isSet(item, 'sale_price_effective_date') ? String(item.sale_price_effective_date).split('/')[which] : undefined;

/** The addresses in `image`, a list of `{url, tag}`. */
const images = ({ image }: Fields): unknown[] =>
  Array.isArray(image) ? image.map((one) => (isRecord(one) ? one.url : one)) : [];

/** The latest flag that says something of a state, or what it is without one. */
const flagged = (flags: readonly Fault[], parameter: string, otherwise: unknown): unknown =>
  flags.findLast((flag) => flag[parameter] !== undefined)?.[parameter] ?? otherwise;

const made: Readonly<Record<string, (item: Fields, catalog: string, flags: readonly Fault[]) => unknown>> = {
  id: (item, catalog) => metaId(catalog, String(item.id)),
  // Where there is `image`, both fields of image links are ignored.
  image_url: (item) => images(item)[0] ?? (isSet(item, 'image_link') ? item.image_link : undefined),
  additional_image_urls: (item) => {
    if (isSet(item, 'image')) return images(item).slice(1);
    return isSet(item, 'additional_image_link') ? item.additional_image_link : undefined;
  },
  price: (item) => shownPrice(item.price),
  sale_price: (item) => shownPrice(item.sale_price),
  sale_price_start_date: (item) => saleDate(item, 0),
  sale_price_end_date: (item) => saleDate(item, 1),
  currency: (item) => readPrice(item.price)?.currency,
  visibility: (item) => item.visibility ?? (item.status === 'archived' ? 'hidden' : 'published'),
  // Pictures are fetched when an item gets an event or is about to be shown, not when it is uploaded.
  image_fetch_status: (_item, _catalog, flags) => flagged(flags, 'imageFetchStatus', 'NO_STATUS'),
  review_status: (_item, _catalog, flags) => flagged(flags, 'reviewStatus', ''),
  review_rejection_reasons: (_item, _catalog, flags) => flagged(flags, 'reviewRejectionReasons', []),
  errors: (item, _catalog, flags) => errorsOfItem(item, flags),
  invalidation_errors: () => [],
};

/** Every field that can be asked for. */
export const shownFields: readonly string[] = [...Object.keys(renamed), ...asSent, ...Object.keys(made)];

/** One field of an item as it is read back; undefined if the item has none. */
export const shownField = (item: Fields, field: string, catalog: string, flags: readonly Fault[]): unknown => {
  const make = made[field];
  if (make !== undefined) return make(item, catalog, flags);
  const sentAs = renamed[field] ?? field;
  return isSet(item, sentAs) ? item[sentAs] : undefined;
};
