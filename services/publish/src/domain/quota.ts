import { type EpochMs, EpochMs as EpochMsCodec, epochMs, HOUR } from '@catalog-sync/shared/catalog/instant.ts';
import * as t from 'io-ts';

/** Calls that may go at this moment; it fills up evenly. */
export const Bucket = t.strict({ tokens: t.number, at: EpochMsCodec }, 'Bucket');
export type Bucket = t.TypeOf<typeof Bucket>;

/**
 * A quarter of the hour's calls may go at once, the rest comes back over the hour: so no hour, wherever it begins, sees
 * more calls than `callsPerHour`. Meta counts batch calls by rolling hour (Graph API rate limits).
 */
const shape = (callsPerHour: number): { burst: number; anHour: number } => {
  const burst = Math.max(1, Math.floor(callsPerHour / 4));
  return { burst, anHour: Math.max(callsPerHour - burst, callsPerHour / 2) };
};

const filled = (bucket: Bucket | undefined, callsPerHour: number, now: EpochMs): number => {
  const { burst, anHour } = shape(callsPerHour);
  if (bucket === undefined) return burst;
  return Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) / HOUR) * anHour);
};

/** The bucket less one call, or from when on there is one. A clock that goes back fills nothing. */
export const takeCall = (
  bucket: Bucket | undefined,
  callsPerHour: number,
  now: EpochMs,
): { kind: 'taken'; bucket: Bucket } | { kind: 'empty'; until: EpochMs } => {
  const tokens = filled(bucket, callsPerHour, now);
  if (tokens >= 1) {
    return { kind: 'taken', bucket: { tokens: tokens - 1, at: epochMs(Math.max(now, bucket?.at ?? now)) } };
  }
  const missing = ((1 - tokens) / shape(callsPerHour).anHour) * HOUR;
  return { kind: 'empty', until: epochMs(Math.max(now, bucket?.at ?? now) + Math.ceil(missing)) };
};
