/** What transform keeps, as far as others read it. */
import * as t from 'io-ts';
import { EpochMs } from '../catalog/instant.ts';
import { Operation } from '../catalog/item.ts';
import { FileOrder, RowOrder } from '../catalog/order.ts';
import { type CatalogName, SyncNumber, type SyncRef } from '../catalog/sync.ts';
import { syncKey } from './ingest.ts';
import { orElse, orNull, orZero } from './record.ts';
import { machines } from './states.ts';

/** The fence: sync n is settled when `sync` ≥ n. No record: sync 0. */
export const Pointer = t.strict(
  {
    sync: SyncNumber,
    /** The `State` object; null while nothing was ever settled. */
    stateKey: orNull(t.string),
    /** When the next carried row may go; null when none is carried. */
    due: orNull(EpochMs),
    /** The `SyncReport` of sync `sync`, in the work bucket. */
    reportKey: orNull(t.string),
  },
  'Pointer',
);
export type Pointer = t.TypeOf<typeof Pointer>;
export const pointerKey = (catalog: CatalogName) => ({ pk: `pointer#${catalog}`, sk: 'pointer' });

/** pk `plan#<catalog>`, sk as of the sync. */
export const PlanRecord = t.strict(
  {
    state: t.keyof(machines.plan.states),
    /** Names what a person approves; the plan's key for a failed one is null. */
    hash: t.string,
    key: orNull(t.string),
    batches: t.number,
    items: t.number,
    risks: t.array(t.string),
    /** Who approved or discarded it, as that person's machine names them; null when nobody did or nobody is named. */
    decidedBy: orElse(orNull(t.string), null),
  },
  'PlanRecord',
);
export type PlanRecord = t.TypeOf<typeof PlanRecord>;
export const planKey = (ref: SyncRef) => ({ pk: `plan#${ref.catalog}`, sk: syncKey(ref).sk });

/** One of the state's partitions: an object of `shared/baseline/partition.ts`, and what everybody asks about it. */
export const StatePartition = t.strict(
  {
    /** Null: nothing is known of any of its products. */
    key: orNull(t.string),
    entries: t.number,
    /** Entries of products that Meta may hold as they were last sent. */
    live: t.number,
    /** Entries of products whose last request Meta refused. */
    refused: orZero(t.number),
    /** Entries of products of which nobody knows what Meta did with their last request. */
    unknown: orZero(t.number),
    carried: t.number,
    /** When the next carried row of it may go; null when none is carried. */
    due: orNull(EpochMs),
    /** The objects that its carried rows' items lie in. */
    objects: t.array(t.string),
  },
  'StatePartition',
);
export type StatePartition = t.TypeOf<typeof StatePartition>;

/** All that moves in the pointer's one write. */
export const State = t.strict(
  {
    sync: SyncNumber,
    /** There are 2^bits partitions: products by the top bits of the hash of their id. */
    bits: t.number,
    partitions: t.array(StatePartition),
    /** The order of the newest whole feed applied. */
    floor: orNull(FileOrder),
    /** The mapping from rows to items that fingerprints are seeded with; another one makes every product count as changed. */
    mapping: t.number,
    /** The keys of the states before that are still kept, the newest first. */
    before: t.array(t.string),
  },
  'State',
);
export type State = t.TypeOf<typeof State>;

/** One request of a batch, beside its bytes: what settling needs to know. */
export const BatchEntry = t.strict(
  {
    id: t.string,
    op: Operation,
    order: RowOrder,
    fingerprint: t.string,
    price: t.string,
    availability: t.string,
    asked: t.boolean,
    /** It came from the rows carried, not from a file of this sync. */
    wasCarried: t.boolean,
    syncs: t.number,
  },
  'BatchEntry',
);
export type BatchEntry = t.TypeOf<typeof BatchEntry>;

/** A batch as transform writes it: the exact JSON body in one object, what stands behind each request in another. */
export const PlannedBatch = t.strict(
  { batchId: t.string, bodyKey: t.string, entriesKey: t.string, items: t.number, bytes: t.number },
  'PlannedBatch',
);
export type PlannedBatch = t.TypeOf<typeof PlannedBatch>;

/** What is to happen to products, in numbers. */
const changes = { creates: t.number, updates: t.number, deletes: t.number };

/** One brand or category, as the rows name it; null: not known, as of a delete, which is an id alone. */
export const Group = t.strict({ name: orNull(t.string), ...changes }, 'Group');
export type Group = t.TypeOf<typeof Group>;

/** Changes by brand or by category: those of the most changed ones, and the sum over all others. */
export const Groups = t.strict({ top: t.array(Group), others: t.strict({ groups: t.number, ...changes }) }, 'Groups');
export type Groups = t.TypeOf<typeof Groups>;
export const noGroups: Readonly<Groups> = { top: [], others: { groups: 0, creates: 0, updates: 0, deletes: 0 } };

export const Sample = t.strict({
  id: t.string,
  kind: t.keyof({ create: null, update: null, delete: null }),
  /** As it was last sent; null when nothing was. */
  before: orNull(t.strict({ price: t.string, availability: t.string })),
  after: orNull(t.strict({ price: t.string, availability: t.string })),
});
export type Sample = t.TypeOf<typeof Sample>;

/** What makes a plan one that a person decides about: a count and its share of the products, both above their limits. */
export const Risk = t.strict({
  kind: t.keyof({ deletes: null, prices: null, 'out-of-stock': null }),
  share: t.number,
  count: t.number,
  /** That of the count. */
  limit: t.number,
  /** That of the share; 0 in a plan of the version before, which does not name it. */
  shareLimit: orZero(t.number),
});
export type Risk = t.TypeOf<typeof Risk>;

/** Rows by outcome. Landed = valid + rejected; valid = superseded + unchanged + accepted + errored + held + carried. */
export const RowCounts = t.strict({
  landed: t.number,
  valid: t.number,
  rejected: t.number,
  superseded: t.number,
  unchanged: t.number,
  accepted: t.number,
  errored: t.number,
  held: t.number,
  carried: t.number,
});
export type RowCounts = t.TypeOf<typeof RowCounts>;
export const noRows: Readonly<RowCounts> = {
  landed: 0,
  valid: 0,
  rejected: 0,
  superseded: 0,
  unchanged: 0,
  accepted: 0,
  errored: 0,
  held: 0,
  carried: 0,
};

/** What became of rows that had been carried into a sync; they count beside its own. */
export const CarriedCounts = t.strict({
  taken: t.number,
  superseded: t.number,
  unchanged: t.number,
  accepted: t.number,
  errored: t.number,
  carried: t.number,
});
export const noCarriedRows: Readonly<t.TypeOf<typeof CarriedCounts>> = {
  taken: 0,
  superseded: 0,
  unchanged: 0,
  accepted: 0,
  errored: 0,
  carried: 0,
};

export const Plan = t.strict(
  {
    sync: SyncNumber,
    hash: t.string,
    /** The key of the state that it was made from. */
    fromState: orNull(t.string),
    openedAt: EpochMs,
    batches: t.array(PlannedBatch),
    /**
     * The state that follows, but for what becomes of the batches: orders of unchanged products raised, all that is
     * carried on, the floor. Its partitions lie there already.
     */
    draft: State,
    /** Counts of file rows known at planning; accepted and errored are added by settling. */
    rows: RowCounts,
    /** Rows that had been carried into this sync: taken, and of these superseded, unchanged and carried on. */
    carriedRows: t.strict({
      taken: t.number,
      superseded: t.number,
      unchanged: t.number,
      errored: t.number,
      carried: t.number,
    }),
    /** Deletes that Meta refused before and that are not sent again for now. */
    withheld: orZero(t.number),
    /** Products by what is to happen to them, carried ones too; unchanged and rejected are file rows. */
    counts: t.strict({ ...changes, unchanged: t.number, rejected: orZero(t.number) }),
    brands: orElse(Groups, noGroups),
    categories: orElse(Groups, noGroups),
    risks: t.array(Risk),
    /** A few of each kind. */
    samples: t.array(Sample),
    /** `items_batch` calls for all that has no embargo, also for what is carried beyond this sync's bound. */
    calls: orZero(t.number),
    /** How long these take at least, at `callsPerHour`. */
    minutes: orZero(t.number),
    warnings: t.array(t.string),
  },
  'Plan',
);
export type Plan = t.TypeOf<typeof Plan>;

/** Products that a sync leaves in trouble, those of earlier syncs included. */
export const Troubled = t.strict(
  {
    /** Meta refused what was last sent of them. */
    refused: t.number,
    /** Nobody knows what Meta did with it. */
    unknown: t.number,
  },
  'Troubled',
);
export type Troubled = t.TypeOf<typeof Troubled>;

/** What a sync came to: the sync's `report.json`, and what `run --json` is made of. */
export const SyncReport = t.strict(
  {
    id: t.string,
    catalog: t.string,
    sync: SyncNumber,
    status: t.keyof({ settled: null, 'failed-validation': null, discarded: null }),
    openedAt: EpochMs,
    files: t.array(
      t.strict({
        key: t.string,
        versionId: t.string,
        outcome: t.keyof({ archived: null, refused: null }),
        landed: t.number,
        valid: t.number,
        rejected: t.number,
        why: orNull(t.string),
        /** The file's findings in the work bucket; null when there are none. */
        reportKey: orNull(t.string),
      }),
    ),
    rows: RowCounts,
    carriedRows: CarriedCounts,
    /** Deletes that Meta refused before and that were not sent again: their products are still there. */
    withheld: orZero(t.number),
    /** Null when the sync has not moved the state, or was settled by a version that did not count them. */
    troubled: orElse(orNull(Troubled), null),
    items: t.strict({ sent: t.number, deleted: t.number }),
    batches: t.array(t.strict({ batchId: t.string, handle: orNull(t.string), items: t.number, status: t.string })),
    /** Items that Meta refused or whose outcome is unknown, with Meta's own words. */
    errors: t.array(
      t.strict({ id: t.string, stage: t.string, code: orNull(t.string), message: t.string, remedy: t.string }),
    ),
    warnings: t.array(t.string),
    /** Those of the warnings that tell of files that are not what they say of themselves. */
    misdescribed: orElse(t.array(t.string), []),
  },
  'SyncReport',
);
export type SyncReport = t.TypeOf<typeof SyncReport>;
