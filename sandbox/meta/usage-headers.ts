import type { Fault } from './faults.ts';
import type { Usage } from './quota.ts';
import type { Settings } from './settings.ts';

const number = (value: unknown): number | undefined => (value === undefined ? undefined : Number(value));

/**
 * Both usage headers. What is in them is JSON inside a header; regain time is in minutes and only in the first.
 * Source: developers.facebook.com/docs/graph-api/overview/rate-limiting
 * @param override what they say instead of the truth
 */
export const usageHeaders = (
  catalog: string,
  usage: Usage,
  { bucketTypes }: Settings,
  override: Fault | undefined,
): Record<string, string> => {
  const counts = {
    call_count: number(override?.call_count) ?? usage.percent,
    total_cputime: number(override?.total_cputime) ?? 0,
    total_time: number(override?.total_time) ?? 0,
  };
  const regain = number(override?.minutes) ?? usage.regainMinutes;
  const entry = { type: bucketTypes[usage.bucket], ...counts, estimated_time_to_regain_access: regain };
  return {
    'x-business-use-case-usage': JSON.stringify({ [catalog]: [entry] }),
    'x-app-usage': JSON.stringify(counts),
  };
};
