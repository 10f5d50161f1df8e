import type { Outcomes } from '@catalog-sync/shared/records/publish.ts';
import {
  noCarriedRows,
  noRows,
  type Plan,
  type SyncReport,
  type Troubled,
} from '@catalog-sync/shared/records/transform.ts';
import type { Validation } from '@catalog-sync/shared/records/validate.ts';
import type { Settled } from './settle.ts';

type Head = Pick<SyncReport, 'id' | 'catalog' | 'sync' | 'openedAt'>;

/** A report holds this many errors in full; the batches' verdicts hold all. */
const MOST_ERRORS = 5000;

/** Whoever finds the file refused wants to know whom to ask. */
const whyDiscarded = (decidedBy: string | null): string =>
  decidedBy === null
    ? 'the plan was discarded by a person'
    : `the plan was discarded by ${decidedBy}: ask there, and land the file again if it was right after all`;

const filesOf = (validation: Validation, discarded: boolean, decidedBy: string | null): SyncReport['files'] =>
  validation.files.map(({ key, versionId, outcome, landed, valid, rejected, why, reportKey }) => ({
    key,
    versionId,
    outcome: outcome === 'refused' || discarded ? 'refused' : 'archived',
    landed,
    valid,
    rejected,
    why: why ?? (discarded ? whyDiscarded(decidedBy) : null),
    reportKey,
  }));

/** Nobody's word says what became of it; people hear so, or a product would be missing in silence. */
const unknownError = ({ entry: { id }, outcome }: Settled['items'][number]): SyncReport['errors'] => {
  const error = { id, stage: 'unknown', code: null };
  if (outcome === 'unknown') {
    const message = 'Meta did not say what became of it: it may hold the old content or the new.';
    return [{ ...error, message, remedy: 'It is sent again by itself once that is safe.' }];
  }
  if (outcome === 'parked') {
    const message = 'Meta did not say what became of it, three times running.';
    return [{ ...error, message, remedy: 'Look at it in the catalog; change its row, or ask for it again.' }];
  }
  return [];
};

/** What became of a sync's items, counted as they are settled, for there may be millions of them. */
export interface Tally {
  add(items: Settled['items']): void;
  /** How many were added. */
  items(): number;
  counts(): Pick<SyncReport, 'rows' | 'carriedRows' | 'items'>;
  /** Of those whose outcome nobody knows; as many as a report holds. */
  unknown(): SyncReport['errors'];
}

/** Each row counts once: where it was landed, or where it had been carried to. */
export const openTally = (plan: Pick<Plan, 'rows' | 'carriedRows'>): Tally => {
  const rows = { ...plan.rows, held: 0 };
  const carriedRows = { ...plan.carriedRows, accepted: 0 };
  const sent = { sent: 0, deleted: 0 };
  const unknown: SyncReport['errors'] = [];
  let count = 0;
  const addOne = ({ entry, from, outcome }: Settled['items'][number]): void => {
    if (entry.op === 'DELETE') {
      if (outcome === 'accepted') sent.deleted += 1;
      return;
    }
    sent.sent += 1;
    if (from === 'asked') return;
    const counts = from === 'carried' ? carriedRows : rows;
    counts[outcome === 'unknown' ? 'carried' : outcome === 'parked' ? 'errored' : outcome] += 1;
  };
  return {
    add: (items) => {
      count += items.length;
      for (const item of items) {
        addOne(item);
        if (unknown.length < MOST_ERRORS) unknown.push(...unknownError(item));
      }
    },
    items: () => count,
    counts: () => ({ rows, carriedRows, items: sent }),
    unknown: () => unknown,
  };
};

/** What a settled sync came to. */
export const reportOf = (
  head: Head,
  validation: Validation,
  plan: Plan,
  outcomes: Outcomes,
  tally: Pick<Tally, 'counts' | 'unknown'>,
  troubled: Troubled,
): SyncReport => {
  return {
    ...head,
    status: 'settled',
    files: filesOf(validation, false, null),
    ...tally.counts(),
    withheld: plan.withheld,
    troubled,
    batches: outcomes.leaves.map(({ batchId, handle, items: size, status }) => ({
      batchId,
      handle,
      items: size,
      status,
    })),
    errors: [...outcomes.leaves.flatMap(({ errored }) => errored), ...tally.unknown()].slice(0, MOST_ERRORS),
    warnings: plan.warnings,
    misdescribed: validation.notes,
  };
};

/** A sync that sent nothing: no usable file, or a discarded plan. Rows of refused files are not counted. */
export const emptyReport = (
  head: Head,
  validation: Validation,
  status: 'failed-validation' | 'discarded',
  decidedBy: string | null,
): SyncReport => ({
  ...head,
  status,
  files: filesOf(validation, status === 'discarded', decidedBy),
  rows: { ...noRows },
  carriedRows: { ...noCarriedRows },
  withheld: 0,
  troubled: null,
  items: { sent: 0, deleted: 0 },
  batches: [],
  errors: [],
  warnings: validation.notes,
  misdescribed: [],
});
