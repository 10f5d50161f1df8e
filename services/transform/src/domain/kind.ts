import type { Sample } from '@catalog-sync/shared/records/transform.ts';
import type { Candidate } from './fold.ts';

/** What sending a candidate does to its product, as far as we know what Meta holds. */
export const kindOf = ({ op, entry }: Pick<Candidate, 'op' | 'entry'>): Sample['kind'] =>
  op === 'DELETE' ? 'delete' : entry === undefined ? 'create' : 'update';
