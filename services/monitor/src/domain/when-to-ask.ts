import { type EpochMs, later, MINUTE, SECOND } from '@catalog-sync/shared/catalog/instant.ts';

/** The waits between questions while the invocation that heard of the handle goes on: half a minute in all. */
export const FIRST_WAITS_MS: readonly number[] = [2, 4, 8, 16].map((seconds) => seconds * SECOND);

/** How often a handle that was asked about `asked` times is asked about next: doubling, once a minute at last. */
export const nextAsk = (asked: number, now: EpochMs): EpochMs =>
  later(now, Math.min(MINUTE, 2 * SECOND * 2 ** Math.min(asked, 5)));
