import { isProductFile } from '@catalog-sync/ingest/src/domain/landing.ts';
import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import { syncId } from '@catalog-sync/shared/catalog/sync.ts';
import { CatalogRecord, catalogKey } from '@catalog-sync/shared/records/ingest.ts';
import { readRecord } from '@catalog-sync/shared/records/record.ts';
import { Pointer, pointerKey } from '@catalog-sync/shared/records/transform.ts';
import { readSettings } from '@catalog-sync/shared/settings.ts';
import { type Kept, openKept } from '../../kept.ts';
import { type PlanPicture, planLines } from '../../plan-text.ts';
import { findingsOf, nothingPlanned } from '../../rehearsal/findings.ts';
import { type Baseline, rehearse } from '../../rehearsal/rehearse.ts';
import { refOf, viewPlan } from '../../sync-view.ts';
import { catchSignals } from '../catch-signals.ts';
import { configuration } from '../configuration.ts';
import { EXIT } from '../exit.ts';
import type { Flags } from '../parse.ts';
import { printable, progress } from '../say.ts';
import { landingKey, landingMetadata, mustBeFile } from './run.ts';

/** Tells what a sync would do, or was about to do. Lands nothing, sends nothing, opens no sync. */
export const plan = async (files: readonly string[], flags: Flags): Promise<number> => {
  await Promise.all(files.map(mustBeFile));
  const kept = await openKept(flags);
  const signals = catchSignals('stopped: nothing was landed or sent');
  try {
    const planned = flags.sync === null ? planFiles(files, kept, flags) : planOfSync(flags.sync, kept, flags);
    return await Promise.race([planned, signals.stopped]);
  } finally {
    await kept.close();
    signals.release();
  }
};

const planFiles = async (files: readonly string[], kept: Kept, flags: Flags): Promise<number> => {
  const { config } = await configuration(flags, process.env);
  const catalog = flags.catalog as CatalogName;
  const uploads = files.map((path, place) => ({
    key: landingKey(path, place + 1, flags),
    path,
    metadata: landingMetadata(place + 1, files.length, flags),
  }));
  const rehearsed = await rehearse(catalog, uploads, await baselineOf(catalog, kept), readSettings(config.catalogs));
  const strays = uploads.filter(({ key }) => !isProductFile(key)).map(({ path }) => path);
  const picture = rehearsed.plan ?? nothingPlanned(rehearsed.validation);
  const findings = findingsOf(rehearsed.validation, new Map(uploads.map(({ key, path }) => [key, path])), strays);
  if (flags.json) print({ ...pictured(picture), findings });
  else tell([...planLines(picture), ...findings]);
  const said = picture.risks.length + picture.warnings.length + findings.length;
  return said > 0 ? EXIT.findings : EXIT.done;
};

const baselineOf = async (catalog: CatalogName, { cloud, now }: Kept): Promise<Baseline> => {
  if (cloud === null) {
    progress.line('nothing was ever synced here: the plan is that of a first sync');
    return { pointer: null, asks: [], work: null, now };
  }
  const [at, of] = [pointerKey(catalog), catalogKey(catalog)];
  const pointer = readRecord(Pointer, await cloud.transform.get(at.pk, at.sk))?.value ?? null;
  const record = readRecord(CatalogRecord, await cloud.ingest.get(of.pk, of.sk))?.value;
  if (record !== undefined && record.active > (pointer?.sync ?? 0))
    progress.line(`${syncId(refOf(catalog, record.active))} is on its way: the plan is made as if it changed nothing`);
  return { pointer, asks: record?.asks ?? [], work: cloud.work, now };
};

/** The plan that a sync has stored. */
const planOfSync = async (sync: number, { cloud }: Kept, flags: Flags): Promise<number> => {
  const ref = refOf(flags.catalog as CatalogName, sync);
  const view = cloud === null ? undefined : await viewPlan(ref, cloud);
  if (view === undefined) throw new Error(`there is no plan of ${syncId(ref)}`);
  const { id, state, plan: stored } = view;
  if (flags.json) print({ id, state, plan: stored.hash, ...pictured(stored) });
  else tell([`${id}: ${state}, plan ${stored.hash}`, ...planLines(stored)]);
  return state === 'held' ? EXIT.findings : EXIT.done;
};

/** As `--json` gives it: the counts, flat, and all that is kept of the rest. */
const pictured = ({ counts, calls, risks, samples, minutes, brands, categories, warnings }: PlanPicture) => ({
  ...counts,
  calls,
  risks,
  samples,
  minutes,
  brands,
  categories,
  warnings,
});

const print = (told: object): void => void process.stdout.write(`${JSON.stringify(told)}\n`);
const tell = (lines: readonly string[]): void =>
  void process.stdout.write(lines.map((line) => `${printable(line)}\n`).join(''));
