import * as t from 'io-ts';
import { Handle } from '../catalog/handle.ts';
import { EpochMs } from '../catalog/instant.ts';
import { orNull, orZero } from './record.ts';
import { machines } from './states.ts';

/** How a handle may end without a verdict about its items. */
export const HandleEnd = t.keyof({ error: null, canceled: null, lost: null, stuck: null }, 'HandleEnd');
export type HandleEnd = t.TypeOf<typeof HandleEnd>;

/** One message of Meta about one item, as given. Verdicts of versions before have no type. */
export const ItemMessage = t.exact(
  t.intersection([t.type({ id: t.string, message: t.string }), t.partial({ type: orNull(t.string) })]),
  'ItemMessage',
);
export type ItemMessage = t.TypeOf<typeof ItemMessage>;

/** What Meta said in the end about a handle. The totals may exceed the lists, which are samples. */
export const HandleVerdict = t.union([
  t.strict({
    kind: t.literal('finished'),
    errors: t.array(ItemMessage),
    errorsTotal: t.number,
    warnings: t.array(ItemMessage),
    /** 0 in verdicts of versions before. */
    warningsTotal: orZero(t.number),
    invalidIds: t.array(t.string),
  }),
  t.strict({ kind: HandleEnd }),
]);
export type HandleVerdict = t.TypeOf<typeof HandleVerdict>;

/**
 * monitor's record of a handle: pk `handle#<batchId>`, sk `<handle>`.
 * The verdict lies in the work bucket (write-once), for an error list can be long.
 */
export const HandleRecord = t.strict(
  {
    state: t.keyof(machines.handle.states),
    catalog: t.string,
    sync: t.number,
    batchId: t.string,
    handle: Handle,
    items: t.number,
    since: EpochMs,
    /** How often it was asked about. */
    asked: t.number,
    end: orNull(t.union([t.literal('finished'), HandleEnd])),
    verdictKey: orNull(t.string),
  },
  'HandleRecord',
);
export type HandleRecord = t.TypeOf<typeof HandleRecord>;
export const handleKey = (batchId: string, handle: string) => ({ pk: `handle#${batchId}`, sk: handle });
