import { fewOf } from './few.ts';
import type { FileSummary, Finding } from './finding.ts';

export interface FileReport extends Omit<FileSummary, 'findings'> {
  file: string;
  versionId: string;
  /** How often each code was found. */
  counts: Record<string, number>;
  findings: Finding[];
  /** Findings that are counted and not listed. */
  omitted: number;
}

const mostFindings = 10_000;

/**
 * The JSON that lies beside a refused file, and in a sync's report.
 * @param usable whether the file was used: a setting may refuse one that could be read
 * @param findings of its rows and of the file itself
 */
export const fileReport = ({
  key,
  versionId,
  usable,
  summary,
  findings,
}: {
  key: string;
  versionId: string;
  usable: boolean;
  summary: FileSummary;
  findings: readonly Finding[];
}): FileReport => {
  const few = fewOf(mostFindings);
  few.add(findings);
  return {
    file: key,
    versionId,
    ...summary,
    usable,
    counts: few.counts(),
    findings: few.kept(),
    omitted: few.omitted(),
  };
};
