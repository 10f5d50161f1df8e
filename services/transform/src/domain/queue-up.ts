import type { Entry } from '@catalog-sync/shared/records/transform.ts';
import type { Candidate } from './fold.ts';

/** A row that waited through this many syncs goes before everything else, or it might wait for ever. */
const WAITED_LONG_ENOUGH = 3;

/** 0 first: long carried, then price and availability of live products, then the rest, deletes last. */
const urgency = (candidate: Candidate, entry: Entry | undefined): number => {
  if (candidate.syncs >= WAITED_LONG_ENOUGH) return 0;
  if (candidate.op === 'DELETE') return 3;
  const changesOffer =
    entry !== undefined && (entry.price !== candidate.data.price || entry.availability !== candidate.data.availability);
  return changesOffer ? 1 : 2;
};

/** The order in which candidates are sent; ties by id, so that two workers plan the same bytes. */
export const queueUp = (candidates: readonly Candidate[], entries: ReadonlyMap<string, Entry>): Candidate[] =>
  candidates
    .map((candidate) => ({ candidate, rank: urgency(candidate, entries.get(candidate.id)) }))
    .sort((a, b) => a.rank - b.rank || (a.candidate.id < b.candidate.id ? -1 : 1))
    .map(({ candidate }) => candidate);
