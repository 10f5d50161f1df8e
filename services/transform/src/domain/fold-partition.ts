/**
 * The fold of one partition. Of a million products most are as they were: those are found by comparing numbers, without an
 * object for any of them, and only what is new, changed, carried, asked for or gone is looked at by `foldProduct`.
 */
import {
  ACCEPTED,
  type Entries,
  entryAt,
  findEntry,
  idAt,
  keyAt,
  outcomeAt,
} from '@catalog-sync/shared/baseline/entries.ts';
import { type HashKey, highOf, keyOfHash, lowOf } from '@catalog-sync/shared/baseline/id-hash.ts';
import type { Partition } from '@catalog-sync/shared/baseline/partition.ts';
import { NOT_RAISED, type Raised } from '@catalog-sync/shared/baseline/raise-orders.ts';
import {
  compareFiles,
  compareRows,
  type FileOrder,
  fileName,
  fileOf,
  rowOrder,
} from '@catalog-sync/shared/catalog/order.ts';
import { contentAt, type ItemsAt, type RowsTable } from '@catalog-sync/shared/records/rows-table.ts';
import { type Asked, type Circumstances, type FileRow, type Folded, foldProduct, nothingFolded } from './fold.ts';

/** Rows of one file that fall into the partition. */
export interface Stretch {
  table: RowsTable;
  /** The file's place among the sync's files. */
  file: number;
  /** Null: none of its items is kept. */
  items: ItemsAt | null;
  /** Rows of the file before the stretch. */
  rowsBefore: number;
}

export interface PartitionInput extends Circumstances {
  before: Partition;
  /** The orders of the sync's files, by their place. */
  files: readonly FileOrder[];
  /** Places of the files that make up the newest whole feed, if `whole` is one. */
  wholeFiles: ReadonlySet<number>;
  /** Rows of files below it are superseded; that of the newest whole feed, if this sync has one above it. */
  floor: FileOrder | null;
  stretches: readonly Stretch[];
  /** Items that a person asked to be sent again; null when what was last sent of one is gone. */
  asked: ReadonlyMap<HashKey, Asked | null>;
}

export interface FoldedPartition extends Omit<Folded, 'raised'> {
  raised: Raised;
}

const NONE = -1;

/** Where a row stands: the stretch, and its place in it. */
interface Newest {
  stretch: Int32Array;
  place: Uint32Array;
}

export const foldPartition = (input: PartitionInput): FoldedPartition => {
  const { before, files, stretches, asked, whole } = input;
  const { entries, waiting } = before;
  const folded = nothingFolded();
  const orders = openOrders(files, entries.words.files);

  const newest: Newest = { stretch: new Int32Array(entries.size).fill(NONE), place: new Uint32Array(entries.size) };
  const named = new Uint8Array(entries.size);
  const unknown = takeRows(input, orders, newest, named, folded);

  const special = new Uint8Array(entries.size);
  for (const key of [...waiting.carried.keys(), ...asked.keys()]) {
    const place = findEntry(entries, highOf(key), lowOf(key));
    if (place !== NONE) special[place] = 1;
  }

  const raised: Raised = {
    files,
    file: new Uint32Array(entries.size).fill(NOT_RAISED),
    row: new Uint32Array(entries.size),
  };
  for (let place = 0; place < entries.size; place++) {
    const at = newest.stretch[place]!;
    if (special[place] === 0) {
      if (at === NONE && (whole === null || named[place] === 1)) continue;
      if (at !== NONE && isUnchanged(entries, place, stretches[at]!, newest.place[place]!, orders)) {
        raised.file[place] = stretches[at]!.file;
        raised.row[place] = rowAt(stretches[at]!, newest.place[place]!);
        folded.fileRows.unchanged++;
        continue;
      }
    }
    const key = keyAt(entries, place);
    const product = {
      key,
      id: idAt(entries, place),
      entry: entryAt(entries, place),
      row: at === NONE ? undefined : fileRowAt(stretches[at]!, newest.place[place]!, files),
      carried: waiting.carried.get(key),
      embargo: waiting.embargoes.get(key),
      asked: asked.get(key),
      named: named[place] === 1,
    };
    foldProduct(product, input, folded);
    for (const [, order] of folded.raised.splice(0)) {
      // Whatever waited: an order never falls.
      if (compareRows(order, product.entry.order) <= 0) continue;
      raised.file[place] = orders.placeOf(fileOf(order), raised);
      raised.row[place] = order.row;
    }
  }
  foldNew(input, unknown, folded);
  return { ...folded, raised };
};

const rowAt = ({ table, rowsBefore }: Stretch, place: number): number => rowsBefore + table.rows[place]!;

const fileRowAt = (stretch: Stretch, place: number, files: readonly FileOrder[]): FileRow => ({
  order: rowOrder(files[stretch.file]!, rowAt(stretch, place)),
  content: contentAt(stretch.table, place, stretch.items),
});

/** Orders of files as numbers: those of this sync, and those of earlier ones that the entries name. */
const openOrders = (files: readonly FileOrder[], known: readonly FileOrder[]) => {
  const all = [...files, ...known].sort(compareFiles);
  const ranks = new Map<string, number>();
  for (const [place, file] of all.entries()) {
    const name = fileName(file);
    if (!ranks.has(name)) ranks.set(name, place);
  }
  const rankOf = (file: FileOrder): number => ranks.get(fileName(file))!;
  return {
    files: files.map(rankOf),
    known: known.map(rankOf),
    /** The place of a file in `raised.files`, where a carried row's may have to be added. */
    placeOf: (file: FileOrder, raised: { files: readonly FileOrder[] }): number => {
      const place = raised.files.findIndex((one) => compareFiles(one, file) === 0);
      if (place >= 0) return place;
      raised.files = [...raised.files, file];
      return raised.files.length - 1;
    },
  };
};
type Orders = ReturnType<typeof openOrders>;

/** The newest row of each known product; those of products that nobody knows, by key. Counts the rows that lose. */
const takeRows = (
  { before: { entries }, files, stretches, floor, whole, wholeFiles }: PartitionInput,
  orders: Orders,
  newest: Newest,
  named: Uint8Array,
  folded: Folded,
): { rows: Map<HashKey, [stretch: number, place: number]>; named: Set<HashKey> } => {
  const unknown = { rows: new Map<HashKey, [number, number]>(), named: new Set<HashKey>() };
  const isNewer = (at: number, place: number, thanAt: number, thanPlace: number): boolean => {
    const [one, other] = [stretches[at]!, stretches[thanAt]!];
    const byFile = orders.files[one.file]! - orders.files[other.file]!;
    return byFile > 0 || (byFile === 0 && rowAt(one, place) > rowAt(other, thanPlace));
  };
  for (const [at, { table, file }] of stretches.entries()) {
    const names = wholeFiles.has(file);
    const below = floor !== null && compareFiles(files[file]!, floor) < 0;
    const { hashes, rejected } = table;
    for (let place = 0; place < table.size; place++) {
      const [high, low] = [hashes[2 * place]!, hashes[2 * place + 1]!];
      const known = findEntry(entries, high, low);
      if (names) {
        if (known !== NONE) named[known] = 1;
        else unknown.named.add(keyOfHash(high, low));
      }
      if (rejected[place] === 1) continue;
      if (below) {
        folded.fileRows.superseded++;
        // Below a whole feed of this sync nothing is late: it landed together with what takes its place.
        if (whole === null) folded.late++;
        continue;
      }
      if (known === NONE) {
        const key = keyOfHash(high, low);
        const rival = unknown.rows.get(key);
        if (rival !== undefined) folded.fileRows.superseded++;
        if (rival === undefined || isNewer(at, place, ...rival)) unknown.rows.set(key, [at, place]);
      } else {
        const rival = newest.stretch[known]!;
        if (rival !== NONE) folded.fileRows.superseded++;
        if (rival === NONE || isNewer(at, place, rival, newest.place[known]!)) {
          newest.stretch[known] = at;
          newest.place[known] = place;
        }
      }
    }
  }
  return unknown;
};

/** The commonest case: Meta holds this very content, and the row is newer than what was synced last. */
const isUnchanged = (entries: Entries, known: number, stretch: Stretch, place: number, orders: Orders): boolean => {
  const { prints, files, rows } = entries;
  const { table, file } = stretch;
  if (prints[2 * known] !== table.prints[2 * place] || prints[2 * known + 1] !== table.prints[2 * place + 1])
    return false;
  if (outcomeAt(entries, known) !== ACCEPTED) return false;
  const byFile = orders.files[file]! - orders.known[files[known]!]!;
  return byFile > 0 || (byFile === 0 && rowAt(stretch, place) > rows[known]!);
};

/** Products that have no entry: of this sync's files, or carried. */
const foldNew = (input: PartitionInput, unknown: ReturnType<typeof takeRows>, folded: Folded): void => {
  const { before, stretches, files, asked } = input;
  const { entries, waiting } = before;
  const keys = new Set(unknown.rows.keys());
  for (const key of waiting.carried.keys()) if (findEntry(entries, highOf(key), lowOf(key)) === NONE) keys.add(key);
  for (const key of keys) {
    const row = unknown.rows.get(key);
    const product = {
      key,
      id: null,
      entry: undefined,
      row: row && fileRowAt(stretches[row[0]]!, row[1], files),
      carried: waiting.carried.get(key),
      embargo: waiting.embargoes.get(key),
      asked: asked.get(key),
      named: unknown.named.has(key),
    };
    foldProduct(product, input, folded);
  }
};
