/** What validate keeps, as far as others read it. */
import * as t from 'io-ts';
import { FileOrder } from '../catalog/order.ts';
import { orNull } from './record.ts';
import { machines } from './states.ts';

/** pk and sk as of the sync (`syncKey`). */
export const ValidationRecord = t.strict(
  {
    state: t.keyof(machines.validation.states),
    /** The `Validation` in the work bucket. */
    key: t.string,
    files: t.number,
    landed: t.number,
    valid: t.number,
    rejected: t.number,
  },
  'ValidationRecord',
);
export type ValidationRecord = t.TypeOf<typeof ValidationRecord>;

export const FileValidation = t.strict(
  {
    key: t.string,
    versionId: t.string,
    order: FileOrder,
    outcome: t.keyof({ usable: null, refused: null }),
    /** Rows landed, valid and rejected; a refused file's rows are counted here and nowhere else. */
    landed: t.number,
    valid: t.number,
    rejected: t.number,
    /** The file's report (`FileReport` as JSON) in the work bucket; null when there is nothing to say. */
    reportKey: orNull(t.string),
    /** Why it was refused, one sentence; null when usable. */
    why: orNull(t.string),
  },
  'FileValidation',
);
export type FileValidation = t.TypeOf<typeof FileValidation>;

/** A usable whole feed (one object, or all its parts): its order, and the places of its files in `Validation.files`. */
export const WholeFeed = t.strict({ order: FileOrder, files: t.array(t.number) }, 'WholeFeed');
export type WholeFeed = t.TypeOf<typeof WholeFeed>;

/** Where rows of one partition lie, and their items. A short form, for a feed of millions has tens of thousands. */
export const TableAt = t.tuple(
  [
    t.number, // The partition.
    t.number, // The first byte of its `RowsTable` in the object of rows,
    t.number, // and how many they are.
    orNull(t.number), // The place in `itemsKeys` of the object of its items; null when none is kept.
    t.number, // The byte of that object that places in the table count from.
  ],
  'TableAt',
);
export type TableAt = t.TypeOf<typeof TableAt>;

/** Rows of one file, by partition. */
export const RowsPart = t.strict(
  {
    /** The file's place in `Validation.files`. */
    file: t.number,
    /** `RowsTable`s, one behind the other. */
    key: t.string,
    /** In the order of the partitions; several of one partition have their rows' order. */
    tables: t.array(TableAt),
    /** Objects of items, one a line, as far as they are kept. */
    itemsKeys: t.array(t.string),
    /** Rows of the file before the stretch that the tables' row numbers count in. */
    rowsBefore: t.number,
  },
  'RowsPart',
);
export type RowsPart = t.TypeOf<typeof RowsPart>;

export const Validation = t.strict(
  {
    files: t.array(FileValidation),
    /** Rows lie in 2^bits partitions, by the top bits of the hash of their id. */
    bits: t.number,
    /** The mapping from rows to items that the fingerprints are seeded with. */
    mapping: t.number,
    parts: t.array(RowsPart),
    wholeFeeds: t.array(WholeFeed),
    /** Sentences for people: a whole feed that is not taken as whole, and why. */
    notes: t.array(t.string),
  },
  'Validation',
);
export type Validation = t.TypeOf<typeof Validation>;
