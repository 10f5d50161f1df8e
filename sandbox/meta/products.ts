import type { Endpoint, GraphCall } from './call.ts';
import type { CatalogItems } from './catalog-items.ts';
import { invalidParameter } from './graph-error.ts';
import { checkFields, fieldsParam, flagParam, parseJson } from './input.ts';
import { errorsOfItem } from './item-errors.ts';
import type { Fields } from './product-fields.ts';
import { shownField, shownFields } from './read-back.ts';

const DEFAULT_PAGE = 25;
const DEFAULT_FIELDS = ['id', 'name', 'retailer_id'];
/** Items looked at at once, before other calls get their turn. */
const SLICE = 2_000;

interface Filter {
  accepts(item: Fields): boolean;
  /** The only ids that can be accepted, if the rule names them: then no others are looked at. */
  ids?: ReadonlySet<string>;
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== '';

/** Whether an item has an error of the type and of the priority that are asked for. */
const hasErrorAskedFor = ({ params, faults }: GraphCall, item: Fields): boolean => {
  const { error_type: type, error_priority: priority } = params;
  if (!isGiven(type) && !isGiven(priority)) return true;
  return errorsOfItem(item, faults.flagsOf(String(item.id))).some(
    (error) =>
      (!isGiven(type) || error.error_type === type) && (!isGiven(priority) || error.error_priority === priority),
  );
};

/** Reads `{"retailer_id":{"eq":"X"}}`, with the operators eq, is_any and i_contains; several fields must all fit. */
const readFilter = (call: GraphCall): Filter => {
  const { catalog, faults } = call;
  const text = call.params.filter;
  if (!isGiven(text)) return { accepts: (item) => hasErrorAskedFor(call, item) };
  const rule = typeof text === 'string' ? parseJson(text) : text;
  if (typeof rule !== 'object' || rule === null || Array.isArray(rule))
    throw invalidParameter('Param filter must be a JSON-encoded rule');
  const tests: ((item: Fields) => boolean)[] = [];
  let ids: ReadonlySet<string> | undefined;
  for (const [field, conditions] of Object.entries(rule as Record<string, unknown>)) {
    checkFields([field], shownFields, 'ProductItem');
    for (const [operator, value] of Object.entries(Object(conditions) as Record<string, unknown>)) {
      const values = new Set((Array.isArray(value) ? value : [value]).map(String));
      const part = String(value).toLowerCase();
      const shown = (item: Fields): string =>
        String(shownField(item, field, catalog, faults.flagsOf(String(item.id))) ?? '');
      if (operator === 'eq' || operator === 'is_any') {
        tests.push((item) => values.has(shown(item)));
        if (field === 'retailer_id') ids = values;
      } else if (operator === 'i_contains') tests.push((item) => shown(item).toLowerCase().includes(part));
      else throw invalidParameter(`Param filter has the unknown operator ${operator}`);
    }
  }
  return {
    accepts: (item) => tests.every((test) => test(item)) && hasErrorAskedFor(call, item),
    ...(ids === undefined ? {} : { ids }),
  };
};

/** The place of the first id after `id` in the ordered list. */
const placeAfter = (ids: readonly string[], id: string): number => {
  let [low, high] = [0, ids.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ids[middle]! <= id) low = middle + 1;
    else high = middle;
  }
  return low;
};

const toCursor = (id: string): string => Buffer.from(id).toString('base64url');

interface Found {
  items: Fields[];
  /** There are more after these. */
  more: boolean;
  /** All that the filter accepts; counted only if asked for. */
  total: number | undefined;
}

const find = async (
  items: CatalogItems,
  filter: Filter,
  after: string | undefined,
  limit: number,
  count: boolean,
  hasFilter: boolean,
): Promise<Found> => {
  const ids = filter.ids === undefined ? items.ids() : [...filter.ids].filter((id) => items.has(id)).sort();
  const first = after === undefined ? 0 : placeAfter(ids, after);
  const found: Fields[] = [];
  const countsAll = count && hasFilter;
  // Without a filter nothing but the page is needed, and the item after it, which says that there are more.
  const slice = hasFilter ? SLICE : limit + 1;
  let [more, accepted] = [false, 0];
  for (let from = countsAll ? 0 : first; from < ids.length && (countsAll || !more); from += slice) {
    for (const [n, item] of items.get(ids.slice(from, from + slice)).entries()) {
      if (item === undefined || !filter.accepts(item)) continue;
      accepted += 1;
      if (from + n < first) continue;
      if (found.length < limit) found.push(item);
      else more = true;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { items: found, more, total: count ? (hasFilter ? accepted : items.size) : undefined };
};

const readLimit = ({ params }: GraphCall, most: number): number => {
  const limit = params.limit === undefined ? DEFAULT_PAGE : Number(params.limit);
  if (!Number.isInteger(limit) || limit < 1) throw invalidParameter('Param limit must be an integer above 0');
  return Math.min(limit, most);
};

/** The address of the page after `cursor`; like Meta's it holds the token if the query did. */
const nextPage = (url: URL, cursor: string): string => {
  const next = new URL(url);
  next.searchParams.set('after', cursor);
  return next.href;
};

/**
 * GET /{catalog}/products: what the catalog holds, page by page. A page may be empty and still have a next one.
 * Source: developers.facebook.com/documentation/ads-commerce/marketing-api/reference/product-catalog/products
 */
export const products: Endpoint = async (call, { state, settings }) => {
  const { catalog, params, url, faults } = call;
  const fields = ['id', ...(fieldsParam(params) ?? DEFAULT_FIELDS)];
  checkFields(fields, shownFields, 'ProductItem');
  const filter = readFilter(call);
  const given = typeof params.after === 'string' && params.after !== '' ? params.after : undefined;
  if (faults.take('empty-data')) return { data: [], paging: { next: nextPage(url, given ?? toCursor('')) } };

  const after = given === undefined ? undefined : Buffer.from(given, 'base64url').toString('utf8');
  const limit = readLimit(call, settings.maxPageSize);
  const count = flagParam(params, 'summary', false);
  const hasFilter = [params.filter, params.error_type, params.error_priority].some(isGiven);
  const page = await find(state.items(catalog), filter, after, limit, count, hasFilter);

  const [first, last] = [page.items[0], page.items.at(-1)];
  const paging = first &&
    last && {
      cursors: { before: toCursor(String(first.id)), after: toCursor(String(last.id)) },
      ...(page.more ? { next: nextPage(url, toCursor(String(last.id))) } : {}),
    };
  return {
    data: page.items.map((item) => {
      const flags = faults.flagsOf(String(item.id));
      return Object.fromEntries(
        fields
          .map((field): [string, unknown] => [field, shownField(item, field, catalog, flags)])
          .filter(([, value]) => value !== undefined),
      );
    }),
    ...(paging === undefined ? {} : { paging }),
    ...(page.total === undefined ? {} : { summary: { total_count: page.total } }),
  };
};
