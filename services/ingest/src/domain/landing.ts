import { type EpochMs, epochMs } from '@catalog-sync/shared/catalog/instant.ts';

/** The landing zone: where CSVs arrive. */
export const LANDING_ZONE = 'data/';

/** Whether an object is a product file: `.csv` or `.csv.gz` below the landing zone. Others are left alone. */
export const isProductFile = (key: string): boolean => key.startsWith(LANDING_ZONE) && /\.csv(\.gz)?$/i.test(key);

/** A folder's own marker object, as consoles create it, is nothing to report. */
export const isFolderMarker = (key: string): boolean => key.endsWith('/');

export const pathBelowData = (key: string): string => key.slice(LANDING_ZONE.length);

/** Metadata says it, or a folder named `full` anywhere in the path. */
export const isWhole = (key: string, metadata: Readonly<Record<string, string>>): boolean =>
  metadata.full?.trim().toLowerCase() === 'true' || pathBelowData(key).split('/').slice(0, -1).includes('full');

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

/** The explicit file order, an instant as ISO 8601 or epoch milliseconds; null when there is none that can be read. */
export const explicitInstant = (metadata: Readonly<Record<string, string>>): EpochMs | null => {
  const text = metadata.sequence?.trim() ?? '';
  if (/^\d{1,15}$/.test(text)) return epochMs(Number(text));
  const read = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(read) ? null : epochMs(read);
};
