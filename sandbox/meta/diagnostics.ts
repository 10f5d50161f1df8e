import { createHash } from 'node:crypto';
import type { Endpoint } from './call.ts';
import { invalidParameter } from './graph-error.ts';
import { checkFields, fieldsParam, listParam, type Params } from './input.ts';
import { errorsOfItem, type ItemError } from './item-errors.ts';

/** Sources of the words: facebook-python-business-sdk, productcatalogdiagnosticgroup.py, and the page named below. */
const SEVERITIES = ['MUST_FIX', 'OPPORTUNITY'];
const TYPES = [
  'AR_VISIBILITY_ISSUES',
  'ATTRIBUTES_INVALID',
  'ATTRIBUTES_MISSING',
  'CATEGORY',
  'CHECKOUT',
  'DA_VISIBILITY_ISSUES',
  'IMAGE_QUALITY',
  'LOW_QUALITY_TITLE_AND_DESCRIPTION',
  'POLICY_VIOLATION',
  'SHOPS_VISIBILITY_ISSUES',
];
const CHANNELS = ['da', 'ig_product_tagging', 'marketplace', 'shops', 'universal_checkout', 'whatsapp'];
const AFFECTED = ['da', 'shops'];

const DEFAULT_FIELDS = ['title', 'subtitle', 'severity', 'type', 'number_of_affected_items', 'error_code'];

/** Items looked at at once, before other calls get their turn. */
const SLICE = 2_000;

/** The kinds of issue that types of error belong to; which one belongs where is not documented. */
const typeOf = ({ error_type }: ItemError): string => {
  if (error_type.startsWith('IMAGE_')) return 'IMAGE_QUALITY';
  if (error_type.startsWith('EMPTY_') || error_type.startsWith('MISSING_')) return 'ATTRIBUTES_MISSING';
  if (error_type === 'PROPERTY_VALUE_UPPERCASE') return 'LOW_QUALITY_TITLE_AND_DESCRIPTION';
  return error_type === 'PRODUCT_NOT_APPROVED' ? 'POLICY_VIOLATION' : 'ATTRIBUTES_INVALID';
};

/** A number that is the same for the same type of error. */
const codeOf = ({ error_type }: ItemError): number =>
  (createHash('sha256').update(error_type).digest().readUInt32BE() % 900_000) + 100_000;

const group = (error: ItemError, items: number): Record<string, unknown> => ({
  title: error.title,
  subtitle: error.description,
  severity: error.error_priority === 'HIGH' ? 'MUST_FIX' : 'OPPORTUNITY',
  type: typeOf(error),
  number_of_affected_items: items,
  error_code: codeOf(error),
  affected_channels: AFFECTED,
});

/** The values of a filter, given as a list, as JSON text or with commas between; undefined if it is not given. */
const filterParam = (params: Params, name: string, known: readonly string[]): string[] | undefined => {
  const given = params[name];
  if (given === undefined || given === '') return undefined;
  const values = (listParam(given) ?? String(given).split(',')).map(String);
  const unknown = values.find((value) => !known.includes(value));
  if (unknown !== undefined) throw invalidParameter(`Param ${name} must be one of {${known.join(', ')}}`);
  return values;
};

/**
 * GET /{catalog}/diagnostics: what is wrong with how many of the stored items, in groups.
 * Source: developers.facebook.com/documentation/ads-commerce/marketing-api/reference/product-catalog/diagnostics
 */
export const diagnostics: Endpoint = async ({ catalog, params, faults }, { state }) => {
  const severities = filterParam(params, 'severities', SEVERITIES);
  const types = filterParam(params, 'types', TYPES);
  const channels = filterParam(params, 'affected_channels', CHANNELS);
  const fields = fieldsParam(params) ?? DEFAULT_FIELDS;
  checkFields(fields, [...DEFAULT_FIELDS, 'affected_channels'], 'ProductCatalogDiagnosticGroup');
  if (faults.take('empty-data')) return { data: [] };

  const found = new Map<string, { error: ItemError; items: number }>();
  const items = state.items(catalog);
  const ids = items.ids();
  for (let from = 0; from < ids.length; from += SLICE) {
    const slice = ids.slice(from, from + SLICE);
    for (const [n, item] of items.get(slice).entries())
      for (const error of errorsOfItem(item ?? {}, faults.flagsOf(slice[n]!)))
        found.set(error.error_type, { error, items: (found.get(error.error_type)?.items ?? 0) + 1 });
    await new Promise((resolve) => setImmediate(resolve));
  }
  const groups = [...found.values()]
    .map(({ error, items }) => group(error, items))
    .filter(({ severity }) => severities?.includes(String(severity)) ?? true)
    .filter(({ type }) => types?.includes(String(type)) ?? true)
    .filter(() => channels?.some((channel) => AFFECTED.includes(channel)) ?? true);
  return { data: groups.map((one) => Object.fromEntries(fields.map((field) => [field, one[field]]))) };
};
