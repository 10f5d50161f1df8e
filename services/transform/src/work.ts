import { HOUR, later, MINUTE } from '@catalog-sync/shared/catalog/instant.ts';
import { type CatalogName, previousSync, type SyncNumber, type SyncRef } from '@catalog-sync/shared/catalog/sync.ts';
import { say } from '@catalog-sync/shared/events/define.ts';
import { PlanHeld, ProductsTransformed, SyncSettled } from '@catalog-sync/shared/events/index.ts';
import type { Draft } from '@catalog-sync/shared/ports/table.ts';
import { openAtWork } from '@catalog-sync/shared/records/at-work.ts';
import { CatalogRecord, catalogKey, SyncRecord, syncKey } from '@catalog-sync/shared/records/ingest.ts';
import { SendingRecord } from '@catalog-sync/shared/records/publish.ts';
import { type Read, readRecord } from '@catalog-sync/shared/records/record.ts';
import { pointerMayMove } from '@catalog-sync/shared/records/states.ts';
import { PlanRecord, Pointer, pointerKey } from '@catalog-sync/shared/records/transform.ts';
import { transition } from '@catalog-sync/shared/records/transition.ts';
import { ValidationRecord } from '@catalog-sync/shared/records/validate.ts';
import { clearAway } from './clear-away.ts';
import { makePlan, readInputs, readPlan, rowsOf } from './make-plan.ts';
import type { Outside } from './outside.ts';
import { settlePlanned, settleUnchanged } from './settle-sync.ts';

/** The kind of work that the sweep looks for. */
export const PLANS_DUE = 'plan';

const SAY_AGAIN_MS = MINUTE;
const NO_STATE: Pointer = { sync: 0 as SyncNumber, stateKey: null, due: null, reportKey: null };

/**
 * Takes sync n of a catalog from wherever the tables say it stands to wherever it can go now: plan it, say so, settle
 * it, say so. An event and the sweep call this alike, any number of times; `cause` is only told on.
 */
export const workOn = async (ref: SyncRef, cause: string | null, needs: Outside): Promise<void> => {
  const { table, ingest, clock, bus } = needs;
  if (ref.sync === 0) return;
  const pointer = await readPointer(ref.catalog, needs);
  const plan = readRecord(PlanRecord, await table.get(...planKey(ref)));

  if (pointer.value.sync >= ref.sync) {
    const catalog = readRecord(CatalogRecord, await ingest.get(...keyPair(catalogKey(ref.catalog))));
    if (catalog?.value.active !== ref.sync || pointer.value.sync !== ref.sync) return close(ref, plan, needs);
    await sayAgainLater(ref, plan, needs, SAY_AGAIN_MS);
    const key = pointer.value.stateKey ?? '';
    return bus.say([say(SyncSettled, ref, { key }, { cause, at: clock.now() })]);
  }
  if (pointer.value.sync !== previousSync(ref.sync)) return;

  if (plan !== undefined) return goOn(ref, plan, pointer, cause, needs);
  if (await putPlan(ref, pointer.value, needs)) await workOn(ref, cause, needs);
};

/** Makes the plan of a validated sync, or notes that there is none to make. False when there is nothing to work on yet. */
const putPlan = async (ref: SyncRef, pointer: Pointer, needs: Outside): Promise<boolean> => {
  const { table, ingest, validate, clock, log, settings } = needs;
  const key = syncKey(ref);
  const sync = readRecord(SyncRecord, await ingest.get(key.pk, key.sk));
  const validated = readRecord(ValidationRecord, await validate.get(key.pk, key.sk));
  const catalog = settings[ref.catalog];
  if (sync === undefined || validated === undefined) return false;
  if (catalog === undefined) throw new Error(`the settings do not know the catalog ${ref.catalog}`);

  const [pk, sk] = planKey(ref);
  const put = (record: PlanRecord) =>
    table.write([transition('plan', undefined, { pk, sk, ...record, ...due(later(clock.now(), SAY_AGAIN_MS)) })]);
  if (validated.value.state === 'failed') {
    await put({ state: 'failed', hash: '', key: null, batches: 0, items: 0, risks: [], decidedBy: null });
    return true;
  }
  const inputs = await readInputs(validated.value, pointer, needs.work);
  const goesOn = await openAtWork('planning', ref, rowsOf(inputs), needs);
  if (goesOn === undefined) return false;
  const made = await unlessSettled(ref, needs, () => makePlan(ref, sync.value, inputs, catalog, needs, goesOn));
  if (made === undefined) return true;
  const { plan, key: planObject } = made;
  const risks = plan.risks.map(({ kind }) => kind);
  const items = plan.batches.reduce((sum, batch) => sum + batch.items, 0);
  const state = risks.length > 0 ? 'held' : 'planned';
  await put({ state, hash: plan.hash, key: planObject, batches: plan.batches.length, items, risks, decidedBy: null });
  log.info('planned', { sync: ref.sync, catalog: ref.catalog, state, batches: plan.batches.length, items });
  return true;
};

/** A plan stands: hold it, hand it to publish, or settle. */
const goOn = async (
  ref: SyncRef,
  plan: Read<PlanRecord>,
  pointer: Read<Pointer>,
  cause: string | null,
  needs: Outside,
): Promise<void> => {
  const { bus, clock, publish } = needs;
  const { state, key, batches, items, risks } = plan.value;
  const said = { cause, at: clock.now() };
  if (state === 'held') {
    const again = await backOff(ref, needs);
    await sayAgainLater(ref, plan, needs, again);
    return bus.say([say(PlanHeld, ref, { key: key ?? '', risks }, said)]);
  }
  if (state === 'failed' || state === 'discarded' || batches === 0)
    return settleAndSay(ref, plan.value, null, pointer, cause, needs);
  const at = syncKey(ref);
  const sending = readRecord(SendingRecord, await publish.get(at.pk, at.sk));
  if (sending?.value.state === 'settled') {
    return settleAndSay(ref, plan.value, sending.value.outcomesKey, pointer, cause, needs);
  }
  await sayAgainLater(ref, plan, needs, SAY_AGAIN_MS);
  return bus.say([say(ProductsTransformed, ref, { key: key ?? '', batches, items }, said)]);
};

/** Writes the next state whole, then moves the pointer in one conditional write; whoever loses reads what the winner wrote. */
const settleAndSay = async (
  ref: SyncRef,
  plan: PlanRecord,
  outcomesKey: string | null,
  pointer: Read<Pointer>,
  cause: string | null,
  needs: Outside,
): Promise<void> => {
  const { table, ingest, validate, work, settings, log } = needs;
  const at = syncKey(ref);
  const sync = readRecord(SyncRecord, await ingest.get(at.pk, at.sk));
  const validated = readRecord(ValidationRecord, await validate.get(at.pk, at.sk));
  const catalog = settings[ref.catalog];
  if (sync === undefined || validated === undefined || catalog === undefined) {
    throw new Error(`the sync, its validation or its settings are missing: ${ref.catalog} ${ref.sync}`);
  }
  const made = plan.key === null || plan.state === 'failed' ? null : await readPlan(work, plan.key);
  const products = made?.draft.partitions.reduce((sum, { entries, carried }) => sum + entries + carried, 0) ?? 0;
  const goesOn = await openAtWork('settling', ref, products + plan.items, needs);
  if (goesOn === undefined) return;
  const settle = (): Promise<Pointer> =>
    made === null || plan.state === 'discarded'
      ? settleUnchanged(
          ref,
          sync.value,
          validated.value.key,
          plan.state === 'discarded' ? 'discarded' : 'failed-validation',
          pointer.value,
          work,
          plan.decidedBy,
        )
      : settlePlanned(ref, sync.value, validated.value.key, made, outcomesKey, catalog, needs, goesOn);
  const next = await unlessSettled(ref, needs, settle);
  if (next === undefined) return workOn(ref, cause, needs);
  if (!pointerMayMove(pointer.value.sync, next.sync)) {
    throw new Error(`the pointer of ${ref.catalog} may not go from ${pointer.value.sync} to ${next.sync}`);
  }
  const moved = await table.write([{ kind: 'put', rev: pointer.rev, record: { ...pointerKey(ref.catalog), ...next } }]);
  log.info('settled', { catalog: ref.catalog, sync: ref.sync, moved, state: next.stateKey });
  await workOn(ref, cause, needs);
  // Said first: what is left lying costs less than a sync that waits.
  if (moved) await clearAway(work, validated.value.key, made, next.stateKey);
};

/**
 * Whoever is overtaken may find that what it reads was cleared away: that is no error once the others have settled the
 * sync. Undefined then.
 */
const unlessSettled = async <A>(ref: SyncRef, needs: Outside, work: () => Promise<A>): Promise<A | undefined> => {
  try {
    return await work();
  } catch (error) {
    if ((await readPointer(ref.catalog, needs)).value.sync < ref.sync) throw error;
    return undefined;
  }
};

const readPointer = async (catalog: CatalogName, { table }: Outside): Promise<Read<Pointer>> =>
  readRecord(Pointer, await table.get(...keyPair(pointerKey(catalog)))) ?? { value: NO_STATE, rev: 0 };

const keyPair = ({ pk, sk }: { pk: string; sk: string }): [string, string] => [pk, sk];
const planKey = (ref: SyncRef): [string, string] => [`plan#${ref.catalog}`, syncKey(ref).sk];
const due = (dueAt: number) => ({ dueOf: PLANS_DUE, dueAt });

/** Keeps the plan in the index of what is due; losing this write is fine, for the winner keeps it too. */
const sayAgainLater = async (
  ref: SyncRef,
  plan: Read<PlanRecord> | undefined,
  needs: Outside,
  ms: number,
): Promise<void> => {
  if (plan === undefined) return;
  const [pk, sk] = planKey(ref);
  const waited = { saidAfterMs: ms };
  const record: Draft = { pk, sk, ...plan.value, ...due(later(needs.clock.now(), ms)), ...waited };
  await needs.table.write([transition('plan', plan, record)]);
};

/** A held plan is said again after one minute, two, four … an hour at most: a person is slow, and the alert stands. */
const backOff = async (ref: SyncRef, { table }: Outside): Promise<number> => {
  const record = await table.get(...planKey(ref));
  const last = typeof record?.saidAfterMs === 'number' ? record.saidAfterMs : SAY_AGAIN_MS / 2;
  return Math.min(last * 2, HOUR);
};

/** Sync n is settled and ingest knows it: nothing is to be said about it any more. */
const close = async (ref: SyncRef, plan: Read<PlanRecord> | undefined, { table }: Outside): Promise<void> => {
  const [pk, sk] = planKey(ref);
  const record = await table.get(pk, sk);
  if (plan === undefined || record?.dueOf === undefined) return;
  await table.write([transition('plan', plan, { pk, sk, ...plan.value })]);
};
