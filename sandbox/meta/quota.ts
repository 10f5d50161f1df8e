/**
 * Calls per catalog and rolling hour, in two buckets: batch uploads, and all other calls of a catalog.
 * Source: developers.facebook.com/docs/graph-api/overview/rate-limiting
 */
export type Bucket = 'catalog_batch' | 'catalog_management';

/** The codes that say that a bucket is used up. */
export const throttleCode: Record<Bucket, number> = { catalog_batch: 80014, catalog_management: 80009 };

/** The bucket that a code is about, if it is about one. */
export const bucketOfCode = (code: number): Bucket | undefined =>
  (Object.keys(throttleCode) as Bucket[]).find((bucket) => throttleCode[bucket] === code);

/** How far a bucket is used. */
export interface Usage {
  bucket: Bucket;
  /** Whole percent of the allowance, at most 100. */
  percent: number;
  blocked: boolean;
  /** Minutes until calls are let through again; 0 if they are. */
  regainMinutes: number;
}

interface Window {
  /** Epoch milliseconds of the calls of the last hour, oldest first from `head` on. */
  calls: number[];
  head: number;
  blockedUntil: number;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** How many calls are allowed. Meta's rate page speaks of hours, its items page of minutes: null if there is no such part. */
export interface Allowance {
  batchCallsPerHour: number;
  managementCallsPerHour: number;
  batchCallsPerMinute: number | null;
}

export interface Quota {
  /** Counts a call at `now`, or refuses it. Each call while blocked moves the end of the block on by `extensionMs`. */
  take(catalog: string, bucket: Bucket, now: number, allowance: Allowance, extensionMs: number): Usage;
  /** Lets no call through before `until`, in epoch milliseconds. */
  block(catalog: string, bucket: Bucket, until: number): void;
  /** Puts back a call or a block that was counted before a restart. */
  restore(line: QuotaLine): void;
  /** Ends all blocks, for a changed allowance is judged anew. */
  unblock(): void;
  /** What has to be kept at `now`. */
  lines(now: number): QuotaLine[];
}

/** What is kept of a bucket: one line a call, one line a change of the block. */
export type QuotaLine =
  | { t: 'called'; catalog: string; bucket: Bucket; at: number }
  | { t: 'blocked'; catalog: string; bucket: Bucket; until: number };

/** @param keep is given each line that a restart needs */
export const quotas = (keep: (line: QuotaLine) => void): Quota => {
  const windows = new Map<string, { catalog: string; bucket: Bucket; window: Window }>();
  const windowOf = (catalog: string, bucket: Bucket): Window => {
    const key = `${bucket}/${catalog}`;
    let held = windows.get(key);
    if (held === undefined) {
      held = { catalog, bucket, window: { calls: [], head: 0, blockedUntil: 0 } };
      windows.set(key, held);
    }
    return held.window;
  };
  const forgetOld = (window: Window, now: number): void => {
    while (window.head < window.calls.length && window.calls[window.head]! <= now - HOUR_MS) window.head += 1;
    if (window.head > 10_000 && window.head * 2 > window.calls.length) {
      window.calls = window.calls.slice(window.head);
      window.head = 0;
    }
  };

  /** When a call made at `now` would have room again in a part of the allowance; undefined if it has room. */
  const fullUntil = (window: Window, now: number, most: number, spanMs: number): number | undefined => {
    const oldest = window.calls.length - most;
    if (oldest < window.head) return undefined;
    // With nothing allowed no call leaves, and the block is as long as can be.
    const leaving = (window.calls[oldest] ?? now) + spanMs;
    return leaving > now ? leaving : undefined;
  };
  const countSince = (window: Window, instant: number): number => {
    let place = window.calls.length;
    while (place > window.head && window.calls[place - 1]! > instant) place -= 1;
    return window.calls.length - place;
  };

  const block = (catalog: string, bucket: Bucket, until: number): void => {
    windowOf(catalog, bucket).blockedUntil = until;
    keep({ t: 'blocked', catalog, bucket, until });
  };

  return {
    block,
    take: (catalog, bucket, now, allowance, extensionMs) => {
      const window = windowOf(catalog, bucket);
      forgetOld(window, now);
      const isBatch = bucket === 'catalog_batch';
      const anHour = isBatch ? allowance.batchCallsPerHour : allowance.managementCallsPerHour;
      const aMinute = (isBatch ? allowance.batchCallsPerMinute : null) ?? Number.POSITIVE_INFINITY;
      const full = Math.max(
        fullUntil(window, now, anHour, HOUR_MS) ?? 0,
        fullUntil(window, now, aMinute, MINUTE_MS) ?? 0,
      );
      const isBlocked = now < window.blockedUntil;
      if (isBlocked || full > now) {
        const until = isBlocked ? window.blockedUntil + extensionMs : full;
        block(catalog, bucket, Math.min(until, now + HOUR_MS));
      } else {
        window.calls.push(now);
        keep({ t: 'called', catalog, bucket, at: now });
      }
      const blocked = now < window.blockedUntil;
      const part = Math.max(
        (window.calls.length - window.head) / anHour,
        aMinute === Number.POSITIVE_INFINITY ? 0 : countSince(window, now - MINUTE_MS) / aMinute,
      );
      return {
        bucket,
        blocked,
        percent: blocked ? 100 : Math.min(100, Math.floor(part * 100)),
        regainMinutes: blocked ? Math.ceil((window.blockedUntil - now) / MINUTE_MS) : 0,
      };
    },
    restore: (line) => {
      const window = windowOf(line.catalog, line.bucket);
      if (line.t === 'called') window.calls.push(line.at);
      else window.blockedUntil = line.until;
    },
    unblock: () => {
      for (const { catalog, bucket, window } of windows.values()) {
        if (window.blockedUntil === 0) continue;
        window.blockedUntil = 0;
        keep({ t: 'blocked', catalog, bucket, until: 0 });
      }
    },
    lines: (now) =>
      [...windows.values()].flatMap(({ catalog, bucket, window }): QuotaLine[] => {
        forgetOld(window, now);
        return [
          ...window.calls.slice(window.head).map((at): QuotaLine => ({ t: 'called', catalog, bucket, at })),
          { t: 'blocked', catalog, bucket, until: window.blockedUntil },
        ];
      }),
  };
};
