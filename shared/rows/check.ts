import { fewOf } from './few.ts';
import type { Finding } from './finding.ts';
import { type ReadOptions, readRows } from './read-rows.ts';

/** What `check --json` says about a file. */
export interface CheckedFile {
  file: string;
  rows: number;
  valid: number;
  findings: Omit<Finding, 'retailerId'>[];
  /** Findings beyond the first thousand that are not listed; each code is listed at least once. */
  omitted: number;
}

const mostFindings = 1_000;

/** Judges a file as a sync would. Throws only what the source throws. */
export const checkFile = async (
  source: AsyncIterable<Uint8Array>,
  key: string,
  options: Omit<ReadOptions, 'key'> = {},
): Promise<CheckedFile> => {
  const few = fewOf(mostFindings);
  const reading = readRows(source, { ...options, key });
  let next = await reading.next();
  while (next.done !== true) {
    few.add(next.value.findings);
    next = await reading.next();
  }
  const summary = next.value;
  few.add(summary.findings);
  return {
    file: key,
    rows: summary.rows,
    valid: summary.valid,
    findings: few
      .kept()
      .map(({ retailerId: _, ...found }) => found)
      .sort((a, b) => a.line - b.line),
    omitted: few.omitted(),
  };
};
