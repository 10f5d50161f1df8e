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
import type { Settings } from './settings.ts';

/** What Meta has to say about one entry of a call. An entry with an error is not stored. */
export interface Findings {
  errors: string[];
  warnings: string[];
}

/** What the running of an entry finds. */
export interface RunFindings extends Findings {
  /** Errors, too: about required fields that a new item does not have. */
  missing: string[];
}

export const nothingFound = (): RunFindings => ({ missing: [], errors: [], warnings: [] });

/** Which fields and values are taken is in part an open question. */
type Taking = Pick<Settings, 'acceptsStatus' | 'acceptsPreorder' | 'nullValue' | 'textLimits'>;

const isTaken = (field: string, { acceptsStatus }: Taking): boolean =>
  knownFields.has(field) && (field !== 'status' || acceptsStatus);

/** Texts of a call that are no prices. An emptied price is a matter of required fields, which is found when the batch runs. */
export const badPrices = (data: Fields, say: Messages): string[] =>
  priceFields
    .filter((field) => data[field] !== undefined && data[field] !== null)
    .filter((field) => !isCleared(data[field]) && readPrice(data[field]) === undefined)
    .map((field) => say.badPrice(field, String(data[field])));

/** What the call itself finds, before the batch is accepted: texts that are no prices, fields that are not known. */
export const judgeAtOnce = (id: string, data: Fields, say: Messages, taking: Taking): Findings => {
  const fields = Object.keys(data);
  const nulls = taking.nullValue === 'error' ? fields.filter((field) => data[field] === null) : [];
  return {
    errors: [...badPrices(data, say), ...nulls.map((field) => say.nullValue(field))],
    warnings: fields.filter((field) => !isTaken(field, taking)).map((field) => say.unknownField(id, field)),
  };
};

/** The fields of an entry that are taken: known ones that carry a value or clear one. */
export const takenFields = (data: Fields, taking: Taking): Fields => {
  const taken: Fields = {};
  for (const [name, value] of Object.entries(data))
    if (isTaken(name, taking) && (value !== null || taking.nullValue === 'clears')) taken[name] = value ?? '';
  return taken;
};

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

/** Two letters at least, and all of them capitals. */
export const isAllCapitals = (value: unknown): boolean =>
  typeof value === 'string' &&
  /\p{L}{2}/u.test(value) &&
  value === value.toUpperCase() &&
  value !== value.toLowerCase();

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
 * @param data the fields of this entry, with its id
 */
export const judgeWhenRun = (
  line: number,
  before: Fields | undefined,
  data: Fields,
  say: Messages,
  { textLimits, acceptsPreorder }: Taking,
): RunFindings => {
  const id = String(data.id);
  const missing: string[] = [];
  const errors: string[] = [];
  const warnings: string[] = [];
  const after = { ...before, ...data };
  const given = Object.entries(data).filter(([, value]) => !isCleared(value));

  for (const [field, called] of requiredFields) {
    if (isSet(after, field) || (field === 'image_link' && isSet(after, 'image'))) continue;
    if (before === undefined) missing.push(say.missingRequired(line, id, called));
    else if (data[field] !== undefined) errors.push(say.cannotClear(line, id, called));
  }
  for (const [field, value] of given) {
    const limit = textLimits[field] ?? longest[field];
    const advised = advisedLength[field];
    if (limit !== undefined && isLonger(String(value), limit)) errors.push(say.tooLong(line, id, field, limit));
    else if (advised !== undefined && isLonger(String(value), advised))
      warnings.push(say.longerThanAdvised(id, field, advised));

    const most = longestList[field];
    if (most !== undefined && Array.isArray(value) && value.length > most)
      errors.push(say.badValue(line, id, field, `of ${value.length} entries`));

    const allowed = allowedValues[field];
    const isUnknown = allowed !== undefined && !allowed.includes(String(value));
    if (isUnknown || (value === 'preorder' && field === 'availability' && !acceptsPreorder))
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

  for (const field of ['title', 'description'])
    if (isAllCapitals(data[field])) warnings.push(say.allCapitals(id, field));
  return { missing, errors, warnings };
};
