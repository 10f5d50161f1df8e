/** What Meta does with a batch that it took in: when each item shows, and what it says of the handle in the end. */
import { UNUSED } from '../../shared/catalog/throttle.ts';
import type { CheckOutcome } from '../../shared/ports/graph.ts';
import type { Luck } from '../cloud/luck.ts';

export interface Request {
  method: 'UPDATE' | 'DELETE';
  data: Readonly<Record<string, string>> & { id: string };
}

export type HandleEnd = 'finished' | 'error' | 'canceled' | 'lost' | 'stuck';

export interface TakenBatch {
  handle: string;
  catalogId: string;
  requests: readonly Request[];
  end: HandleEnd;
  /** When the end shows; a stuck one never ends. */
  endsAt: number;
  /** When each request is applied, by its place; null: never. */
  appliedAt: readonly (number | null)[];
  /** Places of what Meta refuses in the verdict. */
  refused: readonly number[];
}

/** How an item is to be taken, as its title says; `unripe` is refused only for a while. */
export const temperOf = ({ data }: Request): string => (data.title ?? '').split(' ').slice(2).join(' ');

interface Way {
  leftAt: number;
  /** Nobody hears the answer: such a batch may be slow, as a ghost is. */
  lost: boolean;
  /** The first of two that are alike, of which only the second is answered: it must not outlast that one. */
  atOnce: boolean;
  now: number;
  /** Milliseconds. */
  G: number;
  /** Whether `unripe` items are taken by now. */
  ripe: boolean;
  /** How oddly Meta behaves, 0 to 1. */
  odd: number;
}

/**
 * Draws the fate of a batch that left a worker at `leftAt`. Whatever it does, it does before `leftAt + G`: that is what G
 * stands for.
 */
export const takeBatch = (
  batch: Pick<TakenBatch, 'handle' | 'catalogId' | 'requests'>,
  { leftAt, lost, atOnce, now, G, ripe, odd }: Way,
  luck: Luck,
): TakenBatch => {
  const { handle, requests } = batch;
  const last = Math.max(now, leftAt + G - 1000);
  const strikes = (kind: HandleEnd | 'slow', more = 0): boolean =>
    !atOnce && luck.strikes(`handle-${kind}`, batch.catalogId, odd * 0.15 + more);
  const end: HandleEnd = strikes('error')
    ? 'error'
    : strikes('canceled')
      ? 'canceled'
      : strikes('lost')
        ? 'lost'
        : strikes('stuck')
          ? 'stuck'
          : 'finished';
  const slow = strikes('slow', lost ? 0.5 : 0);
  const roll = (what: string): number => luck.roll(`${handle} ${what}`);
  const soon = 500 + roll('duration') * 25_000;
  const endsAt = atOnce ? now : Math.min(last, now + (slow ? roll('slowness') * G : soon));
  const refused = requests.flatMap((request, place) => {
    const temper = temperOf(request);
    return temper === 'refused' || (temper === 'unripe' && !ripe) ? [place] : [];
  });
  const appliedAt = requests.map((_, place): number | null => {
    if (refused.includes(place)) return null;
    const when = roll(`item ${place}`);
    if (end === 'finished') return now + when * (endsAt - now);
    // Without a verdict some items are applied, some never, and some long after everybody has given up: ghosts.
    if (when < 0.3) return null;
    return when < 0.65 ? now + (when - 0.3) * (endsAt - now) : endsAt + ((when - 0.65) / 0.35) * (last - endsAt);
  });
  return { ...batch, end, endsAt, appliedAt, refused };
};

/** What Meta answers about a handle at a time. */
export const answerAbout = (batch: TakenBatch | undefined, now: number, odd: number, luck: Luck): CheckOutcome => {
  if (batch === undefined) return { kind: 'lost' };
  const { end, endsAt, requests, refused, handle } = batch;
  if (end === 'stuck' || now < endsAt) {
    const status = luck.strikes('unknown-status', handle, odd * 0.3)
      ? luck.roll(handle) < 0.5
        ? null
        : 'halfway'
      : 'started';
    return { kind: 'not-finished', status, usage: UNUSED };
  }
  if (end !== 'finished') return end === 'lost' ? { kind: end } : { kind: end, usage: UNUSED };
  const ids = refused.map((place) => requests[place]?.data.id ?? '');
  const named = luck.strikes('errors-without-ids', handle, odd * 0.3) ? ids.map(() => null) : ids;
  const sampled = luck.strikes('errors-sampled', handle, odd * 0.5) ? named.slice(0, 1) : named;
  const invalidIds = luck.strikes('invalid-ids-cut', handle, odd * 0.6) ? ids.slice(0, -1) : ids;
  return {
    kind: 'finished',
    errors: sampled.map((id) => ({ id, message: 'Meta does not like it.', type: null })),
    errorsTotal: ids.length,
    warnings: [],
    warningsTotal: 0,
    invalidIds,
    usage: UNUSED,
  };
};
