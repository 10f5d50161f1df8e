import { hash, hashOfTwo, rehash, shareOf } from '../chance.ts';

/** What may befall one call of a port. */
export const CALL_FAULTS = [
  /** It arrives much later; the caller may be dead by then. */
  'delay',
  /** It never arrives, and the caller hears of a failure. */
  'fail-before',
  /** It is done, and the answer is lost: the caller hears of a failure. */
  'fail-after',
  /** It is done twice, as when something on the way sends it again; the caller hears the second answer. */
  'duplicate',
  /** The worker dies with the call on its lips: nothing is done, no `catch` and no `finally` runs. */
  'crash-before',
  /** The worker dies before the answer comes: all is done. */
  'crash-after',
] as const;
export type CallFault = (typeof CALL_FAULTS)[number];

/** A misfortune that happened, by the name under which it can be made to happen again. */
export interface Struck {
  kind: string;
  key: string;
  at: number;
}

/** Which misfortunes happen. */
export type Plan =
  /** By chance. */
  | { kind: 'chance' }
  /** Exactly these, as `kind key`. */
  | { kind: 'only'; these: ReadonlySet<string> }
  /** This one at the n-th call of any port (from 0), and no other misfortune. */
  | { kind: 'nth'; call: number; fault: CallFault };

export interface Luck {
  /** From 0 up to 1; the same for the n-th asking under a name, whatever else happens. */
  roll(name: string): number;
  /** Whether something bad happens that happens with this probability. */
  strikes(kind: string, name: string, probability: number): boolean;
  /** What befalls a call (its name is `who what`), and how long it is on its way (milliseconds). `fit`: what makes sense for it. */
  ofCall(who: string, what: string, fit: readonly CallFault[]): { fault: CallFault | null; delayMs: number };
  /** Nothing bad happens from here on. */
  calm(): void;
  /** How many calls were made. */
  calls(): number;
  readonly struck: readonly Struck[];
}

/** No worker has died and no call was lost or late so far. */
export const isUndisturbed = ({ struck }: Pick<Luck, 'struck'>): boolean => {
  const befell = new Set<string>(struck.map(({ kind }) => kind));
  return !CALL_FAULTS.some((fault) => befell.has(fault));
};

const LONGEST_DELAY_MS = 10 * 60_000;

export const openLuck = (seed: number, plan: Plan, faultShare: number, now: () => number): Luck => {
  /** By the hash of a name: cheaper than by the name, and two names that meet only share their turns. */
  const turns = new Map<number, number>();
  const struck: Struck[] = [];
  let calls = 0;
  let calm = false;

  const turnOf = (bits: number): number => {
    const key = bits & 0x3fffffff;
    const turn = turns.get(key) ?? 0;
    turns.set(key, turn + 1);
    return turn;
  };
  const happened = (kind: string, name: string, turn: number): true => {
    struck.push({ kind, key: `${name}#${turn}`, at: now() });
    return true;
  };
  const isWanted = (kind: string, name: string, turn: number): boolean =>
    plan.kind === 'only' && plan.these.has(`${kind} ${name}#${turn}`);
  const faultOf = (
    who: string,
    what: string,
    turn: number,
    bits: number,
    fit: readonly CallFault[],
  ): CallFault | null => {
    if (calm) return null;
    if (plan.kind === 'only') return fit.find((fault) => isWanted(fault, `${who} ${what}`, turn)) ?? null;
    if (plan.kind === 'nth') return calls === plan.call && fit.includes(plan.fault) ? plan.fault : null;
    return shareOf(bits) < faultShare ? (fit[rehash(bits, 1) % fit.length] ?? null) : null;
  };

  return {
    struck,
    calls: () => calls,
    calm: () => {
      calm = true;
    },
    roll: (name) => {
      const bits = hash(seed, name);
      return shareOf(rehash(bits, turnOf(bits)));
    },
    strikes: (kind, name, probability) => {
      if (calm) return false;
      const bits = hash(seed, `${kind} ${name}`);
      const turn = turnOf(bits);
      if (plan.kind === 'only') return isWanted(kind, name, turn) && happened(kind, name, turn);
      if (plan.kind === 'nth' || probability === 0) return false;
      return shareOf(rehash(bits, turn)) < probability && happened(kind, name, turn);
    },
    ofCall: (who, what, fit) => {
      const own = hashOfTwo(seed, who, what);
      const turn = turnOf(own);
      const bits = rehash(own, turn);
      const fault = faultOf(who, what, turn, bits, fit);
      calls += 1;
      if (fault !== null) happened(fault, `${who} ${what}`, turn);
      const roll = shareOf(rehash(bits, 2));
      // Mostly a few milliseconds, now and then a second; a delay is anything up to ten minutes.
      const delayMs =
        fault === 'delay'
          ? 1000 * (LONGEST_DELAY_MS / 1000) ** roll
          : roll < 0.97 || calm
            ? 1 + roll * 30
            : roll * 1500;
      return { fault, delayMs };
    },
  };
};
