const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Somebody wants the command to end. What it had begun has been tidied up; what still runs needs no waiting for. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

export interface CaughtSignals {
  /** Rejects at the first one. */
  stopped: Promise<never>;
  release(): void;
}

/**
 * Signals end the work and not the process, so that what was begun is tidied up. They stay caught until `release`: a
 * terminal's Ctrl-C arrives twice, and some people press it again.
 */
export const catchSignals = (why: string): CaughtSignals => {
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  // Nobody may be waiting yet, or any more.
  stopped.catch(() => undefined);
  const stop = (): void => reject(new Stopped(why));
  for (const signal of SIGNALS) process.on(signal, stop);
  return {
    stopped,
    release: () => {
      for (const signal of SIGNALS) process.off(signal, stop);
    },
  };
};
