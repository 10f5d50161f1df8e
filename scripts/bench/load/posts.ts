/** What the emulator of Meta was sent, kept as little as the proof needs: millions of items do not fit as they came. */

/** One call of the emulator's list, as far as it is looked at. */
export interface Call {
  at: number;
  method: string;
  path: string;
  status: number | null;
  request: { requests: { data: { id: string; price?: string } }[] } | { dropped: true } | null;
}

export interface Posts {
  /** Calls in order, from `until` on: those of that very moment that were taken before are left out. */
  take(calls: readonly Call[]): void;
  /** When the last call came that was taken, in the emulator's milliseconds. */
  until(): number;
  /** How often each product was sent, by its id. */
  readonly sent: ReadonlyMap<string, number>;
  /** When each call came that was accepted, in the emulator's milliseconds, oldest first. */
  readonly accepted: readonly number[];
  /** Calls of items_batch that were not accepted. */
  readonly refused: () => number;
  /** Which call, from 0, first brought a product with this price. */
  readonly firstWith: (id: string, price: string) => number;
}

export const openPosts = (): Posts => {
  const sent = new Map<string, number>();
  const accepted: number[] = [];
  const prices = new Map<string, number>();
  let refused = 0;
  let until = 0;
  /** Calls of the moment `until` that were taken. */
  let ofThen = 0;
  return {
    until: () => until,
    take: (calls) => {
      const [from, known] = [until, ofThen];
      let again = 0;
      for (const { at, method, path, status, request } of calls) {
        if (at === from && again++ < known) continue;
        ofThen = at === until ? ofThen + 1 : 1;
        until = at;
        if (method !== 'POST' || !path.endsWith('/items_batch')) continue;
        if (status !== 200 || request === null || !('requests' in request)) {
          refused += 1;
          continue;
        }
        for (const { data } of request.requests) {
          sent.set(data.id, (sent.get(data.id) ?? 0) + 1);
          if (data.id.startsWith('live-')) prices.set(`${data.id} ${data.price}`, accepted.length);
        }
        accepted.push(at);
      }
    },
    sent,
    accepted,
    refused: () => refused,
    firstWith: (id, price) => prices.get(`${id} ${price}`) ?? Number.POSITIVE_INFINITY,
  };
};

/** The most that fall into any `span` of these moments, which are in order. */
export const mostWithin = (moments: readonly number[], span: number): number => {
  let from = 0;
  return moments.reduce((most, at, n) => {
    while (at - moments[from]! >= span) from += 1;
    return Math.max(most, n - from + 1);
  }, 0);
};
