/** What the rows set aside of a sync have in common with those of another: products and reasons, not places. */
import { hashOf } from '@catalog-sync/shared/hash.ts';
import * as t from 'io-ts';

/** A file's findings as validate keeps them (`shared/rows/report.ts`), as far as an alert needs them. */
export const FileFindings = t.type(
  {
    /** By code, also of findings that the list leaves out. */
    counts: t.record(t.string, t.number),
    findings: t.array(
      t.intersection([
        t.type({ column: t.union([t.string, t.null]), code: t.string, severity: t.string, message: t.string }),
        t.partial({ retailerId: t.union([t.string, t.null]) }),
      ]),
    ),
  },
  'FileFindings',
);
export type FileFindings = t.TypeOf<typeof FileFindings>;

export interface Rejected {
  /** How often each reason was found, as lines for people. */
  reasons: readonly string[];
  /** Equal for the same products with the same reasons. */
  essence: readonly string[];
}

export const noneRejected: Rejected = { reasons: [], essence: [] };

/** One file's share of it: each finding as a short hash, so that many files can be held together. */
export interface Share {
  found: readonly string[];
  counts: ReadonlyMap<string, number>;
}

export const shareOf = ({ counts, findings }: FileFindings): Share => {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const codes = new Set(errors.map(({ code }) => code));
  return {
    found: errors.map(({ retailerId = null, column, code, message }) =>
      hashOf([JSON.stringify([retailerId, column, code, message])], 16),
    ),
    counts: new Map(Object.entries(counts).filter(([code]) => codes.has(code))),
  };
};

/** Together for all files, in whatever order they came, and however the rows were spread over them. */
export const rejectedOf = (files: readonly Share[]): Rejected => {
  if (files.length === 0) return noneRejected;
  const all = new Map<string, number>();
  for (const { counts } of files) {
    for (const [code, count] of counts) all.set(code, (all.get(code) ?? 0) + count);
  }
  const found = files.flatMap((file) => file.found).sort();
  return {
    reasons: [...all].sort(([, a], [, b]) => b - a).map(([code, count]) => `- ${count} × ${code}`),
    essence: [hashOf([...found, JSON.stringify([...all].sort())])],
  };
};
