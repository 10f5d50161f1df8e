import { DAY, epochMs, later } from '@catalog-sync/shared/catalog/instant.ts';
import { type SyncRef, syncId } from '@catalog-sync/shared/catalog/sync.ts';
import type { Alert } from '@catalog-sync/shared/records/alert.ts';
import { HandleRecord } from '@catalog-sync/shared/records/handle.ts';
import { SyncRecord, syncKey } from '@catalog-sync/shared/records/ingest.ts';
import { BreakerRecord, breakerKey } from '@catalog-sync/shared/records/publish.ts';
import { readRecord } from '@catalog-sync/shared/records/record.ts';
import * as t from 'io-ts';
import { readAlert } from './alerts.ts';
import { accessId, planHeldId, stalledAlert } from './domain/alert-texts.ts';
import { isStalled, whyItWaits } from './domain/stalled.ts';
import { HANDLES_DUE } from './follow-handle.ts';
import type { Outside } from './outside.ts';

/** publish counts them beside the facts that all may read; a breaker that a person's command made has none yet. */
const Setbacks = t.partial({ setbacks: t.number }, 'Setbacks');

/** More are not counted: an alert need not be exact. */
const MOST_HANDLES = 1000;

/**
 * The alert that an active sync has stalled; undefined while it is young enough. A sync that waited for a person (a decision,
 * a token) begins anew when that is over, or it would be told at once.
 */
export const stalledAlertOf = async (ref: SyncRef, planned: boolean, needs: Outside): Promise<Alert | undefined> => {
  const { ingest, publish, clock } = needs;
  const key = syncKey(ref);
  const openedAt = readRecord(SyncRecord, await ingest.get(key.pk, key.sk))?.value.openedAt;
  const now = clock.now();
  if (openedAt === undefined || !isStalled(openedAt, now)) return undefined;
  for (const id of [planHeldId(ref.catalog, syncId(ref)), accessId(ref.catalog)]) {
    const alert = (await readAlert(id, needs))?.value.alert;
    if (alert?.state === 'cleared' && !isStalled(alert.at, now)) return undefined;
  }
  const { pk, sk } = breakerKey(ref.catalog);
  const record = await publish.get(pk, sk);
  const breaker = readRecord(BreakerRecord, record)?.value;
  const waits = {
    planned,
    paused: breaker?.paused ?? false,
    rateUntil: epochMs(Math.max(breaker?.rateUntil ?? 0, breaker?.appUntil ?? 0)),
    setbacks: readRecord(Setbacks, record)?.value.setbacks ?? 0,
    asked: await handlesAsked(ref, needs),
  };
  return stalledAlert(ref.catalog, syncId(ref), openedAt, whyItWaits(waits, now), now);
};

/** A handle that is asked about is due, if not now, then when Meta lets us ask again. */
const handlesAsked = async ({ catalog, sync }: SyncRef, { table, clock }: Outside): Promise<number> => {
  const due = await table.due(HANDLES_DUE, later(clock.now(), DAY), MOST_HANDLES);
  return due.filter((record) => {
    const handle = readRecord(HandleRecord, record)?.value;
    return handle?.state === 'asking' && handle.catalog === catalog && handle.sync === sync;
  }).length;
};
