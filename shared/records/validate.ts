/** What validate keeps, as far as others read it. */
import * as t from 'io-ts';
import { ItemData } from '../catalog/item.ts';
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

/** A usable whole feed (one object, or all its parts): its order and every id that it names, also of rejected rows. */
export const WholeFeed = t.strict({ order: FileOrder, idsKeys: t.array(t.string) }, 'WholeFeed');
export type WholeFeed = t.TypeOf<typeof WholeFeed>;

/** The valid rows of a sync, by hash of id; each part is NDJSON of `ValidRow`. */
export const RowsPart = t.strict({ partition: t.number, key: t.string, rows: t.number }, 'RowsPart');
export type RowsPart = t.TypeOf<typeof RowsPart>;

export const Validation = t.strict(
  {
    files: t.array(FileValidation),
    parts: t.array(RowsPart),
    wholeFeeds: t.array(WholeFeed),
    /** Sentences for people: a whole feed that is not taken as whole, and why. */
    notes: t.array(t.string),
  },
  'Validation',
);
export type Validation = t.TypeOf<typeof Validation>;

/** One line of a rows part: `file` is the place in `Validation.files`, `row` the data row's number from 1. */
export const ValidRow = t.strict({ file: t.number, row: t.number, data: ItemData }, 'ValidRow');
export type ValidRow = t.TypeOf<typeof ValidRow>;
