import { type CatalogName, type SyncNumber, type SyncRef, syncId } from '@catalog-sync/shared/catalog/sync.ts';
import { HandleRecord, HandleVerdict, handleKey } from '@catalog-sync/shared/records/handle.ts';
import { SyncRecord, syncKey } from '@catalog-sync/shared/records/ingest.ts';
import { decodeStored, type Read, readRecord, readStoredJson } from '@catalog-sync/shared/records/record.ts';
import { Pointer, pointerKey, SyncReport } from '@catalog-sync/shared/records/transform.ts';
import { changeAlerts } from './alerts.ts';
import { type MetaWarning, planHeldId, stalledId, troublesOf, type Warned } from './domain/alert-texts.ts';
import { FileFindings, noneRejected, type Rejected, rejectedOf, type Share, shareOf } from './domain/rejected-rows.ts';
import { afterSync } from './domain/standing.ts';
import type { Outside } from './outside.ts';
import { putWatched, readWatched, type Watched } from './watched.ts';

/** Examines the syncs that have settled since the last look, in order; gives back how far that came. */
export const examineSettled = async (catalog: CatalogName, needs: Outside): Promise<Read<Watched>> => {
  const { pk, sk } = pointerKey(catalog);
  const pointer = readRecord(Pointer, await needs.transform.get(pk, sk))?.value;
  let watched = await readWatched(catalog, needs);
  while (pointer !== undefined && watched.value.examined < pointer.sync) {
    const next = await examine(catalog, watched, pointer, needs);
    if (next === undefined) break;
    watched = next;
  }
  return watched;
};

/**
 * Takes one settled sync into account: what it gives people to look at, what it shows to be over, and that it waits no
 * more. Undefined when its report cannot be found yet, or when somebody else was first: the next event or tick looks again.
 */
const examine = async (
  catalog: CatalogName,
  watched: Read<Watched>,
  pointer: Pointer,
  needs: Outside,
): Promise<Read<Watched> | undefined> => {
  const { ingest, work, clock } = needs;
  const ref: SyncRef = { catalog, sync: (watched.value.examined + 1) as SyncNumber };
  const { pk, sk } = syncKey(ref);
  const sync = readRecord(SyncRecord, await ingest.get(pk, sk));
  const reportKey = pointer.sync === ref.sync ? pointer.reportKey : sync?.value.reportKey;
  if (sync === undefined || !reportKey) return undefined;
  const report = await readStoredJson(SyncReport, work, reportKey);
  const [rejected, warned] = [await rejectedIn(report, needs), await warnedIn(report, needs)];
  const troubles = troublesOf(report, rejected, warned, sync.value.day, clock.now());
  const { standing, open, clear } = afterSync(watched.value.standing, report, troubles);
  const over = [planHeldId(catalog, syncId(ref)), stalledId(catalog, syncId(ref))];
  const next: Watched = { examined: ref.sync, standing };
  const changed = await changeAlerts({ open, clear: [...clear, ...over] }, putWatched(catalog, watched, next), needs);
  return changed ? { value: next, rev: watched.rev + 1 } : undefined;
};

/** What validate found in the rows that were set aside. An object that is gone leaves the counts of the report to compare. */
const rejectedIn = async ({ rows, files }: SyncReport, { work }: Outside): Promise<Rejected> => {
  if (rows.rejected === 0) return noneRejected;
  const found: Share[] = [];
  for (const { outcome, rejected, key, reportKey } of files) {
    if (outcome !== 'archived' || rejected === 0) continue;
    const body = reportKey === null ? undefined : await work.read(reportKey);
    if (body === undefined) found.push({ found: [`${key} ${rejected}`], counts: new Map() });
    else {
      const json: unknown = JSON.parse(new TextDecoder().decode(body));
      found.push(shareOf(decodeStored(FileFindings, json, `object ${reportKey}`)));
    }
  }
  return rejectedOf(found);
};

/** What Meta warned of in the handles of a sync's batches. */
const warnedIn = async (report: SyncReport, { table, work }: Outside): Promise<Warned> => {
  const listed: MetaWarning[] = [];
  let total = 0;
  for (const { batchId, handle } of report.batches) {
    if (handle === null) continue;
    const { pk, sk } = handleKey(batchId, handle);
    const record = readRecord(HandleRecord, await table.get(pk, sk));
    if (!record?.value.verdictKey) continue;
    const verdict = await readStoredJson(HandleVerdict, work, record.value.verdictKey);
    if (verdict.kind !== 'finished') continue;
    listed.push(...verdict.warnings);
    total += verdict.warningsTotal;
  }
  return { listed, total };
};
