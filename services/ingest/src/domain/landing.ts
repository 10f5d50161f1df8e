import { Buffer } from 'node:buffer';
import { type EpochMs, epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { UnreadMetadata } from '@catalog-sync/shared/records/ingest.ts';

/** The landing zone: where CSVs arrive. */
export const LANDING_ZONE = 'data/';

/**
 * S3 names an object by 1,024 bytes at most (object keys, user guide), DynamoDB a record by as many: a longer key leaves
 * no room for the archive's folders and the version id.
 */
const LONGEST_KEY_BYTES = 960;

export const isLanded = (key: string): boolean => key.startsWith(LANDING_ZONE);

/** Whether an object is a product file: `.csv` or `.csv.gz` below the landing zone. Others are left alone. */
export const isProductFile = (key: string): boolean =>
  isLanded(key) && /\.csv(\.gz)?$/i.test(key) && Buffer.byteLength(key) <= LONGEST_KEY_BYTES;

/** A folder's own marker object, as consoles create it, is nothing to report. */
export const isFolderMarker = (key: string): boolean => key.endsWith('/');

export const pathBelowData = (key: string): string => key.slice(LANDING_ZONE.length);

/**
 * Metadata says it, be it by naming a part of a whole feed, or a folder named `full` anywhere in the path. Not whole when
 * it says of which part it is, or how many rows it has, in words that cannot be read: a part taken for the whole would
 * delete all the others.
 */
export const isWhole = (key: string, metadata: Readonly<Record<string, string>>): boolean =>
  (metadata.full?.trim().toLowerCase() === 'true' ||
    partOf(metadata) !== null ||
    pathBelowData(key).split('/').slice(0, -1).includes('full')) &&
  (metadata.part === undefined || partOf(metadata) !== null) &&
  (metadata.rows === undefined || declaredRows(metadata) !== null);

/** `k/n` with 1 ≤ k ≤ n; anything else is no part. */
export const partOf = (metadata: Readonly<Record<string, string>>): { k: number; n: number } | null => {
  const found = /^\s*(\d{1,6})\s*\/\s*(\d{1,6})\s*$/.exec(metadata.part ?? '');
  if (found === null) return null;
  const [k, n] = [Number(found[1]), Number(found[2])];
  return k >= 1 && k <= n ? { k, n } : null;
};

/** The row count that the shop says this object has. */
export const declaredRows = (metadata: Readonly<Record<string, string>>): number | null => {
  const text = metadata.rows?.trim() ?? '';
  return /^\d{1,12}$/.test(text) ? Number(text) : null;
};

/** Date, time and offset of ISO 8601, each in the extended form (`2026-11-23T12:00:00+01:00`) or the basic one. */
const ISO =
  /^(\d{4})(-?)(\d{2})\2(\d{2})(?:[T ](\d{2})(?::?(\d{2})(?::?(\d{2}(?:[.,]\d+)?))?)?\s*(?:(Z)|([+-]\d{2})(?::?(\d{2}))?)?)?$/i;

/** Date.parse takes the 30th of February for the 2nd of March. */
const isDay = (day: string): boolean => {
  const at = Date.parse(day);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
};

/** A time without a zone is UTC: what it means must not depend on the machine that reads it. */
const isoInstant = (text: string): EpochMs | null => {
  const found = ISO.exec(text);
  if (found === null) return null;
  const [, year, , month, date, hour = '00', minute = '00', second = '00', , offset, offsetMinutes = '00'] = found;
  const day = `${year}-${month}-${date}`;
  if (!isDay(day)) return null;
  const zone = offset === undefined ? 'Z' : `${offset}:${offsetMinutes}`;
  const read = Date.parse(`${day}T${hour}:${minute}:${second.replace(',', '.')}${zone}`);
  return Number.isNaN(read) ? null : epochMs(read);
};

/**
 * The explicit file order, an instant as ISO 8601 or epoch milliseconds; null when there is none that can be read. Eight
 * digits that are a day are that day: as milliseconds they would lie in the first hours of 1970.
 */
export const explicitInstant = (metadata: Readonly<Record<string, string>>): EpochMs | null => {
  const text = metadata.sequence?.trim() ?? '';
  return isoInstant(text) ?? (/^\d{1,15}$/.test(text) ? epochMs(Number(text)) : null);
};

/** What the object says of itself and nobody can read. An empty word says nothing. */
export const unreadMetadata = (metadata: Readonly<Record<string, string>>): UnreadMetadata[] => {
  const read = { sequence: explicitInstant, part: partOf, rows: declaredRows };
  const names = Object.keys(read) as UnreadMetadata[];
  return names.filter((name) => metadata[name]?.trim() && read[name](metadata) === null);
};
