import { readItems } from './engine/index.ts';
import { fewOf } from './few.ts';
import type { Finding } from './finding.ts';
import type { ReadOptions } from './read-file.ts';

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

/** Judges a file as a sync would, by what a sync reads files with. Throws only what the source throws. */
export const checkFile = async (
  source: AsyncIterable<Uint8Array>,
  key: string,
  options: Omit<ReadOptions, 'key'> = {},
): Promise<CheckedFile> => {
  const few = fewOf(mostFindings);
  const reading = readItems(source, { ...options, key });
  let next = await reading.next();
  while (next.done !== true) {
    for (const { findings } of next.value.told) few.add(findings);
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
