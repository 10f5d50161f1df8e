/** What publish keeps, as far as others read it. */
import * as t from 'io-ts';
import { Handle } from '../catalog/handle.ts';
import { EpochMs } from '../catalog/instant.ts';
import { type CatalogName, type SyncRef, syncId } from '../catalog/sync.ts';
import { orNull, orZero } from './record.ts';
import { machines } from './states.ts';

/** pk and sk as of the sync (`syncKey`): put once all root batches are there. */
export const SendingRecord = t.strict(
  {
    state: t.keyof(machines.sending.states),
    /** The `Outcomes` in the work bucket, once settled. */
    outcomesKey: orNull(t.string),
  },
  'SendingRecord',
);
export type SendingRecord = t.TypeOf<typeof SendingRecord>;

export const BatchState = t.keyof(machines.batch.states);
export type BatchState = t.TypeOf<typeof BatchState>;

/** Why one item did not get through, in Meta's words and in ours. */
export const ItemError = t.strict(
  {
    id: t.string,
    /** Where it showed: in the answer to the call, in the handle's verdict, or in a call refused as a whole. */
    stage: t.keyof({ call: null, verdict: null, 'whole-call': null, unknown: null }),
    code: orNull(t.string),
    message: t.string,
    remedy: t.string,
  },
  'ItemError',
);
export type ItemError = t.TypeOf<typeof ItemError>;

/** One batch: pk `batches#<sync id>`, sk the batch id. */
export const BatchRecord = t.strict(
  {
    state: BatchState,
    /** The fence: grows with each claim. */
    attempt: t.number,
    /** Tries that count against the batch; throttle, dead token and pause do not. */
    tries: t.number,
    bodyKey: t.string,
    entriesKey: t.string,
    items: t.number,
    parent: orNull(t.string),
    /** Latest moment at which a POST of these items with unrecorded or untrusted outcome could have left; 0: none. */
    amb: EpochMs,
    /** While `sending`: the lease's end. */
    until: orNull(EpochMs),
    /** While `prepared`: not before. */
    notBefore: EpochMs,
    handle: orNull(Handle),
    submittedAt: orNull(EpochMs),
    /** Errors by the answer to the call, kept with the handle; by the verdict later. */
    errored: t.array(ItemError),
  },
  'BatchRecord',
);
export type BatchRecord = t.TypeOf<typeof BatchRecord>;
export const batchesOf = (ref: SyncRef): string => `batches#${syncId(ref)}`;
export const batchKey = (ref: SyncRef, batchId: string) => ({ pk: batchesOf(ref), sk: batchId });

/** Three independent facts: one field would let a late throttle answer end a pause. pk `breaker#<catalog>`. */
export const BreakerRecord = t.strict(
  {
    paused: t.boolean,
    /** No batch before this moment. */
    rateUntil: EpochMs,
    /** No call of any kind before this moment: Meta has throttled the app or its user as a whole. */
    appUntil: orZero(EpochMs),
    /** Why Meta does not let us in; null: it does. */
    auth: orNull(
      t.strict({
        code: t.number,
        subcode: orNull(t.number),
        since: EpochMs,
        secretVersion: t.string,
        message: t.string,
      }),
    ),
  },
  'BreakerRecord',
);
export type BreakerRecord = t.TypeOf<typeof BreakerRecord>;
export const breakerKey = (catalog: CatalogName) => ({ pk: `breaker#${catalog}`, sk: 'breaker' });

/** What became of one leaf batch; `places` of its items point into the root batches' entries by id. */
export const LeafOutcome = t.strict(
  {
    batchId: t.string,
    handle: orNull(t.string),
    status: t.keyof({ accepted: null, partly: null, refused: null, unknown: null }),
    bodyKey: t.string,
    entriesKey: t.string,
    items: t.number,
    amb: EpochMs,
    /** The items that Meta refused by its own word. In an unknown leaf every item not named here is unknown. */
    errored: t.array(ItemError),
  },
  'LeafOutcome',
);
export type LeafOutcome = t.TypeOf<typeof LeafOutcome>;

/** Frozen when each leaf is terminal. A leaf's entries object has the shape of transform's (`BatchEntry` per line). */
export const Outcomes = t.strict({ leaves: t.array(LeafOutcome) }, 'Outcomes');
export type Outcomes = t.TypeOf<typeof Outcomes>;
