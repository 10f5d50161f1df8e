/** A person's own writes: each one conditional, in a record that a service owns, and about one field of it. */
import type { EpochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { CatalogName, SyncRef } from '@catalog-sync/shared/catalog/sync.ts';
import type { Table, TableRecord } from '@catalog-sync/shared/ports/table.ts';
import { catalogKey } from '@catalog-sync/shared/records/ingest.ts';
import { breakerKey } from '@catalog-sync/shared/records/publish.ts';
import { readRecord } from '@catalog-sync/shared/records/record.ts';
import { PlanRecord, planKey } from '@catalog-sync/shared/records/transform.ts';
import { PLANS_DUE } from '@catalog-sync/transform/src/work.ts';

type Content = Readonly<Record<string, unknown>>;

/**
 * Writes what `next` makes of the record as it is, and again as long as somebody else is faster. Fields that only its
 * owner knows stay. `next` says undefined when there is nothing to change; then nothing is written, and this is false.
 */
const change = async (
  table: Table,
  { pk, sk }: { pk: string; sk: string },
  next: (record: TableRecord | undefined) => Content | undefined,
): Promise<boolean> => {
  for (;;) {
    const found = await table.get(pk, sk);
    const content = next(found);
    if (content === undefined) return false;
    if (await table.write([{ kind: 'put', rev: found?.rev ?? 0, record: { ...content, pk, sk } }])) return true;
  }
};

/** A breaker that was never written is closed. */
const CLOSED: Content = { paused: false, rateUntil: 0, auth: null };

export const setPaused = (catalog: CatalogName, paused: boolean, publish: Table): Promise<boolean> =>
  change(publish, breakerKey(catalog), (record: Content = CLOSED) =>
    record.paused === paused ? undefined : { ...record, paused },
  );

/** Whoever starts has perhaps mended what Meta refused: publish looks at the catalog with its next tick, not in minutes. */
export const lookAtOnce = (catalog: CatalogName, publish: Table): Promise<boolean> =>
  change(publish, breakerKey(catalog), (record: Content = CLOSED) =>
    record.auth === null || record.probeAt === 0 ? undefined : { ...record, probeAt: 0 },
  );

const NEW_CATALOG: Content = { active: 0, last: 0, asks: [] };

/** Makes the asks that stand on the catalog's item what `next` makes of them; asks that stay the same are not written. */
export const changeAsks = (
  catalog: CatalogName,
  next: (asks: readonly string[]) => readonly string[],
  ingest: Table,
): Promise<boolean> =>
  change(ingest, catalogKey(catalog), (record: Content = NEW_CATALOG) => {
    const before = record.asks as readonly string[];
    const asks = next(before);
    return asks.length === before.length ? undefined : { ...record, asks };
  });

/** What came of a decision about a plan; `hash` names the plan that is there. */
export type Decided =
  | { kind: 'decided'; hash: string }
  | { kind: 'other-plan'; hash: string }
  | { kind: 'not-held'; state: Exclude<PlanRecord['state'], 'held'> }
  | { kind: 'no-plan' };

/**
 * Decides about a held plan, once: the one that was `shown`, or the one that is there when this begins. It becomes due
 * at once, so that transform's next look finds it, though the event that tells of the decision may be lost.
 */
export const decidePlan = async (
  ref: SyncRef,
  state: 'approved' | 'discarded',
  shown: string | null,
  by: string | null,
  now: EpochMs,
  transform: Table,
): Promise<Decided> => {
  let about = shown;
  let decided: Decided = { kind: 'no-plan' };
  await change(transform, planKey(ref), (record) => {
    const plan = readRecord(PlanRecord, record)?.value;
    if (plan === undefined) return undefined;
    about ??= plan.hash;
    if (plan.state !== 'held') decided = { kind: 'not-held', state: plan.state };
    else if (plan.hash !== about) decided = { kind: 'other-plan', hash: plan.hash };
    else decided = { kind: 'decided', hash: plan.hash };
    return decided.kind === 'decided' ? { ...record, state, decidedBy: by, dueOf: PLANS_DUE, dueAt: now } : undefined;
  });
  return decided;
};
