import { type CatalogName, type SyncNumber, type SyncRef, syncId } from '@catalog-sync/shared/catalog/sync.ts';
import type { Hint } from '@catalog-sync/shared/events/decode.ts';
import { FileIgnored } from '@catalog-sync/shared/events/index.ts';
import { HandleRecord, HandleVerdict, handleKey } from '@catalog-sync/shared/records/handle.ts';
import { CatalogRecord, catalogKey, ignoredKey, SyncRecord, syncKey } from '@catalog-sync/shared/records/ingest.ts';
import { BreakerRecord, breakerKey } from '@catalog-sync/shared/records/publish.ts';
import { readRecord, readStoredJson } from '@catalog-sync/shared/records/record.ts';
import { PlanRecord, Pointer, pointerKey, SyncReport } from '@catalog-sync/shared/records/transform.ts';
import * as t from 'io-ts';
import { refusedAccess } from './access.ts';
import { clearAlert, openAlert } from './alerts.ts';
import {
  accessAlert,
  accessId,
  ignoredAlert,
  type MetaWarning,
  planHeldAlert,
  planHeldId,
  syncAlerts,
} from './domain/alert-texts.ts';
import type { Outside } from './outside.ts';

/** How far this catalog's settled syncs have been looked at. */
const WatchRecord = t.strict({ examined: t.number }, 'WatchRecord');
const watchKey = (catalog: CatalogName) => ({ pk: `watch#${catalog}`, sk: 'watch' });

/**
 * Opens and clears a catalog's alerts by what the tables say, whatever the event said: each settled sync is examined
 * once, in order; a held plan and refused access are alerts while they last.
 */
export const watchCatalog = async (catalog: CatalogName, hint: Hint | null, needs: Outside): Promise<void> => {
  if (hint?.name === FileIgnored.name) await watchIgnored(catalog, hint, needs);
  await examineSettled(catalog, needs);
  await watchPlan(catalog, needs);
  await watchAccess(catalog, needs);
};

const examineSettled = async (catalog: CatalogName, needs: Outside): Promise<void> => {
  const { table, transform } = needs;
  const { pk, sk } = pointerKey(catalog);
  const pointer = readRecord(Pointer, await transform.get(pk, sk));
  if (pointer === undefined) return;
  const own = watchKey(catalog);
  const seen = readRecord(WatchRecord, await table.get(own.pk, own.sk));
  let rev = seen?.rev ?? 0;
  for (let sync = (seen?.value.examined ?? 0) + 1; sync <= pointer.value.sync; sync += 1) {
    const ref = { catalog, sync: sync as SyncNumber };
    const done = await examine(ref, pointer.value, needs);
    if (!done || !(await table.write([{ kind: 'put', rev, record: { ...own, examined: sync } }]))) return;
    rev += 1;
  }
};

/** Raises the alerts of one settled sync. False when its report cannot be found yet: the next event or tick looks again. */
const examine = async (ref: SyncRef, pointer: Pointer, needs: Outside): Promise<boolean> => {
  const { ingest, work, clock } = needs;
  const { pk, sk } = syncKey(ref);
  const sync = readRecord(SyncRecord, await ingest.get(pk, sk));
  const reportKey = pointer.sync === ref.sync ? pointer.reportKey : sync?.value.reportKey;
  if (sync === undefined || !reportKey) return false;
  const report = await readStoredJson(SyncReport, work, reportKey);
  const warnings = await warningsOf(report, needs);
  for (const alert of syncAlerts(report, warnings, sync.value.day, clock.now())) await openAlert(alert, needs);
  await clearAlert(planHeldId(ref.catalog, syncId(ref)), needs);
  return true;
};

/** What Meta warned of in the handles of a sync's batches. */
const warningsOf = async (report: SyncReport, { table, work }: Outside): Promise<MetaWarning[]> => {
  const warnings: MetaWarning[] = [];
  for (const { batchId, handle } of report.batches) {
    if (handle === null) continue;
    const { pk, sk } = handleKey(batchId, handle);
    const record = readRecord(HandleRecord, await table.get(pk, sk));
    if (!record?.value.verdictKey) continue;
    const verdict = await readStoredJson(HandleVerdict, work, record.value.verdictKey);
    if (verdict.kind === 'finished') warnings.push(...verdict.warnings);
  }
  return warnings;
};

const watchPlan = async (catalog: CatalogName, needs: Outside): Promise<void> => {
  const key = catalogKey(catalog);
  const active = readRecord(CatalogRecord, await needs.ingest.get(key.pk, key.sk))?.value.active ?? 0;
  if (active === 0) return;
  const ref = { catalog, sync: active as SyncNumber };
  const plan = readRecord(PlanRecord, await needs.transform.get(`plan#${catalog}`, syncKey(ref).sk));
  if (plan?.value.state === 'held') {
    await openAlert(planHeldAlert(catalog, syncId(ref), plan.value, needs.clock.now()), needs);
  } else await clearAlert(planHeldId(catalog, syncId(ref)), needs);
};

const watchAccess = async (catalog: CatalogName, needs: Outside): Promise<void> => {
  const { pk, sk } = breakerKey(catalog);
  const breaker = readRecord(BreakerRecord, await needs.publish.get(pk, sk));
  const auth = breaker?.value.auth ?? (await refusedAccess(catalog, needs));
  if (auth === null) await clearAlert(accessId(catalog), needs);
  else await openAlert(accessAlert(catalog, auth, needs.clock.now()), needs);
};

/** The event's word is checked against ingest's mark before anybody is told. */
const watchIgnored = async (catalog: CatalogName, hint: Hint, needs: Outside): Promise<void> => {
  const data = FileIgnored.data.decode(hint.data);
  if (data._tag === 'Left') return;
  const { pk, sk } = ignoredKey(catalog, data.right.key);
  if ((await needs.ingest.get(pk, sk)) !== undefined)
    await openAlert(ignoredAlert(catalog, sk, needs.clock.now()), needs);
};
