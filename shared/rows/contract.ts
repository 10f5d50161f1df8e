/**
 * The contract of a landed file: its columns, what each cell must hold, and which field of the item it becomes.
 * Lengths are in UTF-16 units. Where Meta's batch page and its commerce fields page differ, the wider limit holds here,
 * so that Meta has the last word about what lies between.
 * Sources: developers.facebook.com/documentation/ads-commerce/marketing-api/reference/product-catalog/items_batch,
 * …/commerce-platform/catalog/fields, …/catalog/reference
 */

export type Rule =
  | { kind: 'text'; longest: number }
  | { kind: 'price' }
  /** A price below the one in `price`, in the same currency: Meta refuses any other. */
  | { kind: 'sale-price' }
  | { kind: 'url' }
  | { kind: 'url-list'; most: number }
  | { kind: 'label-list'; most: number; longest: number }
  | { kind: 'one-of'; values: readonly string[] }
  | { kind: 'whole-number'; highest: number }
  | { kind: 'date' }
  | { kind: 'date-range' }
  | { kind: 'gtin' }
  | { kind: 'weight' };

export interface Column<Name extends string = string> {
  readonly name: Name;
  /** The item's field that the cell becomes. */
  readonly field: string;
  readonly rule: Rule;
  /** A number in scientific notation here is what a spreadsheet made of an identifier. */
  readonly identifier?: boolean;
}

/** Longest web address that is taken. Browsers and servers agree on little more. */
export const longestUrl = 2_048;

const text = (longest: number): Rule => ({ kind: 'text', longest });
const oneOf = (...values: string[]): Rule => ({ kind: 'one-of', values });
const column = <Name extends string>(name: Name, rule: Rule, more: Partial<Column<Name>> = {}): Column<Name> => ({
  name,
  field: name,
  rule,
  ...more,
});

/** The ten columns that every file has, in the order of the item's fields. */
export const requiredColumns = [
  column('id', text(100), { identifier: true }),
  column('title', text(200)),
  column('description', text(9_999)),
  column('availability', oneOf('in stock', 'out of stock', 'available for order', 'discontinued', 'preorder')),
  column('price', { kind: 'price' }),
  column('link', { kind: 'url' }),
  column('image_link', { kind: 'url' }),
  column('brand', text(100)),
  column(
    'condition',
    oneOf('new', 'refurbished', 'used', 'used_like_new', 'used_good', 'used_fair', 'cpo', 'open_box_new'),
  ),
  // Meta's limit for a product type is 750; it names 250 for a Google category, which a shop's own path may exceed.
  column('product_type', text(750), { field: 'google_product_category' }),
] as const;

/**
 * Further columns that are sent when a file has them, in the order in which they follow the required fields.
 * `google_product_category` is not among them: `product_type` fills that field.
 */
export const extraColumns = [
  column('sale_price', { kind: 'sale-price' }),
  column('sale_price_effective_date', { kind: 'date-range' }),
  column('gtin', { kind: 'gtin' }, { identifier: true }),
  column('mpn', text(100), { identifier: true }),
  column('additional_image_link', { kind: 'url-list', most: 50 }),
  column('item_group_id', text(100), { identifier: true }),
  column('color', text(200)),
  column('size', text(200)),
  column('gender', oneOf('female', 'male', 'unisex')),
  column('age_group', oneOf('newborn', 'infant', 'toddler', 'kids', 'teen', 'adult', 'all ages')),
  column('material', text(200)),
  column('pattern', text(100)),
  column('custom_label_0', text(100)),
  column('custom_label_1', text(100)),
  column('custom_label_2', text(100)),
  column('custom_label_3', text(100)),
  column('custom_label_4', text(100)),
  column('custom_number_0', { kind: 'whole-number', highest: 4_294_967_295 }),
  column('custom_number_1', { kind: 'whole-number', highest: 4_294_967_295 }),
  column('custom_number_2', { kind: 'whole-number', highest: 4_294_967_295 }),
  column('custom_number_3', { kind: 'whole-number', highest: 4_294_967_295 }),
  column('custom_number_4', { kind: 'whole-number', highest: 4_294_967_295 }),
  // Meta documents 1 as the least. 0 is taken: to set such a row aside would keep a sold-out product on sale.
  column('quantity_to_sell_on_facebook', { kind: 'whole-number', highest: 4_294_967_295 }),
  column('fb_product_category', text(750)),
  column('rich_text_description', text(9_999)),
  column('shipping_weight', { kind: 'weight' }),
  column('mobile_link', { kind: 'url' }),
  column('expiration_date', { kind: 'date' }),
  column('internal_label', { kind: 'label-list', most: 5_000, longest: 110 }),
  column('status', oneOf('active', 'archived')),
  column('visibility', oneOf('published', 'hidden')),
  column('additional_variant_attribute', text(1_000)),
  column('vendor_id', text(100)),
  column('origin_country', text(100)),
] as const;

export type RequiredColumn = (typeof requiredColumns)[number]['name'];
export type ExtraColumn = (typeof extraColumns)[number]['name'];

/** Columns that an Airbyte destination adds to each row; they say nothing about the product. */
export const isAirbyteColumn = (name: string): boolean => name.startsWith('_airbyte_');

/** A header's name as it is compared: without blanks around it, in small letters. */
export const columnName = (cell: string): string => cell.trim().toLowerCase();
