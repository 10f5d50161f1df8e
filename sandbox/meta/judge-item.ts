import type { Messages } from './messages.ts';
import {
  advisedLength,
  allowedValues,
  type Fields,
  isCleared,
  isSet,
  knownFields,
  linkFields,
  longest,
  longestList,
  priceFields,
  readPrice,
  requiredFields,
} from './product-fields.ts';

/** What Meta has to say about one entry of a call. An entry with an error is not stored. */
export interface Findings {
  errors: string[];
  warnings: string[];
}

/** What the call itself finds, before the batch is accepted: texts that are no prices, fields that are not known. */
export const judgeAtOnce = (id: string, data: Fields, say: Messages): Findings => ({
  errors: priceFields
    .filter((field) => data[field] !== undefined && data[field] !== null)
    // An emptied price is a matter of required fields, which is found when the batch runs.
    .filter((field) => !isCleared(data[field]) && readPrice(data[field]) === undefined)
    .map((field) => say.badPrice(field, String(data[field]))),
  warnings: Object.keys(data)
    .filter((field) => !knownFields.has(field))
    .map((field) => say.unknownField(id, field)),
});

/** The known fields of an entry that carry a value or clear one; what `null` means is not documented, so it is left out. */
export const takenFields = (data: Fields): Fields =>
  Object.fromEntries(Object.entries(data).filter(([name, value]) => knownFields.has(name) && value !== null));

const isLink = (value: unknown): boolean => {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:');
};

const isDateRange = (value: unknown): boolean => {
  const [start, end, ...more] = String(value)
    .split('/')
    .map((instant) => Date.parse(instant));
  return more.length === 0 && start !== undefined && end !== undefined && start < end;
};

/** Characters as people count them; the cheap count of code units comes first, for it is never smaller. */
const isLonger = (text: string, limit: number): boolean => text.length > limit && [...text].length > limit;

const wholeNumber = (value: unknown): number => (/^\d+$/.test(String(value)) ? Number(value) : Number.NaN);

const isIgnored: Record<string, (value: unknown) => boolean> = {
  gtin: (value) => !/^(\d{8}|\d{12,14})$/.test(String(value)),
  quantity_to_sell_on_facebook: (value) => !(wholeNumber(value) >= 1),
  inventory: (value) => !(wholeNumber(value) >= 1),
  ...Object.fromEntries(
    [0, 1, 2, 3, 4].map((n) => [`custom_number_${n}`, (value: unknown) => !(wholeNumber(value) <= 4_294_967_295)]),
  ),
};

/**
 * What is found while the batch runs.
 * @param before the item as it is stored, absent if it is new
 * @param data the fields of this entry
 * @param limits longest texts that differ from the documented ones
 */
export const judgeWhenRun = (
  line: number,
  before: Fields | undefined,
  data: Fields,
  say: Messages,
  limits: Readonly<Record<string, number>>,
): Findings => {
  const id = String(data.id);
  const errors: string[] = [];
  const warnings: string[] = [];
  const after = { ...before, ...data };
  const given = Object.entries(data).filter(([, value]) => !isCleared(value));

  for (const [field, called] of requiredFields) {
    if (isSet(after, field) || (field === 'image_link' && isSet(after, 'image'))) continue;
    if (before === undefined) errors.push(say.missingRequired(line, id, called));
    else if (data[field] !== undefined) errors.push(say.cannotClear(line, id, called));
  }
  for (const [field, value] of given) {
    const limit = limits[field] ?? longest[field];
    const advised = advisedLength[field];
    if (limit !== undefined && isLonger(String(value), limit)) errors.push(say.tooLong(line, id, field, limit));
    else if (advised !== undefined && isLonger(String(value), advised))
      warnings.push(say.longerThanAdvised(id, field, advised));

    const most = longestList[field];
    if (most !== undefined && Array.isArray(value) && value.length > most)
      errors.push(say.badValue(line, id, field, `of ${value.length} entries`));

    const allowed = allowedValues[field];
    if (allowed !== undefined && !allowed.includes(String(value)))
      errors.push(say.badValue(line, id, field, String(value)));

    if (isIgnored[field]?.(value)) warnings.push(say.ignoredValue(id, field, String(value)));
  }
  for (const field of linkFields)
    if (isSet(data, field) && !isLink(data[field])) errors.push(say.badValue(line, id, field, String(data[field])));

  if (isSet(data, 'sale_price_effective_date') && !isDateRange(data.sale_price_effective_date))
    errors.push(say.badValue(line, id, 'sale_price_effective_date', String(data.sale_price_effective_date)));

  const price = readPrice(after.price);
  const sale = readPrice(after.sale_price);
  const touchesPrices = data.price !== undefined || data.sale_price !== undefined;
  if (touchesPrices && price && sale && (sale.currency !== price.currency || sale.amount >= price.amount))
    errors.push(say.saleNotLower(line, id));

  for (const field of ['title', 'description']) {
    const text = String(data[field] ?? '');
    if (/\p{L}{2}/u.test(text) && text === text.toUpperCase() && text !== text.toLowerCase())
      warnings.push(say.allCapitals(id, field));
  }
  return { errors, warnings };
};
