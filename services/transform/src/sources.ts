/** What the fold of a partition is made from, read when it is its turn. */
import type { HashKey } from '@catalog-sync/shared/baseline/id-hash.ts';
import type { Partition } from '@catalog-sync/shared/baseline/partition.ts';
import { compareFiles } from '@catalog-sync/shared/catalog/order.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import type { SyncRecord } from '@catalog-sync/shared/records/ingest.ts';
import { readRowsTable } from '@catalog-sync/shared/records/rows-table.ts';
import type { State } from '@catalog-sync/shared/records/transform.ts';
import type { RowsPart, TableAt, Validation, WholeFeed } from '@catalog-sync/shared/records/validate.ts';
import type { PartitionInput, Stretch } from './domain/fold-partition.ts';
import { asksByPartition, recall } from './recall.ts';
import { openPartitions } from './states.ts';

/** The newest whole feed above the floor raises it; its rows and its silence are the newest word about every product. */
export const newestWhole = (wholes: readonly WholeFeed[], floor: State['floor']): WholeFeed | undefined =>
  wholes
    .filter(({ order }) => floor === null || compareFiles(order, floor) > 0)
    .toSorted((a, b) => compareFiles(b.order, a.order))[0];

/** What an object of rows holds of one partition. */
interface Piece {
  part: RowsPart;
  /** They lie one behind the other. */
  tables: TableAt[];
}

const piecesByPartition = (parts: readonly RowsPart[]): ReadonlyMap<number, Piece[]> => {
  const partitions = new Map<number, Piece[]>();
  for (const part of parts) {
    for (const table of part.tables) {
      const [partition] = table;
      const pieces = partitions.get(partition) ?? [];
      partitions.set(partition, pieces);
      const last = pieces.at(-1);
      if (last?.part === part) last.tables.push(table);
      else pieces.push({ part, tables: [table] });
    }
  }
  return partitions;
};

/** A call to S3 waits some 30 ms: a feed of millions is in a hundred objects. */
const READ_AT_ONCE = 16;

const readPiece = async (work: Objects, { part, tables }: Piece): Promise<Stretch[]> => {
  const { file, key, itemsKeys, rowsBefore } = part;
  const [, first] = tables[0]!;
  const length = tables.reduce((sum, [, , bytes]) => sum + bytes, 0);
  const read = await work.readRange(key, first, length);
  if (read === undefined || read.length < length) throw new Error(`object ${key} is gone, though a record names it`);
  return tables.map(([, start, bytes, items, itemsStart]) => ({
    table: readRowsTable(read.subarray(start - first, start - first + bytes), `object ${key}`),
    file,
    items: items === null ? null : { key: itemsKeys[items]!, start: itemsStart },
    rowsBefore,
  }));
};

export interface Sources {
  bits: number;
  /** The floor that this sync leaves behind. */
  floor: State['floor'];
  /** What is known and what has landed of the products of one partition. */
  partition(place: number): Promise<PartitionInput>;
}

export const openSources = (work: Objects, state: State, validation: Validation, sync: SyncRecord): Sources => {
  if (validation.bits < state.bits) {
    // Each of the finer partitions would take all rows of the coarser one, and send what is new once each.
    throw new Error(`rows in 2^${validation.bits} partitions cannot be folded into a state of 2^${state.bits}`);
  }
  const { bits } = validation;
  const whole = newestWhole(validation.wholeFeeds, state.floor);
  const floor = whole?.order ?? state.floor;
  const files = validation.files.map(({ order }) => order);
  const wholeFiles = new Set(whole?.files);
  const asks = asksByPartition(sync.asks, bits);
  const before = openPartitions(work, state, bits);

  const piecesOf = piecesByPartition(validation.parts);
  const stretchesOf = async (place: number): Promise<Stretch[]> => {
    const pieces = piecesOf.get(place) ?? [];
    const stretches: Stretch[] = [];
    for (let at = 0; at < pieces.length; at += READ_AT_ONCE) {
      const read = await Promise.all(pieces.slice(at, at + READ_AT_ONCE).map((piece) => readPiece(work, piece)));
      stretches.push(...read.flat());
    }
    return stretches;
  };
  const askedOf = (place: number, { entries }: Partition): Promise<PartitionInput['asked']> => {
    const keys: readonly HashKey[] = asks.get(place) ?? [];
    return recall(work, keys, entries, validation.mapping);
  };
  return {
    bits,
    floor,
    partition: async (place) => {
      const partition = await before(place);
      return {
        before: partition,
        files,
        wholeFiles,
        floor,
        whole: whole?.order ?? null,
        openedAt: sync.openedAt,
        stretches: await stretchesOf(place),
        asked: await askedOf(place, partition),
      };
    },
  };
};
