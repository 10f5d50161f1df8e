import type { EpochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { FileOrder } from '@catalog-sync/shared/catalog/order.ts';
import type { SyncNumber } from '@catalog-sync/shared/catalog/sync.ts';
import type { Carried, Entry, State } from '@catalog-sync/shared/records/transform.ts';

/** A state with its parts by retailer id. */
export interface Known {
  entries: ReadonlyMap<string, Entry>;
  carried: ReadonlyMap<string, Carried>;
  embargoes: ReadonlyMap<string, EpochMs>;
  floor: FileOrder | null;
}

export const nothingKnown: Known = { entries: new Map(), carried: new Map(), embargoes: new Map(), floor: null };

export const knownOf = (state: State): Known => ({
  entries: new Map(state.entries),
  carried: new Map(state.carried),
  embargoes: new Map(state.embargoes),
  floor: state.floor,
});

/** Sorted by id, so that equal states are equal bytes. */
export const stateOf = (sync: SyncNumber, known: Known): State => {
  const sorted = <A>(map: ReadonlyMap<string, A>): [string, A][] =>
    [...map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return {
    sync,
    entries: sorted(known.entries),
    carried: sorted(known.carried),
    embargoes: sorted(known.embargoes),
    floor: known.floor,
  };
};

/** When the next carried row may go; null when none waits. */
export const dueOf = (known: Known): EpochMs | null => {
  let due: EpochMs | null = null;
  for (const { notBefore } of known.carried.values()) if (due === null || notBefore < due) due = notBefore;
  return due;
};
