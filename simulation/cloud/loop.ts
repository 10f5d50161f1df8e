/** What happens at a time; `false` says that nothing did, so that nothing has to settle. */
export type Action = () => unknown;

/** The one loop: time stands still while code runs, and jumps to whatever comes next. */
export interface Loop {
  /** Milliseconds since 1970: the true time, which no clock of the services shows exactly. */
  now(): number;
  /** Does something at a time, now if that is past. What falls on one time happens in the order of asking. */
  at(time: number, action: Action): void;
  /** Runs what comes until that time (time is then that), or until `enough` says so after a step. */
  run(until: number, enough?: () => boolean): Promise<void>;
  /** When the next thing happens; Infinity when nothing is to come. */
  next(): number;
}

/**
 * All that code does before it waits for the outside again: Node runs the next tick when no microtask is left. Ten times
 * as fast as a turn of the event loop, and enough, for nothing here waits for a real timer, file or socket.
 */
const settled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

export const openLoop = (start: number): Loop => {
  let now = start;
  let order = 0;
  // A binary heap in three arrays: time, order of asking, action.
  const times: number[] = [];
  const orders: number[] = [];
  const actions: Action[] = [];

  const earlier = (a: number, b: number): boolean =>
    times[a]! < times[b]! || (times[a] === times[b] && orders[a]! < orders[b]!);
  const swap = (a: number, b: number): void => {
    [times[a], times[b]] = [times[b]!, times[a]!];
    [orders[a], orders[b]] = [orders[b]!, orders[a]!];
    [actions[a], actions[b]] = [actions[b]!, actions[a]!];
  };
  const push = (time: number, action: Action): void => {
    let at = times.length;
    times.push(time);
    orders.push(order);
    actions.push(action);
    order += 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!earlier(at, parent)) return;
      swap(at, parent);
      at = parent;
    }
  };
  const pop = (): Action => {
    const last = times.length - 1;
    swap(0, last);
    times.pop();
    orders.pop();
    const action = actions.pop()!;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= last) return action;
      const right = left + 1;
      const child = right < last && earlier(right, left) ? right : left;
      if (!earlier(child, at)) return action;
      swap(at, child);
      at = child;
    }
  };

  return {
    now: () => now,
    at: (time, action) => push(Math.max(time, now), action),
    next: () => times[0] ?? Number.POSITIVE_INFINITY,
    run: async (until, enough = () => false) => {
      // Between promises ticks come last; right after a callback they would come first, and the first step not settle.
      await Promise.resolve();
      while (times.length > 0 && times[0]! <= until) {
        now = times[0]!;
        if (pop()() === false) continue;
        await settled();
        if (enough()) return;
      }
      if (until !== Number.POSITIVE_INFINITY) now = Math.max(now, until);
    },
  };
};
