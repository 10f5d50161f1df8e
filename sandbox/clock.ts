/**
 * The one clock of the sandbox: real time plus an offset that only ever grows. Servers, queues, schedules, the
 * emulator of Meta and (through the shared cell) the functions' workers all read it; sockets keep real time-outs.
 */
export interface SandboxClock {
  /** Epoch milliseconds. */
  now(): number;
  /** Moves the clock on; whatever falls due on the way fires, in order, before the promise resolves or soon after. */
  advance(ms: number): void;
  /** Runs `work` once, when the clock reads `at` or later. Returns how to call it off. */
  at(at: number, work: () => void): () => void;
  /** Calls off all that is still to come. */
  stop(): void;
  /** The offset in milliseconds, readable from worker threads: one signed 64-bit cell. */
  readonly offsetCell: BigInt64Array;
}

/** setTimeout overflows beyond 2^31-1 ms and then fires at once, so a far timer looks again each day. */
const LONGEST_WAIT_MS = 24 * 3600 * 1000;

export const sandboxClock = (offsetMs = 0): SandboxClock => {
  const offsetCell = new BigInt64Array(new SharedArrayBuffer(8));
  Atomics.store(offsetCell, 0, BigInt(offsetMs));
  const now = (): number => Date.now() + Number(Atomics.load(offsetCell, 0));

  interface Due {
    at: number;
    work: () => void;
  }
  const waiting = new Set<Due>();
  let timer: NodeJS.Timeout | undefined;

  const fireDue = (): void => {
    const due = [...waiting].filter((entry) => entry.at <= now()).sort((a, b) => a.at - b.at);
    for (const entry of due) if (waiting.delete(entry)) entry.work();
    arm();
  };
  const arm = (): void => {
    clearTimeout(timer);
    if (waiting.size === 0) return;
    let next = Number.POSITIVE_INFINITY;
    for (const entry of waiting) next = Math.min(next, entry.at);
    timer = setTimeout(fireDue, Math.min(Math.max(next - now(), 0), LONGEST_WAIT_MS));
  };

  return {
    now,
    advance: (ms) => {
      if (!(ms >= 0)) throw new Error(`the sandbox's clock only goes forward, not by ${ms} ms`);
      Atomics.add(offsetCell, 0, BigInt(Math.round(ms)));
      fireDue();
    },
    at: (at, work) => {
      const entry = { at, work };
      waiting.add(entry);
      arm();
      return () => {
        if (waiting.delete(entry)) arm();
      };
    },
    stop: () => {
      waiting.clear();
      clearTimeout(timer);
    },
    offsetCell,
  };
};
