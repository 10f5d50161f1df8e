import { BatchRecord, type ItemError } from '@catalog-sync/shared/records/publish.ts';
import { orNull } from '@catalog-sync/shared/records/record.ts';
import * as t from 'io-ts';

/** A batch as this service keeps it: what others read, and beside it what only publish needs. */
export const StoredBatch = t.strict(
  {
    ...BatchRecord.type.props,
    /** The place in the plan; a child's is its parent's, a point and a digit: `000003.1`. Claims go in this order. */
    place: t.string,
    /** Where `errored` lies when it is too long for a record. */
    erroredKey: orNull(t.string),
    /** In an unknown batch: what is known of why. */
    why: orNull(t.strict({ code: orNull(t.string), message: t.string })),
  },
  'Batch',
);
export type StoredBatch = t.TypeOf<typeof StoredBatch>;

export interface Batch extends StoredBatch {
  batchId: string;
  /** The revision under which it was read; 0 for one that is still to be put. */
  rev: number;
}

/** What a decision about a batch needs to know of it. */
export interface BatchFacts {
  /** Retailer ids of its items, in the order of its requests. */
  ids: readonly string[];
  tries: number;
  amb: number;
  /** How often it was cut already. */
  depth: number;
  /** Meta's word about items in the answer to the call. */
  errored: readonly ItemError[];
}

export const depthOf = ({ place }: Pick<StoredBatch, 'place'>): number => place.split('.').length - 1;

/** Terminal is final: a later verdict is ignored. A split batch ends in its children. */
export const isOver = ({ state }: Pick<StoredBatch, 'state'>): boolean =>
  state === 'settled' || state === 'unknown' || state === 'split';

export const isLeaf = ({ state }: Pick<StoredBatch, 'state'>): boolean => state !== 'split';
