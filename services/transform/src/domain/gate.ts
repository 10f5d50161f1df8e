import type { Entry, Risk } from '@catalog-sync/shared/records/transform.ts';
import type { Gate } from '@catalog-sync/shared/settings.ts';
import type { Candidate } from './fold.ts';

const SOLD_OUT = 'out of stock';

/** Whose offer customers see as we last sent it. What Meta refused has no price of ours that a change could spoil. */
const isLive = ({ outcome }: Entry): boolean => outcome === 'accepted' || outcome === 'unknown';

/**
 * What is too much to do unasked: a share of the live products *and* a count, both exceeded. Counts all that the plan
 * wants, also what waits for an embargo or for room, but never a product's first send nor what an earlier sync counted.
 */
export const risksOf = (wanted: readonly Candidate[], entries: ReadonlyMap<string, Entry>, gate: Gate): Risk[] => {
  let live = 0;
  for (const entry of entries.values()) if (isLive(entry)) live += 1;
  const counts = { deletes: 0, prices: 0, 'out-of-stock': 0 };
  for (const { id, op, data, gated } of wanted) {
    const entry = entries.get(id);
    if (gated || entry === undefined) continue;
    if (op === 'DELETE') counts.deletes += 1;
    else if (isLive(entry)) {
      if (data.price !== entry.price) counts.prices += 1;
      if (data.availability === SOLD_OUT && entry.availability !== SOLD_OUT) counts['out-of-stock'] += 1;
    }
  }
  // An older version of a refused product may well be live: deletes are counted over all that Meta was ever given.
  const bases = { deletes: entries.size, prices: live, 'out-of-stock': live };
  const over = (kind: Risk['kind'], shareLimit: number, limit: number): Risk[] => {
    const count = counts[kind];
    const share = count === 0 ? 0 : count / bases[kind];
    return share > shareLimit && count > limit ? [{ kind, share, count, limit, shareLimit }] : [];
  };
  return [
    ...over('deletes', gate.deletesShare, gate.deletesCount),
    ...over('prices', gate.pricesShare, gate.pricesCount),
    ...over('out-of-stock', gate.outOfStockShare, gate.outOfStockCount),
  ];
};
