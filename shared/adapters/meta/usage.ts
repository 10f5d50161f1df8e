import { MINUTE } from '../../catalog/instant.ts';
import type { Usage } from '../../ports/graph.ts';

/** No header may keep us away for longer: Meta's windows are of an hour. */
const LONGEST_REGAIN_MS = 24 * 60 * MINUTE;

type Headers = Readonly<Record<string, unknown>>;
type Fields = Record<string, unknown>;

/** A usage header is JSON inside text, and some proxies quote it once more. */
const jsonOf = (text: unknown, depth = 2): unknown => {
  if (typeof text !== 'string' || depth === 0) return text;
  try {
    return jsonOf(JSON.parse(text), depth - 1);
  } catch {
    return undefined;
  }
};

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const number = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);

/**
 * Meta's usage headers: `x-app-usage` is one flat entry, `x-business-use-case-usage` an object of lists of entries. Shares
 * are whole percent; `estimated_time_to_regain_access` is in minutes (Graph API rate limits). The largest of all counts,
 * for the spelling of the catalogs' own bucket is not documented.
 */
export const usageOf = (headers: Headers): Usage => {
  const app = jsonOf(headers['x-app-usage']);
  const business = jsonOf(headers['x-business-use-case-usage']);
  const entries = [app, ...(isFields(business) ? Object.values(business).flat() : [])].filter(isFields);
  const largest = (values: number[]): number => Math.max(0, ...values);
  return {
    percent: largest(entries.flatMap((one) => [one.call_count, one.total_cputime, one.total_time].map(number))),
    regainMs: Math.min(
      largest(entries.map((one) => number(one.estimated_time_to_regain_access))) * MINUTE,
      LONGEST_REGAIN_MS,
    ),
  };
};

/** How long a refusal asks us to stay away: by the usage headers, or by `Retry-After` in seconds. */
export const regainOf = (headers: Headers): number => {
  const seconds = Number(headers['retry-after'] ?? 0);
  const asked = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
  return Math.min(Math.max(usageOf(headers).regainMs, asked), LONGEST_REGAIN_MS);
};
