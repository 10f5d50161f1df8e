/** What Meta tells of its allowance, and who calls although it was told to wait. */
import type { Throttled, Usage } from '../../shared/ports/graph.ts';
import type { Luck } from '../cloud/luck.ts';

/** Calls that Meta counts together. */
export type Bucket = 'batch' | 'reads';

interface Wait {
  heardAt: number;
  until: number;
  why: string;
}

/** A call that is on its way when another is told to wait cannot be called back. */
const ON_THE_WAY_MS = 30_000;
const HOUR = 3_600_000;

export interface Allowance {
  throttle(bucket: Bucket, catalogId: string): Throttled;
  /** What the usage headers of an answer say. */
  usage(bucket: Bucket, catalogId: string, probability: number): Usage;
  /** Looks at a call as it leaves its worker. */
  leaves(bucket: Bucket, catalogId: string): void;
}

export interface AllowanceOptions {
  luck: Luck;
  now(): number;
  /** How far two workers' clocks may be apart. */
  apartMs: number;
  /** Calls an hour that the settings allow a catalog. */
  callsPerHour: Readonly<Record<string, number>>;
  pestered(what: string): void;
}

export const openAllowance = ({ luck, now, apartMs, callsPerHour, pestered }: AllowanceOptions): Allowance => {
  const waits = new Map<string, Wait>();
  const slow = new Map<string, Wait>();
  const name = (bucket: Bucket, catalogId: string): string => `${bucket} ${catalogId}`;
  /** A longer wait is not cut short. */
  const wait = (bucket: Bucket, catalogId: string, ms: number, why: string): void => {
    const before = waits.get(name(bucket, catalogId));
    const until = now() + ms;
    if (until > (before?.until ?? 0)) waits.set(name(bucket, catalogId), { heardAt: now(), until, why });
  };

  return {
    throttle: (bucket, catalogId) => {
      const code = luck.roll('which throttle') < 0.25 ? 4 : bucket === 'batch' ? 80014 : 80009;
      const regainMs = luck.roll('regain') * 10 * 60_000;
      const why = `Meta answered ${code} and asked for ${Math.round(regainMs / 1000)} s`;
      for (const one of code === 4 ? (['batch', 'reads'] as const) : [bucket]) wait(one, catalogId, regainMs, why);
      return { kind: 'throttled', code, regainMs };
    },
    usage: (bucket, catalogId, probability) => {
      const percent = luck.strikes('much-used', catalogId, probability)
        ? 70 + Math.floor(luck.roll('percent') * 30)
        : 0;
      // What the last answer says holds.
      slow.delete(name(bucket, catalogId));
      if (percent >= 95) {
        const regainMs = luck.roll('regain') * 10 * 60_000;
        wait(bucket, catalogId, Math.max(regainMs, 60_000), `Meta said that ${percent} % are used`);
        return { percent, regainMs };
      }
      // From 75 % on calls go apart: an even gap at first, growing as what is left shrinks.
      if (bucket === 'batch' && percent >= 75) {
        const even = HOUR / (callsPerHour[catalogId] ?? Number.POSITIVE_INFINITY);
        // What was said an hour ago says nothing any more.
        const until = now() + Math.min(HOUR, (even * 25) / (100 - percent));
        slow.set(name(bucket, catalogId), { heardAt: now(), until, why: `Meta said that ${percent} % are used` });
      }
      return { percent, regainMs: 0 };
    },
    leaves: (bucket, catalogId) => {
      for (const told of [waits, slow].flatMap((all) => all.get(name(bucket, catalogId)) ?? [])) {
        const early = told.until - apartMs - now();
        if (now() > told.heardAt + ON_THE_WAY_MS + apartMs && early > 0)
          pestered(`${catalogId}: a ${bucket} call leaves ${Math.ceil(early / 1000)} s too early: ${told.why}`);
      }
    },
  };
};
