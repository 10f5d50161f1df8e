import type { Entry } from './batch.ts';
import { badPrices, type Findings, nothingFound, type RunFindings } from './judge-item.ts';
import type { Messages } from './messages.ts';
import type { Fields } from './product-fields.ts';
import type { ReadEntry } from './read-entries.ts';

/**
 * The fields that can be given for a language or a country. image_link is none of them.
 * Source: developers.facebook.com/documentation/ads-commerce/catalog/guides/localized-catalog/supported-fields
 */
const localizedFields: ReadonlySet<string> = new Set([
  'id',
  'title',
  'description',
  'availability',
  'link',
  'brand',
  'price',
  'sale_price',
  'sale_price_effective_date',
  'color',
  'size',
  'material',
  'pattern',
  'custom_label_0',
  'custom_label_1',
  'custom_label_2',
  'custom_label_3',
  'custom_label_4',
  'short_description',
  'additional_variant_attribute',
  'applink',
  'image',
  'status',
  'visibility',
]);

/** What a customer's country decides, so that no language may say otherwise. */
const onlyByCountry = ['price', 'sale_price', 'status', 'visibility', 'availability'];

/** What the call itself finds about an entry of localized_items_batch. */
export const judgeLocalizedAtOnce = (
  { id, data, method, localization }: ReadEntry & { id: string },
  say: Messages,
): Findings => {
  if (localization === undefined) return { errors: [say.noLocalization(id)], warnings: [] };
  if (method === 'DELETE') return { errors: [], warnings: [] };
  const misplaced = localization.type === 'COUNTRY' ? [] : onlyByCountry.filter((field) => data[field] !== undefined);
  return {
    errors: [...misplaced.map((field) => say.onlyByCountry(field)), ...badPrices(data, say)],
    warnings: Object.keys(data)
      .filter((field) => !localizedFields.has(field))
      .map((field) => say.notLocalized(id, field)),
  };
};

/** What is found while the batch runs: only an item that exists can be localized. */
export const judgeLocalizedWhenRun = ({ line, id }: Entry, itemExists: boolean, say: Messages): RunFindings => ({
  ...nothingFound(),
  errors: itemExists ? [] : [say.unknownItem(line, id)],
});

/** The fields of an entry that can be localized. */
export const takenLocalizedFields = (data: Fields): Fields =>
  Object.fromEntries(Object.entries(data).filter(([name, value]) => localizedFields.has(name) && value !== null));
