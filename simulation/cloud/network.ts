import type { Loop } from './loop.ts';
import { CALL_FAULTS, type CallFault, type Luck } from './luck.ts';

/** Whoever calls: an invocation, that may die, and whose promises then never settle. */
export interface Caller {
  /** `publish.work`: for names. */
  readonly label: string;
  alive(): boolean;
  /** No answer reaches it any more. */
  die(why: string): void;
}

/** What an adapter throws when the network fails. */
export const networkFailure = (what: string): Error => new Error(`the network failed: ${what}`);

export type Run<A> = (fault: CallFault | null, first: boolean) => Promise<A>;

export interface Network {
  /**
   * Lets a call travel: `run` happens when it arrives, the promise settles when the answer is back, or never. `run` hears
   * what befalls the call, and whether it is the first of two.
   */
  call<A>(caller: Caller, what: string, run: Run<A>, fit?: readonly CallFault[]): Promise<A>;
}

/** Reading twice, or losing what was read, is no different from a failure before. */
export const READ_FAULTS: readonly CallFault[] = ['delay', 'fail-before', 'crash-before', 'crash-after'];

export const openNetwork = (
  loop: Loop,
  luck: Luck,
  /** Called when a call has been answered. */
  served: (what: string) => void,
  /** Called when something befalls a call. */
  seen: (fault: CallFault, what: string) => void,
): Network => ({
  call: (caller, what, run, fit = CALL_FAULTS) =>
    new Promise((resolve, reject) => {
      const { fault, delayMs } = luck.ofCall(`${caller.label} ${what}`, fit);
      if (fault !== null) seen(fault, `${caller.label} ${what}`);
      if (fault === 'crash-before') {
        caller.die(`at ${what}`);
        return;
      }
      const answered = (settle: () => void): void => {
        if (caller.alive()) settle();
      };
      const arrive = async (): Promise<void> => {
        if (fault === 'fail-before') return answered(() => reject(networkFailure(what)));
        const first = await settledOf(() => run(fault, fault === 'duplicate'));
        served(what);
        const last = fault === 'duplicate' ? await settledOf(() => run(fault, false)) : first;
        if (fault === 'crash-after') return caller.die(`after ${what}`);
        if (fault === 'fail-after') return answered(() => reject(networkFailure(`the answer of ${what} is lost`)));
        answered(() => ('value' in last ? resolve(last.value) : reject(last.error)));
      };
      loop.at(loop.now() + delayMs, () => void arrive());
    }),
});

/** A store's own refusal is an answer, too, and travels back like one. */
const settledOf = async <A>(run: () => Promise<A>): Promise<{ value: A } | { error: unknown }> => {
  try {
    return { value: await run() };
  } catch (error) {
    return { error };
  }
};
