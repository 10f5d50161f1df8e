import { type CatalogName, type SyncNumber, type SyncRef, syncId } from '@catalog-sync/shared/catalog/sync.ts';
import type { Hint } from '@catalog-sync/shared/events/decode.ts';
import { FileIgnored } from '@catalog-sync/shared/events/index.ts';
import { CatalogRecord, catalogKey, ignoredKey, syncKey } from '@catalog-sync/shared/records/ingest.ts';
import { BreakerRecord, breakerKey } from '@catalog-sync/shared/records/publish.ts';
import { type Read, readRecord } from '@catalog-sync/shared/records/record.ts';
import { PlanRecord } from '@catalog-sync/shared/records/transform.ts';
import { refusedAccess } from './access.ts';
import { clearAlert, openAlert, openOnce, sayAgain } from './alerts.ts';
import { accessAlert, accessId, ignoredAlert, planHeldAlert, planHeldId } from './domain/alert-texts.ts';
import { examineSettled } from './examine-settled.ts';
import type { Outside } from './outside.ts';
import { stalledAlertOf } from './stalled-sync.ts';
import { sameWatched, type Watched } from './watched.ts';

/**
 * Opens and clears a catalog's alerts by what the tables say, whatever the event said: each settled sync is examined
 * once, in order; a held plan, refused access and a sync that does not settle are alerts while they last.
 */
export const watchCatalog = async (catalog: CatalogName, hint: Hint | null, needs: Outside): Promise<void> => {
  if (hint?.name === FileIgnored.name) await watchIgnored(catalog, hint, needs);
  const watched = await examineSettled(catalog, needs);
  const isTick = hint === null;
  const active = await watchActive(catalog, watched, isTick, needs);
  const isRefused = await watchAccess(catalog, isTick, needs);
  // The tick alone looks at what only time brings about: an event more or less must not tell people more or less.
  if (!isTick) return;
  if (active !== undefined && !active.isHeld && !isRefused) await watchStalled(active, watched, needs);
  for (const { id } of Object.values(watched.value.standing)) await sayAgain(id, needs);
};

interface Active {
  ref: SyncRef;
  planned: boolean;
  isHeld: boolean;
}

/** A held plan is an alert until somebody has decided. Gives the active sync, unless it has settled and was examined. */
const watchActive = async (
  catalog: CatalogName,
  watched: Read<Watched>,
  isTick: boolean,
  needs: Outside,
): Promise<Active | undefined> => {
  const key = catalogKey(catalog);
  const sync = readRecord(CatalogRecord, await needs.ingest.get(key.pk, key.sk))?.value.active ?? 0;
  if (sync <= watched.value.examined) return undefined;
  const ref = { catalog, sync: sync as SyncNumber };
  const plan = readRecord(PlanRecord, await needs.transform.get(`plan#${catalog}`, syncKey(ref).sk))?.value;
  const isHeld = plan?.state === 'held';
  if (isHeld) {
    const alert = planHeldAlert(catalog, syncId(ref), plan, needs.clock.now());
    await openOnce(alert, sameWatched(catalog, watched), needs);
    if (isTick) await sayAgain(alert.id, needs, alert);
  } else await clearAlert(planHeldId(catalog, syncId(ref)), needs);
  return { ref, planned: plan !== undefined, isHeld };
};

/** True while Meta does not let us in. */
const watchAccess = async (catalog: CatalogName, isTick: boolean, needs: Outside): Promise<boolean> => {
  const { pk, sk } = breakerKey(catalog);
  const breaker = readRecord(BreakerRecord, await needs.publish.get(pk, sk));
  const auth = breaker?.value.auth ?? (await refusedAccess(catalog, needs));
  if (auth === null) {
    await clearAlert(accessId(catalog), needs);
    return false;
  }
  const alert = accessAlert(catalog, auth, needs.clock.now());
  await openAlert(alert, needs);
  if (isTick) await sayAgain(alert.id, needs, alert);
  return true;
};

/** Refused access and a held plan are why a sync does not settle, and are told already. */
const watchStalled = async ({ ref, planned }: Active, watched: Read<Watched>, needs: Outside): Promise<void> => {
  const alert = await stalledAlertOf(ref, planned, needs);
  if (alert === undefined) return;
  await openOnce(alert, sameWatched(ref.catalog, watched), needs);
  await sayAgain(alert.id, needs, alert);
};

/** The event's word is checked against ingest's mark before anybody is told. */
const watchIgnored = async (catalog: CatalogName, hint: Hint, needs: Outside): Promise<void> => {
  const data = FileIgnored.data.decode(hint.data);
  if (data._tag === 'Left') return;
  const { pk, sk } = ignoredKey(catalog, data.right.key);
  if ((await needs.ingest.get(pk, sk)) !== undefined)
    await openAlert(ignoredAlert(catalog, sk, needs.clock.now()), needs);
};
