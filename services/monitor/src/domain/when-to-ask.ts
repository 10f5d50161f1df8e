import { type EpochMs, later, MINUTE, SECOND } from '@catalog-sync/shared/catalog/instant.ts';
import { MUCH_PERCENT } from '@catalog-sync/shared/catalog/throttle.ts';
import type { CheckOutcome } from '@catalog-sync/shared/ports/graph.ts';

/** The waits between questions while the invocation that heard of the handle goes on: half a minute in all. */
export const FIRST_WAITS_MS: readonly number[] = [2, 4, 8, 16].map((seconds) => seconds * SECOND);

/**
 * How often a handle that was asked about `asked` times is asked about next: doubling, once a minute at last, and at once
 * no oftener than that when much of the allowance is used.
 */
export const nextAsk = (asked: number, usedPercent: number, now: EpochMs): EpochMs =>
  later(now, usedPercent >= MUCH_PERCENT ? MINUTE : Math.min(MINUTE, 2 * SECOND * 2 ** Math.min(asked, 5)));

/** The share of the allowance that an answer names; 0 when it names none. */
export const usedPercentOf = (outcome: CheckOutcome): number => ('usage' in outcome ? outcome.usage.percent : 0);
