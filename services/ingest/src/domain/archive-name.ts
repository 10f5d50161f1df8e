import { dayFolder, type EpochMs } from '@catalog-sync/shared/catalog/instant.ts';
import { pathBelowData } from './landing.ts';

export type Destination = 'archive' | 'refused';

/** `archive/2026/11/23/products.csv`: the day is that of the landing, in UTC. */
export const archiveName = (to: Destination, key: string, landedAt: EpochMs): string =>
  `${to}/${dayFolder(landedAt)}/${pathBelowData(key)}`;

/** When another version has the name already: the first eight characters of the version id before the ending. */
export const otherArchiveName = (name: string, versionId: string): string =>
  name.replace(/(\.csv(?:\.gz)?)$/i, `-${versionId.slice(0, 8)}$1`);
