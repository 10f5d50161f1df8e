import { type Carried, type Content, DELETED, type Entry } from '@catalog-sync/shared/baseline/content.ts';
import type { HashKey } from '@catalog-sync/shared/baseline/id-hash.ts';
import { DAY, type EpochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { Operation } from '@catalog-sync/shared/catalog/item.ts';
import { compareRows, type FileOrder, type RowOrder, rowOrder } from '@catalog-sync/shared/catalog/order.ts';

/** A valid row of one of the sync's files. */
export interface FileRow {
  order: RowOrder;
  content: Content;
}

/** What a person asked to be sent again, as it was last sent. */
export interface Asked {
  op: Operation;
  content: Content;
}

/** All that is known of one product in one sync. */
export interface Product {
  key: HashKey;
  /** Known from its entry; null: there is none, and its item alone names it. */
  id: string | null;
  entry: Entry | undefined;
  /** The newest valid row of this sync's files, if it is not below the floor. */
  row: FileRow | undefined;
  carried: Carried | undefined;
  embargo: EpochMs | undefined;
  /** Undefined: nobody asked for it; null: what was last sent of it is gone. */
  asked: Asked | null | undefined;
  /** Whether the newest whole feed of this sync names it, in a valid row or a rejected one. */
  named: boolean;
}

/** What holds for all products of a sync. */
export interface Circumstances {
  /** The order of the newest whole feed of this sync that is above the floor: what it does not name is gone. */
  whole: FileOrder | null;
  /** The sync's one reading of the clock: every embargo and every wait is judged by it. */
  openedAt: EpochMs;
}

/** What may be sent of a product: at most one candidate each. */
export interface Candidate {
  key: HashKey;
  /** Null: its item alone names it. */
  id: string | null;
  op: Operation;
  order: RowOrder;
  content: Content;
  /** What Meta is known to hold of it; undefined: nothing. */
  entry: Entry | undefined;
  /** Where it comes from: counted apart, for rows are counted in the sync that landed them. */
  from: 'file' | 'carried' | 'asked' | 'whole-feed';
  /** The gate has counted it in an earlier sync. */
  gated: boolean;
  asked: boolean;
  /** Through how many syncs it was carried. */
  syncs: number;
}

export interface Folded {
  /** To be sent, in no order. */
  toSend: Candidate[];
  /** Under embargo: carried on until it ends. */
  embargoed: { candidate: Candidate; until: EpochMs }[];
  /** Products whose order rises without a call: unchanged, or refused again without asking. */
  raised: [HashKey, RowOrder][];
  fileRows: { superseded: number; unchanged: number; errored: number };
  carriedRows: { taken: number; superseded: number; unchanged: number; errored: number };
  /** Rows older than what was synced of their product already, or than a whole feed that was. */
  late: number;
  /** Deletes that Meta refused before and that are not sent again for now: their products are still there. */
  withheld: number;
}

export const nothingFolded = (): Folded => ({
  toSend: [],
  embargoed: [],
  raised: [],
  fileRows: { superseded: 0, unchanged: 0, errored: 0 },
  carriedRows: { taken: 0, superseded: 0, unchanged: 0, errored: 0 },
  late: 0,
  withheld: 0,
});

const ERRORED_AGAIN_AFTER_MS = DAY;
const MOST_TIMES_ERRORED = 3;

/** Meta refused this very content lately, or too often: sending it again unasked would only be refused again. */
const refusedForNow = (entry: Entry, openedAt: EpochMs): boolean =>
  entry.outcome === 'parked' ||
  (entry.outcome === 'errored' &&
    (entry.times >= MOST_TIMES_ERRORED || openedAt < entry.sentAt + ERRORED_AGAIN_AFTER_MS));

/**
 * `baseline + carried rows + files` → what to send, one product at a time: the highest order among its newest row, the
 * carried row, an asked item and the delete of a whole feed wins; what was synced already supersedes it; equal content is
 * not sent; what is under embargo waits. Adds to `folded`.
 */
export const foldProduct = (product: Product, circumstances: Circumstances, folded: Folded): void => {
  const candidates = candidatesOf(product, circumstances, folded);
  const winner = candidates.toSorted((a, b) => compareRows(b.order, a.order))[0];
  for (const loser of candidates) if (loser !== winner) count(folded, loser, 'superseded');
  if (winner !== undefined) judge(winner, product, circumstances, folded);
};

const candidatesOf = (
  { key, id, entry, row, carried, asked, named }: Product,
  { whole }: Circumstances,
  folded: Folded,
): Candidate[] => {
  const candidates: Candidate[] = [];
  const add = (from: Candidate['from'], op: Operation, order: RowOrder, content: Content) => {
    // Landed again, a row that waits is still the same row: counted by the gate, asked for, and waiting as long.
    const same = carried?.content.fingerprint === content.fingerprint ? carried : undefined;
    candidates.push({
      key,
      id,
      op,
      order,
      content,
      entry,
      from,
      gated: same?.gated ?? false,
      asked: asked !== undefined || (same?.asked ?? false),
      syncs: same?.syncs ?? 0,
    });
  };
  const isNews = (order: RowOrder): boolean => entry === undefined || compareRows(order, entry.order) > 0;

  if (row !== undefined) {
    if (isNews(row.order)) add('file', 'UPDATE', row.order, row.content);
    else {
      folded.fileRows.superseded += 1;
      folded.late += 1;
    }
  }
  if (carried !== undefined) {
    if (carried.op === 'UPDATE') folded.carriedRows.taken += 1;
    add('carried', carried.op, carried.order, carried.content);
  }
  if (asked && entry !== undefined) add('asked', asked.op, entry.order, asked.content);
  if (whole !== null && !named) {
    const order = rowOrder(whole, 0);
    if (isNews(order)) add('whole-feed', 'DELETE', order, DELETED);
  }
  return candidates;
};

const judge = (winner: Candidate, { entry, embargo }: Product, { openedAt }: Circumstances, folded: Folded): void => {
  if (winner.op === 'DELETE' && entry === undefined) return;
  const equal = entry !== undefined && entry.fingerprint === winner.content.fingerprint;
  if (equal && entry.outcome === 'accepted') {
    folded.raised.push([winner.key, winner.order]);
    count(folded, winner, 'unchanged');
  } else if (equal && !winner.asked && refusedForNow(entry, openedAt)) {
    folded.raised.push([winner.key, winner.order]);
    count(folded, winner, 'errored');
  } else if (embargo !== undefined && embargo > openedAt) {
    folded.embargoed.push({ candidate: winner, until: embargo });
  } else {
    folded.toSend.push(winner);
  }
};

const count = (folded: Folded, candidate: Candidate, what: 'superseded' | 'unchanged' | 'errored'): void => {
  if (candidate.op === 'DELETE') {
    if (what === 'errored') folded.withheld += 1;
    return;
  }
  if (candidate.from === 'file') folded.fileRows[what] += 1;
  else if (candidate.from === 'carried') folded.carriedRows[what] += 1;
};
