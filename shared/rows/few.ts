import type { Finding } from './finding.ts';

/** Findings to print: not all of a million, but each code at least once. */
export interface Few {
  add(findings: readonly Finding[]): void;
  kept(): Finding[];
  /** How many were left out. */
  omitted(): number;
  /** All that were found, by code. */
  counts(): Record<string, number>;
}

/** Keeps the first `most` findings, and beyond them the first of each further code. */
export const fewOf = (most: number): Few => {
  const kept: Finding[] = [];
  const counts = new Map<string, number>();
  let all = 0;
  return {
    add: (findings) => {
      for (const found of findings) {
        all++;
        const before = counts.get(found.code) ?? 0;
        counts.set(found.code, before + 1);
        if (before === 0 || kept.length < most) kept.push(found);
      }
    },
    kept: () => kept,
    omitted: () => all - kept.length,
    counts: () => Object.fromEntries(counts),
  };
};
