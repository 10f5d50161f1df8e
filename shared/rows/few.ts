import type { Finding } from './finding.ts';

/** Findings to print: not all of a million, but each code at least once. */
export interface Few {
  add(findings: readonly Finding[]): void;
  /** Adds what was kept elsewhere of the findings that follow, and counts what was not. */
  addFew(kept: readonly Finding[], counts: Readonly<Record<string, number>>): void;
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
  const add = (findings: readonly Finding[]): void => {
    for (const found of findings) {
      all++;
      const before = counts.get(found.code) ?? 0;
      counts.set(found.code, before + 1);
      if (before === 0 || kept.length < most) kept.push(found);
    }
  };
  return {
    add,
    // Whoever kept as many at most left out only what would be left out here: each is beyond that many, and not of a new code.
    addFew: (given, countsOfAll) => {
      add(given);
      const named = Map.groupBy(given, ({ code }): string => code);
      for (const [code, count] of Object.entries(countsOfAll)) {
        const more = count - (named.get(code)?.length ?? 0);
        all += more;
        counts.set(code, (counts.get(code) ?? 0) + more);
      }
    },
    kept: () => kept,
    omitted: () => all - kept.length,
    counts: () => Object.fromEntries(counts),
  };
};
