/** Which items a person asks for again. Pure. */
import { type SyncRef, syncFolder } from '@catalog-sync/shared/catalog/sync.ts';
import type { RefusedEntry } from '../sync-view.ts';

/**
 * Those of the refused that a sync refused: whom its report names, and whose content it was that was sent last, for a
 * report holds only the first thousands.
 */
export const namedBy = (ref: SyncRef, reported: readonly string[], refused: readonly RefusedEntry[]): Set<string> => {
  const folder = syncFolder(ref);
  const sentByIt = refused.filter(({ batchKey }) => batchKey.startsWith(folder));
  return new Set([...reported, ...sentByIt.map(({ id }) => id)]);
};

export interface Wish {
  /** These alone; none: all. */
  items: readonly string[];
  /** Those alone that one sync names; null: whichever did. */
  ofSync: ReadonlySet<string> | null;
}

/** Items that can be asked for, with where their content lies, and what was wished for but is not refused (by that sync). */
export interface SortedOut {
  refused: RefusedEntry[];
  notRefused: string[];
}

export const sortOut = (refused: readonly RefusedEntry[], { items, ofSync }: Wish): SortedOut => {
  const keys = new Map(refused.map(({ id, batchKey }) => [id, batchKey]));
  const wished = items.length > 0 ? items : [...(ofSync ?? keys.keys())];
  const sorted: SortedOut = { refused: [], notRefused: [] };
  for (const id of wished) {
    const batchKey = ofSync === null || ofSync.has(id) ? keys.get(id) : undefined;
    if (batchKey === undefined) sorted.notRefused.push(id);
    else sorted.refused.push({ id, batchKey });
  }
  return sorted;
};

/**
 * Bytes of ids that may wait on the catalog's item: a record holds 400 KB (DynamoDB limits), and the asks of a sync that
 * fails or is discarded come back to those that were added meanwhile.
 */
export const MOST_BYTES = 100_000;

/** The asks as a set: those that wait, and of the wanted as many as there is room for, in their order. */
export const withAsks = (waiting: readonly string[], wanted: readonly string[], mostBytes = MOST_BYTES): string[] => {
  const asks = new Set(waiting);
  let bytes = waiting.reduce((sum, id) => sum + Buffer.byteLength(id), 0);
  for (const id of wanted) {
    if (asks.has(id)) continue;
    bytes += Buffer.byteLength(id);
    if (bytes > mostBytes) break;
    asks.add(id);
  }
  return [...asks];
};
