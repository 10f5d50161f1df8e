import { deleteRequest } from './delete-request.ts';
import type { Candidate } from './fold.ts';

/** A row that waited through this many syncs goes before new ones, or it might wait for ever. It is not counted further. */
export const WAITED_LONG_ENOUGH = 3;

/** How urgent a candidate is: it waited long, it changes price or availability of a live product, neither, or it deletes. */
export const WAITED = 0;
export const OFFERS = 1;
export const REST = 2;
export const DELETES = 3;
export const URGENCIES = 4;

const urgencyOf = ({ syncs, op, entry, content }: Candidate): number => {
  if (syncs >= WAITED_LONG_ENOUGH) return WAITED;
  if (op === 'DELETE') return DELETES;
  const changesOffer =
    entry !== undefined && (entry.price !== content.price || entry.availability !== content.availability);
  return changesOffer ? OFFERS : REST;
};

/** As their items lie in objects, which are then read from beginning to end; the same for two workers. */
const byPlace = (a: Candidate, b: Candidate): number => {
  const [one, other] = [a.content.item, b.content.item];
  if (one === null || other === null) return one === other ? (a.key < b.key ? -1 : 1) : one === null ? 1 : -1;
  return one.key === other.key ? one.start - other.start : one.key < other.key ? -1 : 1;
};

/** The candidates of a partition by urgency, each in the order in which they are sent. */
export const queueUp = (candidates: readonly Candidate[]): Candidate[][] => {
  const queues: Candidate[][] = Array.from({ length: URGENCIES }, () => []);
  for (const candidate of candidates) queues[urgencyOf(candidate)]!.push(candidate);
  for (const queue of queues) queue.sort(byPlace);
  return queues;
};

/** Bytes of its record in a call. */
export const sizeOf = ({ op, id, content }: Candidate): number =>
  op === 'DELETE' ? deleteRequest(id).length : (content.item?.length ?? 0);
