import { DAY, type EpochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { ItemData, Operation } from '@catalog-sync/shared/catalog/item.ts';
import {
  compareFiles,
  compareRows,
  type FileOrder,
  type RowOrder,
  rowOrder,
} from '@catalog-sync/shared/catalog/order.ts';
import type { Entry } from '@catalog-sync/shared/records/transform.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { Known } from './known.ts';

/** A valid row of one of the sync's files. */
export interface FileRow {
  order: RowOrder;
  data: ItemData;
}

/** A usable whole feed of this sync: what it does not name is gone. */
export interface Whole {
  order: FileOrder;
  ids: ReadonlySet<string>;
}

export interface FoldInput {
  known: Known;
  rows: Iterable<FileRow>;
  wholes: readonly Whole[];
  /** The sync's one reading of the clock: every embargo and every wait is judged by it. */
  openedAt: EpochMs;
  /** Items that a person asked to be sent again, with what was last sent of them; null when that is gone. */
  asked: ReadonlyMap<string, { op: Operation; data: ItemData } | null>;
}

/** What may be sent of a product: at most one candidate each. */
export interface Candidate {
  id: string;
  op: Operation;
  order: RowOrder;
  data: ItemData;
  fingerprint: string;
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
  raised: [string, RowOrder][];
  floor: FileOrder | null;
  fileRows: { superseded: number; unchanged: number; errored: number };
  carriedRows: { taken: number; superseded: number; unchanged: number; errored: number };
  /** Rows older than what was synced of their product already. */
  late: number;
}

const ERRORED_AGAIN_AFTER_MS = DAY;
const MOST_TIMES_ERRORED = 3;

/** The newest whole feed above the floor raises it; its rows and its silence are the newest word about every product. */
const newestWhole = (wholes: readonly Whole[], floor: FileOrder | null): Whole | undefined =>
  wholes
    .filter(({ order }) => floor === null || compareFiles(order, floor) > 0)
    .toSorted((a, b) => compareFiles(b.order, a.order))[0];

/** Meta refused this very content lately, or too often: sending it again unasked would only be refused again. */
const refusedForNow = (entry: Entry, openedAt: EpochMs): boolean =>
  entry.outcome === 'parked' ||
  (entry.outcome === 'errored' &&
    (entry.times >= MOST_TIMES_ERRORED || openedAt < (entry.erroredAt ?? 0) + ERRORED_AGAIN_AFTER_MS));

/**
 * `baseline + carried rows + files` → what to send. Pure, one product at a time: the highest order among the valid file
 * rows, the carried row, an asked item and the delete of a whole feed wins; what was synced already supersedes it;
 * equal content is not sent; what is under embargo waits.
 */
export const fold = ({ known, rows, wholes, openedAt, asked }: FoldInput): Folded => {
  const whole = newestWhole(wholes, known.floor);
  const floor = whole?.order ?? known.floor;
  const folded: Folded = {
    toSend: [],
    embargoed: [],
    raised: [],
    floor,
    fileRows: { superseded: 0, unchanged: 0, errored: 0 },
    carriedRows: { taken: 0, superseded: 0, unchanged: 0, errored: 0 },
    late: 0,
  };

  const latest = new Map<string, FileRow>();
  for (const row of rows) {
    const { id } = row.data;
    const rival = latest.get(id);
    if (floor !== null && compareFiles(row.order, floor) < 0) folded.fileRows.superseded += 1;
    else if (rival === undefined) latest.set(id, row);
    else {
      folded.fileRows.superseded += 1;
      if (compareRows(row.order, rival.order) > 0) latest.set(id, row);
    }
  }

  const ids = new Set([...latest.keys(), ...known.carried.keys(), ...asked.keys()]);
  if (whole) for (const id of known.entries.keys()) if (!whole.ids.has(id)) ids.add(id);

  for (const id of ids) {
    const entry = known.entries.get(id);
    const candidates = candidatesOf(id, entry, latest.get(id), whole, known, asked, folded);
    const winner = candidates.toSorted((a, b) => compareRows(b.order, a.order))[0];
    for (const loser of candidates) if (loser !== winner) count(folded, loser, 'superseded');
    if (winner !== undefined) judge(winner, entry, known.embargoes.get(id), openedAt, folded);
  }
  return folded;
};

const candidatesOf = (
  id: string,
  entry: Entry | undefined,
  row: FileRow | undefined,
  whole: Whole | undefined,
  known: Known,
  asked: FoldInput['asked'],
  folded: Folded,
): Candidate[] => {
  const candidates: Candidate[] = [];
  const waiting = known.carried.get(id);
  const add = (from: Candidate['from'], op: Operation, order: RowOrder, data: ItemData) => {
    const fingerprint = fingerprintOf(op, data);
    // Landed again, a row that waits is still the same row: counted by the gate, asked for, and waiting as long.
    const same = waiting !== undefined && fingerprintOf(waiting.op, waiting.data) === fingerprint ? waiting : undefined;
    candidates.push({
      id,
      op,
      order,
      data,
      fingerprint,
      from,
      gated: same?.gated ?? false,
      asked: asked.has(id) || (same?.asked ?? false),
      syncs: same?.syncs ?? 0,
    });
  };
  const isNews = (order: RowOrder): boolean => entry === undefined || compareRows(order, entry.order) > 0;

  if (row !== undefined) {
    if (isNews(row.order)) add('file', 'UPDATE', row.order, row.data);
    else {
      folded.fileRows.superseded += 1;
      folded.late += 1;
    }
  }
  if (waiting !== undefined) {
    if (waiting.op === 'UPDATE') folded.carriedRows.taken += 1;
    add('carried', waiting.op, waiting.order, waiting.data);
  }
  const again = asked.get(id);
  if (again && entry !== undefined) add('asked', again.op, entry.order, again.data);
  if (whole !== undefined && !whole.ids.has(id)) {
    const order = rowOrder(whole.order, 0);
    if (isNews(order)) add('whole-feed', 'DELETE', order, { id } as ItemData);
  }
  return candidates;
};

const judge = (
  winner: Candidate,
  entry: Entry | undefined,
  embargo: EpochMs | undefined,
  openedAt: EpochMs,
  folded: Folded,
): void => {
  if (winner.op === 'DELETE' && entry === undefined) return;
  const equal = entry !== undefined && entry.fingerprint === winner.fingerprint;
  if (equal && entry.outcome === 'accepted') {
    folded.raised.push([winner.id, winner.order]);
    count(folded, winner, 'unchanged');
  } else if (equal && !winner.asked && refusedForNow(entry, openedAt)) {
    folded.raised.push([winner.id, winner.order]);
    count(folded, winner, 'errored');
  } else if (embargo !== undefined && embargo > openedAt) {
    folded.embargoed.push({ candidate: winner, until: embargo });
  } else {
    folded.toSend.push(winner);
  }
};

const count = (folded: Folded, candidate: Candidate, what: 'superseded' | 'unchanged' | 'errored'): void => {
  if (candidate.op === 'DELETE') return;
  if (candidate.from === 'file') folded.fileRows[what] += 1;
  else if (candidate.from === 'carried') folded.carriedRows[what] += 1;
};
