import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isProductFile } from '@catalog-sync/ingest/src/domain/landing.ts';
import { FileRecord } from '@catalog-sync/ingest/src/files.ts';
import type { SandboxInfo } from '@catalog-sync/sandbox/start.ts';
import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import { syncId } from '@catalog-sync/shared/catalog/sync.ts';
import { type Alert, alertKey, ignoredId } from '@catalog-sync/shared/records/alert.ts';
import { readRecord } from '@catalog-sync/shared/records/record.ts';
import type { Cloud } from '../cloud.ts';
import {
  type ActiveView,
  type CatalogView,
  type FinishedSync,
  type PlanView,
  refOf,
  viewActive,
  viewCatalog,
  viewFinished,
  viewHeld,
} from '../sync-view.ts';
import { failedFunctions } from './failed-functions.ts';
import { type RunResult, resultOf } from './result.ts';
import { sandboxNow } from './sandbox-now.ts';
import { plural, progress } from './say.ts';
import { refusal, waitsFor } from './waits-for.ts';

const LOOK_EVERY_MS = 200;
/** A look reads each batch of the sync, in a sandbox that has better things to do: looking takes a tenth of its time at most. */
const SHARE_FOR_LOOKING = 0.1;
const LOOK_EVERY_MS_AT_LEAST = 5_000;

/** How long to wait after a look that took so long. */
export const waitAfter = (lookMs: number): number =>
  Math.min(Math.max(LOOK_EVERY_MS, lookMs / SHARE_FOR_LOOKING - lookMs), LOOK_EVERY_MS_AT_LEAST);

export interface Ended {
  kind: 'settled' | 'stuck';
  why: string;
  result: RunResult;
  finished: FinishedSync[];
  /** The plan that waits for a person, if one does. */
  held: PlanView | undefined;
}

/**
 * Lands what `land` lands, and follows the catalog until its files are put away, no sync is active and none is due; or
 * until a person is needed, or time is out. Nothing that it does changes what happens.
 */
export const follow = async (
  catalog: CatalogName,
  info: SandboxInfo,
  cloud: Cloud,
  timeoutMs: number,
  land: () => Promise<string[]>,
): Promise<Ended> => {
  const before = await viewCatalog(catalog, cloud);
  const first = before.active === 0 ? before.last + 1 : before.active;
  const alertsBefore = new Set((await alertFiles(info)).map(({ name }) => name));
  const deadline = Date.now() + timeoutMs;
  const keys = await land();
  const tell = teller();
  if (before.auth !== null)
    progress.line(`${refusal(before.auth)}: so it was before this run; waiting for the next look`);
  if (before.paused) progress.line(`${catalog} is paused: nothing is sent until \`catalog-sync resume\``);

  for (;;) {
    const lookedAt = performance.now();
    const now = await viewCatalog(catalog, cloud);
    const active = now.active === 0 ? null : await viewActive(refOf(catalog, now.active), cloud);
    if (active !== null) tell(syncId(refOf(catalog, now.active)), active);
    const clock = await sandboxNow(info);
    const stop = await reasonToStop(now, before, keys, catalog, cloud, clock);
    const late = Date.now() > deadline;
    if (stop !== undefined || late) {
      const finished: FinishedSync[] = [];
      for (let sync = first; sync <= now.last; sync += 1) {
        const one = await viewFinished(refOf(catalog, sync), cloud);
        if (one) finished.push(one);
      }
      const held = now.active === 0 ? undefined : await viewHeld(refOf(catalog, now.active), cloud);
      const since = (await alertFiles(info)).filter(({ name }) => !alertsBefore.has(name));
      const alerts = since.filter((one) => concerns(catalog, one)).map(({ alert }) => alert);
      const result = resultOf(finished, held, alerts);
      const reasons = stop === undefined ? [...waitsFor(now, active, clock), ...(await failedFunctions(info))] : [];
      const blocked = reasons.length === 0 ? '' : ` (${reasons.join('; ')})`;
      const why =
        stop?.why ??
        `not settled after ${Math.round(timeoutMs / 1000)} s${blocked}: all is kept, the next start on this folder goes on`;
      return { kind: stop?.kind ?? 'stuck', why, result, finished, held };
    }
    await new Promise((resolve) => setTimeout(resolve, waitAfter(performance.now() - lookedAt)));
  }
};

/**
 * Everything is done, or a person is needed; undefined while there is something to wait for. A refusal from before this
 * run is no reason: what it was about may be mended, and publish looks at it again.
 */
const reasonToStop = async (
  view: CatalogView,
  before: CatalogView,
  keys: readonly string[],
  catalog: CatalogName,
  cloud: Cloud,
  clock: number,
): Promise<{ kind: 'settled' | 'stuck'; why: string } | undefined> => {
  if (view.auth !== null && view.authRev !== before.authRev) {
    return { kind: 'stuck', why: `${refusal(view.auth)}. All is kept; mend it and start again on this folder.` };
  }
  if (view.active !== 0) {
    const held = await viewHeld(refOf(catalog, view.active), cloud);
    if (held === undefined) return undefined;
    return keys.length > 0 && view.active === before.active
      ? { kind: 'stuck', why: `${held.id} was held before this run: what was landed waits until its plan is decided` }
      : { kind: 'settled', why: 'the plan is held' };
  }
  if (view.due !== null && view.due <= clock) return undefined;
  if (view.examined < view.last || !(await allPutAway(keys, catalog, cloud))) return undefined;
  for (let sync = view.last; sync > 0 && sync > view.last - 3; sync -= 1) {
    if ((await viewFinished(refOf(catalog, sync), cloud)) === undefined) return undefined;
  }
  return { kind: 'settled', why: '' };
};

/**
 * Every version of the landed keys has been noted by ingest and has left the landing zone. What is no product file stays:
 * people have been told of it.
 */
const allPutAway = async (keys: readonly string[], catalog: CatalogName, cloud: Cloud): Promise<boolean> => {
  for (const key of keys) {
    if (!isProductFile(key)) {
      const { pk, sk } = alertKey(ignoredId(catalog, key));
      if ((await cloud.monitor.get(pk, sk)) === undefined) return false;
      continue;
    }
    let noted = 0;
    for await (const record of cloud.ingest.query(`file#${catalog}`, `${key}#`)) {
      noted += 1;
      if (readRecord(FileRecord, record)?.value.state !== 'archived') return false;
    }
    if (noted === 0 || (await cloud.landing.head(key)) !== undefined) return false;
  }
  return true;
};

/** Tells what is new about a sync, once: files, then the plan, then each batch as its state changes. */
const teller = () => {
  const told = new Set<string>();
  const once = (line: string): void => {
    if (!told.has(line)) progress.line(line);
    told.add(line);
  };
  return (id: string, { files, plan, batches }: ActiveView): void => {
    once(`${id}: opened over ${plural(files, 'file')}`);
    if (plan)
      once(`${id}: plan ${plan.state}, ${plural(plan.items, 'item')} in ${plural(plan.batches, 'batch', 'batches')}`);
    for (const { batchId, items, handle, status } of batches) {
      once(
        `${batchId}: ${plural(items, 'item')} ${status}${handle === null ? '' : `, handle ${handle.slice(0, 12)}…`}`,
      );
    }
  };
};

interface AlertFile {
  name: string;
  catalog: string;
  alert: { kind: string; state: string; subject: string };
}

/** A parked event may be anybody's: nobody could read whose. */
export const concerns = (
  catalog: CatalogName,
  { catalog: about, alert }: Pick<AlertFile, 'catalog' | 'alert'>,
): boolean => about === catalog || alert.kind === 'event-parked';

/** The alerts in the sandbox's outbox, oldest first. */
const alertFiles = async ({ outboxDir }: SandboxInfo): Promise<AlertFile[]> => {
  const names = (await readdir(outboxDir).catch(() => [])).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(
    names.map(async (name) => {
      const { catalog, kind, state, subject } = JSON.parse(await readFile(join(outboxDir, name), 'utf8')) as Alert;
      return { name, catalog, alert: { kind, state, subject } };
    }),
  );
};
