/**
 * The fields of item_type=PRODUCT_ITEM. Where Meta's batch page and its commerce fields page differ, the wider limit
 * is an error and the narrower one a warning.
 * Sources: developers.facebook.com/documentation/ads-commerce/marketing-api/reference/product-catalog/items_batch,
 * …/commerce-platform/catalog/fields, …/catalog/reference
 */

/** One item's fields by name, as they were sent. */
export type Fields = Record<string, unknown>;

const five = (name: string): string[] => [0, 1, 2, 3, 4].map((n) => `${name}_${n}`);

/** Longest text of a field, in characters. */
export const longest: Readonly<Record<string, number>> = {
  id: 100,
  title: 200,
  description: 9_999,
  rich_text_description: 9_999,
  brand: 100,
  product_type: 750,
  google_product_category: 250,
  item_group_id: 100,
  gtin: 70,
  mpn: 100,
  color: 200,
  size: 200,
  material: 200,
  pattern: 100,
  vendor_id: 100,
  ...Object.fromEntries(five('custom_label').map((name) => [name, 100])),
};

/** Lengths that the batch page gives where the fields page allows more. */
export const advisedLength: Readonly<Record<string, number>> = { title: 100, description: 5_000, color: 100 };

/** Fields with a closed list of values. */
export const allowedValues: Readonly<Record<string, readonly string[]>> = {
  availability: ['in stock', 'out of stock', 'available for order', 'discontinued', 'preorder'],
  condition: ['new', 'refurbished', 'used', 'used_like_new', 'used_good', 'used_fair', 'cpo', 'open_box_new'],
  gender: ['female', 'male', 'unisex'],
  age_group: ['newborn', 'infant', 'toddler', 'kids', 'teen', 'adult', 'all ages'],
  status: ['active', 'archived'],
  visibility: ['published', 'hidden'],
};

/** Longest lists: additional_image_link up to 50, image up to 21, video 20. */
export const longestList: Readonly<Record<string, number>> = {
  additional_image_link: 50,
  image: 21,
  video: 20,
  internal_label: 5_000,
};

/** Fields that hold one web address. */
export const linkFields = ['link', 'image_link', 'mobile_link'] as const;

/** Fields that hold a price with its currency. */
export const priceFields = ['price', 'sale_price'] as const;

/** What a new item must have, with the name that Meta's message gives the field. image_link may be replaced by image. */
export const requiredFields: readonly (readonly [field: string, called: string])[] = [
  ['title', 'Title'],
  ['description', 'Description'],
  ['availability', 'Availability'],
  ['condition', 'Condition'],
  ['price', 'Price'],
  ['link', 'Link'],
  ['image_link', 'Image Link'],
  ['brand', 'Brand'],
];

/** Every field that is taken; others are answered with a warning and left out. */
export const knownFields: ReadonlySet<string> = new Set([
  ...Object.keys(longest),
  ...Object.keys(allowedValues),
  ...Object.keys(longestList),
  ...linkFields,
  ...priceFields,
  ...five('custom_number'),
  'additional_variant_attribute',
  'applink',
  'disabled_capabilities',
  'expiration_date',
  'fb_product_category',
  'importer_address',
  'importer_name',
  'inventory',
  'ordering_index',
  'origin_country',
  'product_tags',
  'quantity_to_sell_on_facebook',
  'rating_count',
  'sale_price_effective_date',
  'shipping',
  'shipping_weight',
  'user_rating',
]);

/** An empty text or an empty list removes what a field held. */
export const isCleared = (value: unknown): boolean => value === '' || (Array.isArray(value) && value.length === 0);

/** A field has a value: it was given and not cleared since. */
export const isSet = (fields: Fields, name: string): boolean =>
  fields[name] !== undefined && fields[name] !== null && !isCleared(fields[name]);

const currencies = new Set(Intl.supportedValuesOf('currency'));

/** `9.99 USD`: digits, a point as decimal mark, one blank, an ISO 4217 code. Anything else is no price. */
export const readPrice = (value: unknown): { amount: number; currency: string } | undefined => {
  const [, amount, currency] = (typeof value === 'string' && /^(\d+(?:\.\d+)?) ([A-Z]{3})$/.exec(value)) || [];
  if (amount === undefined || currency === undefined || !currencies.has(currency)) return undefined;
  return { amount: Number(amount), currency };
};
