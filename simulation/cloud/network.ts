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

/** What an adapter throws when the network fails. Without a stack: it says nothing of who called, and is dear. */
export const networkFailure = (what: string): Error => {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return new Error(`the network failed: ${what}`);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
};

/** What happens when a call arrives. A plain answer is there at once, and costs no turn of promises. */
export type Run<A> = (fault: CallFault | null, first: boolean) => A | Promise<A>;

export interface Network {
  /**
   * Lets a call travel: `run` happens when it arrives, the promise settles when the answer is back, or never. `run` hears
   * what befalls the call, and whether it is the first of two.
   */
  call<A>(caller: Caller, what: string, run: Run<A>, fit?: readonly CallFault[]): Promise<A>;
}

/** Reading twice, or losing what was read, is no different from a failure before. */
export const READ_FAULTS: readonly CallFault[] = ['delay', 'fail-before', 'crash-before', 'crash-after'];

/** A call on its way, and how the promise that waits for its answer is settled. */
interface Travelling<A> {
  caller: Caller;
  what: string;
  run: Run<A>;
  fault: CallFault | null;
  resolve(value: A): void;
  reject(error: unknown): void;
}

export const openNetwork = (
  loop: Loop,
  luck: Luck,
  /** Called when a call has been answered. */
  served: (what: string) => void,
  /** Called when something befalls a call. */
  seen: (fault: CallFault, what: string) => void,
): Network => {
  /** Nearly all calls: each promise less is felt. */
  const arrive = <A>({ caller, what, run, fault, resolve, reject }: Travelling<A>): void => {
    const taken = (value: A): void => {
      served(what);
      if (caller.alive()) resolve(value);
    };
    const refused = (error: unknown): void => {
      served(what);
      if (caller.alive()) reject(error);
    };
    let answer: A | Promise<A>;
    try {
      answer = run(fault, false);
    } catch (error) {
      refused(error);
      return;
    }
    if (answer instanceof Promise) answer.then(taken, refused);
    else taken(answer);
  };
  const arriveBadly = async <A>({ caller, what, run, fault, resolve, reject }: Travelling<A>): Promise<void> => {
    const answered = (settle: () => void): void => {
      if (caller.alive()) settle();
    };
    if (fault === 'fail-before') return answered(() => reject(networkFailure(what)));
    const first = await settledOf(() => run(fault, fault === 'duplicate'));
    served(what);
    const last = fault === 'duplicate' ? await settledOf(() => run(fault, false)) : first;
    if (fault === 'crash-after') return caller.die(`after ${what}`);
    if (fault === 'fail-after') return answered(() => reject(networkFailure(`the answer of ${what} is lost`)));
    answered(() => ('value' in last ? resolve(last.value) : reject(last.error)));
  };
  return {
    call: (caller, what, run, fit = CALL_FAULTS) =>
      new Promise((resolve, reject) => {
        const { fault, delayMs } = luck.ofCall(caller.label, what, fit);
        if (fault !== null) seen(fault, `${caller.label} ${what}`);
        if (fault === 'crash-before') {
          caller.die(`at ${what}`);
          return;
        }
        const call = { caller, what, run, fault, resolve, reject };
        const isSound = fault === null || fault === 'delay';
        loop.at(loop.now() + delayMs, () => void (isSound ? arrive(call) : arriveBadly(call)));
      }),
  };
};

/** A store's own refusal is an answer, too, and travels back like one. */
const settledOf = async <A>(run: () => A | Promise<A>): Promise<{ value: A } | { error: unknown }> => {
  try {
    return { value: await run() };
  } catch (error) {
    return { error };
  }
};
