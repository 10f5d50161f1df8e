import { noRows, type RowCounts } from '@catalog-sync/shared/records/transform.ts';
import type { FinishedSync, PlanView } from '../sync-view.ts';

/** What `run --json` answers. */
export interface RunResult {
  syncs: {
    id: string;
    catalog: string;
    status: string;
    files: { key: string; outcome: string; reportKey: string | null }[];
  }[];
  rows: RowCounts;
  items: { sent: number; deleted: number };
  batches: { batchId: string; handle: string | null; items: number; status: string }[];
  alerts: { kind: string; state: string; subject: string }[];
}

/**
 * Adds up the syncs of one run. A row that was carried from one of them into the next counts once, where it ended;
 * rows that waited since before this run are not its rows.
 */
export const resultOf = (
  finished: readonly FinishedSync[],
  held: { id: string; catalog: string; plan: Pick<PlanView['plan'], 'rows'> } | undefined,
  alerts: RunResult['alerts'],
): RunResult => {
  const rows = { ...noRows };
  const items = { sent: 0, deleted: 0 };
  for (const sync of finished) {
    for (const name of Object.keys(rows) as (keyof RowCounts)[]) rows[name] += sync.rows[name];
    items.sent += sync.items.sent;
    items.deleted += sync.items.deleted;
    moveCarried(rows, sync);
  }
  if (held) for (const name of Object.keys(rows) as (keyof RowCounts)[]) rows[name] += held.plan.rows[name];
  return {
    syncs: [
      ...finished.map(({ id, catalog, status, files }) => ({
        id,
        catalog,
        status: status === 'discarded' ? 'settled' : status,
        files: files.map(({ key, outcome, reportKey }) => ({ key, outcome, reportKey })),
      })),
      ...(held ? [{ id: held.id, catalog: held.catalog, status: 'held', files: [] }] : []),
    ],
    rows,
    items,
    batches: finished.flatMap(({ batches }) =>
      batches.map(({ batchId, handle, items: size, status }) => ({ batchId, handle, items: size, status })),
    ),
    alerts,
  };
};

/** Rows that were carried into this sync leave "carried" and count as what they became, as far as this run landed them. */
const moveCarried = (rows: RowCounts, { carriedRows }: FinishedSync): void => {
  const ownShare = carriedRows.taken === 0 ? 0 : Math.min(rows.carried, carriedRows.taken);
  let left = ownShare;
  rows.carried -= ownShare;
  for (const name of ['carried', 'superseded', 'unchanged', 'accepted', 'errored'] as const) {
    const moved = Math.min(left, carriedRows[name]);
    rows[name] += moved;
    left -= moved;
  }
};

/** A batch that Meta did not take whole. An unknown one counts by its rows: they are sent again, or still carried. */
const NOT_TAKEN = ['partly', 'refused'];

/** Whether every row and delete went through: accepted, unchanged or superseded, and no file was refused. */
export const isClean = ({ syncs, rows, batches }: RunResult): boolean =>
  batches.every(({ status }) => !NOT_TAKEN.includes(status)) &&
  rows.rejected + rows.errored + rows.held + rows.carried === 0 &&
  syncs.every(({ status, files }) => status === 'settled' && files.every(({ outcome }) => outcome === 'archived'));
