import { isLive } from '@catalog-sync/shared/baseline/content.ts';
import type { Risk } from '@catalog-sync/shared/records/transform.ts';
import type { Gate } from '@catalog-sync/shared/settings.ts';
import type { Candidate } from './fold.ts';

const SOLD_OUT = 'out of stock';

/** How many products a plan would change in ways that can hurt. */
export type RiskCounts = Record<Risk['kind'], number>;
export const noRisks = (): RiskCounts => ({ deletes: 0, prices: 0, 'out-of-stock': 0 });

/**
 * Counts a candidate that the plan wants, also one that waits for an embargo or for room; but never a product's first send
 * nor what an earlier sync counted.
 */
export const countRisks = ({ op, entry, content, gated }: Candidate, counts: RiskCounts): void => {
  if (gated || entry === undefined) return;
  if (op === 'DELETE') counts.deletes += 1;
  else if (isLive(entry)) {
    if (content.price !== entry.price) counts.prices += 1;
    if (content.availability === SOLD_OUT && entry.availability !== SOLD_OUT) counts['out-of-stock'] += 1;
  }
};

/**
 * What is too much to do unasked: a share of the products *and* a count, both exceeded.
 * @param live products whose offer customers see as we last sent it. Deletes of others count as well, for an older version
 * of a refused one may well be live: of so many the share is whole
 */
export const risksOf = (counts: RiskCounts, live: number, gate: Gate): Risk[] => {
  const over = (kind: Risk['kind'], shareLimit: number, limit: number): Risk[] => {
    const count = counts[kind];
    const share = count === 0 ? 0 : Math.min(1, count / live);
    return share > shareLimit && count > limit ? [{ kind, share, count, limit, shareLimit }] : [];
  };
  return [
    ...over('deletes', gate.deletesShare, gate.deletesCount),
    ...over('prices', gate.pricesShare, gate.pricesCount),
    ...over('out-of-stock', gate.outOfStockShare, gate.outOfStockCount),
  ];
};
