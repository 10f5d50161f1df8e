import type { ItemError, LeafOutcome } from '@catalog-sync/shared/records/publish.ts';
import type { Batch } from './batch.ts';
import { REMEDY_UNKNOWN } from './remedy.ts';

/** What became of one item of a batch, as people read it. */
export interface ItemVerdict {
  id: string;
  verdict: 'accepted' | 'errored' | 'unknown';
  stage: ItemError['stage'] | null;
  code: string | null;
  message: string | null;
  remedy: string | null;
}

export interface Verdict {
  batchId: string;
  handle: string | null;
  status: LeafOutcome['status'] | 'split';
  /** Of a split batch only what is errored: the rest has verdicts in the batches that took its place. */
  items: ItemVerdict[];
}

/** How a leaf ended. */
export const statusOf = ({ state, items }: Pick<Batch, 'state' | 'items'>, errored: number): LeafOutcome['status'] =>
  state === 'unknown' ? 'unknown' : errored === 0 ? 'accepted' : errored >= items ? 'refused' : 'partly';

export const verdictOf = (batch: Batch, ids: readonly string[], errored: readonly ItemError[]): Verdict => {
  const { batchId, handle, state, why } = batch;
  const byId = new Map(errored.map((error) => [error.id, error]));
  const items = ids.flatMap((id): ItemVerdict[] => {
    const error = byId.get(id);
    if (error !== undefined) return [{ ...error, verdict: 'errored' }];
    if (state === 'split') return [];
    if (state === 'unknown') {
      const { code = null, message = null } = why ?? {};
      return [{ id, verdict: 'unknown', stage: 'unknown', code, message, remedy: REMEDY_UNKNOWN }];
    }
    return [{ id, verdict: 'accepted', stage: null, code: null, message: null, remedy: null }];
  });
  return { batchId, handle, status: state === 'split' ? 'split' : statusOf(batch, errored.length), items };
};
