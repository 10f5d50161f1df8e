import * as t from 'io-ts';
import { EpochMs } from '../catalog/instant.ts';
import type { CatalogName } from '../catalog/sync.ts';
import { BreakerRecord } from './publish.ts';
import { orZero } from './record.ts';

/** What monitor, which asks about handles, has learnt about asking: pk `access#<catalog>`. */
export const AccessRecord = t.strict(
  {
    /** Why Meta refused the last answer; null: it gave one. The shape is that of publish's breaker. */
    refused: BreakerRecord.type.props.auth,
    /** When it was refused last. */
    refusedAt: orZero(EpochMs),
    /** No question before this moment. */
    rateUntil: orZero(EpochMs),
    /** No call of any kind before this moment: Meta has throttled the app or its user as a whole. */
    appUntil: orZero(EpochMs),
    /** Throttled answers since the last one that was given. */
    setbacks: orZero(t.number),
  },
  'AccessRecord',
);
export type AccessRecord = t.TypeOf<typeof AccessRecord>;
export const accessKey = (catalog: CatalogName) => ({ pk: `access#${catalog}`, sk: 'access' });
