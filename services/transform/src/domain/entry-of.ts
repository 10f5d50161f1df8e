import type { BatchEntry } from '@catalog-sync/shared/records/transform.ts';
import type { Candidate } from './fold.ts';

/** What settling needs to know of a record that is sent. */
export const entryOf = ({ op, order, content, asked, from, syncs }: Candidate, id: string): BatchEntry => ({
  id,
  op,
  order,
  fingerprint: content.fingerprint,
  price: content.price,
  availability: content.availability,
  asked,
  wasCarried: from === 'carried',
  syncs,
});
