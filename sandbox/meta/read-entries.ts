import type { Localization, Method } from './batch.ts';
import type { GraphCall } from './call.ts';
import { invalidParameter } from './graph-error.ts';
import type { Fields } from './product-fields.ts';
import { isRecord } from './rules.ts';
import type { Settings } from './settings.ts';

const METHODS: readonly string[] = ['CREATE', 'UPDATE', 'DELETE'];
const LOCALIZATIONS: readonly unknown[] = ['LANGUAGE', 'COUNTRY', 'LANGUAGE_AND_COUNTRY'];

/** One entry of a call as it was sent. */
export interface ReadEntry {
  line: number;
  method: Method;
  /** Absent if `data` has none: an id beside the method is not looked for. */
  id: string | undefined;
  data: Fields;
  /** Absent if the entry has none that is understood. */
  localization: Localization | undefined;
}

/** The retailer id in an entry's data, if it holds one. */
export const idOf = (request: unknown): string | undefined => {
  const data = isRecord(request) ? request.data : undefined;
  const id = isRecord(data) ? data.id : undefined;
  return (typeof id === 'string' || typeof id === 'number') && id !== '' ? String(id) : undefined;
};

const localizationOf = ({ localization }: Fields): Localization | undefined =>
  isRecord(localization) &&
  LOCALIZATIONS.includes(localization.type) &&
  typeof localization.value === 'string' &&
  localization.value !== ''
    ? (localization as unknown as Localization)
    : undefined;

const readEntry = (request: unknown, line: number): ReadEntry => {
  const method = isRecord(request) ? String(request.method).toUpperCase() : '';
  if (!METHODS.includes(method) || !isRecord(request))
    throw invalidParameter(`Param requests[${line}]['method'] must be one of {${METHODS.join(', ')}}`);
  if (request.data !== undefined && !isRecord(request.data))
    throw invalidParameter(`Param requests[${line}]['data'] must be an object`);
  return {
    line,
    method: method as Method,
    id: idOf(request),
    data: request.data ?? {},
    localization: localizationOf(request),
  };
};

/** The entries of a call. Throws code 100 for what makes the whole call invalid. */
export const readEntries = ({ params, requests }: GraphCall, { maxEntries }: Settings): ReadEntry[] => {
  if (params.item_type === undefined) throw invalidParameter('The parameter item_type is required');
  if (params.item_type !== 'PRODUCT_ITEM') throw invalidParameter('Param item_type must be PRODUCT_ITEM');
  if (params.requests === undefined) throw invalidParameter('The parameter requests is required');
  if (requests === undefined) throw invalidParameter('Param requests must be an array');
  if (requests.length > maxEntries)
    throw invalidParameter(`Param requests must have at most ${maxEntries} entries, not ${requests.length}`);
  return requests.map(readEntry);
};
