import type { Entry, Sample } from '@catalog-sync/shared/records/transform.ts';
import type { Candidate } from './fold.ts';

/** What sending a candidate does to its product, as far as we know what Meta holds. */
export const kindOf = ({ op }: Pick<Candidate, 'op'>, entry: Entry | undefined): Sample['kind'] =>
  op === 'DELETE' ? 'delete' : entry === undefined ? 'create' : 'update';
