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

const done = Promise.resolve();

/**
 * Goes on when all is done that code does before it waits for the outside again: Node runs the next tick when no microtask
 * is left. Ten times as fast as a turn of the event loop, and enough, for nothing here waits for a real timer, file or
 * socket. Asked for in a microtask: right after a callback, and a tick is one, Node runs ticks first.
 */
const whenSettled = (goOn: () => void): void => void done.then(() => process.nextTick(goOn));

interface Entry {
  readonly time: number;
  /** How many were asked for before. */
  readonly order: number;
  readonly action: Action;
}

const earlier = (a: Entry, b: Entry): boolean => a.time < b.time || (a.time === b.time && a.order < b.order);

export const openLoop = (start: number): Loop => {
  let now = start;
  let order = 0;
  /** A binary heap: what comes next is first, and nothing comes before its parent. */
  const heap: Entry[] = [];

  const push = (time: number, action: Action): void => {
    const added = { time, order, action };
    order += 1;
    let at = heap.push(added) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!earlier(added, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = added;
  };
  const pop = (): Action => {
    const { action } = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return action;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      const right = child + 1;
      if (right < heap.length && earlier(heap[right]!, heap[child]!)) child = right;
      if (!earlier(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return action;
  };

  return {
    now: () => now,
    at: (time, action) => push(Math.max(time, now), action),
    next: () => heap[0]?.time ?? Number.POSITIVE_INFINITY,
    run: (until, enough = () => false) =>
      new Promise((resolve, reject) => {
        let begun = false;
        const goOn = (): void => {
          try {
            if (begun && enough()) {
              resolve();
              return;
            }
            begun = true;
            while (heap.length > 0 && heap[0]!.time <= until) {
              now = heap[0]!.time;
              if (pop()() === false) continue;
              whenSettled(goOn);
              return;
            }
            if (until !== Number.POSITIVE_INFINITY) now = Math.max(now, until);
            resolve();
          } catch (error) {
            reject(error);
          }
        };
        goOn();
      }),
  };
};
