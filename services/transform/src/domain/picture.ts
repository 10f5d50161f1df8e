/** What a plan shows a person before anything is sent: counts, brands and categories, samples, what is risky. */
import type { Plan } from '@catalog-sync/shared/records/transform.ts';
import type { Gate } from '@catalog-sync/shared/settings.ts';
import type { Candidate } from './fold.ts';
import type { FoldedPartition } from './fold-partition.ts';
import { countRisks, noRisks, risksOf } from './gate.ts';
import { openGrouping } from './groups.ts';
import { kindOf } from './kind.ts';
import { URGENCIES } from './queue-up.ts';
import { firstOf, openSampling, type Picked } from './samples.ts';

/** Some counts of rows, which are the same whatever has room in this sync. */
export interface FoldCounts {
  fileRows: FoldedPartition['fileRows'];
  carriedRows: FoldedPartition['carriedRows'];
  late: number;
  withheld: number;
}

export interface Picture {
  /** @param queues the partition's candidates by urgency */
  add(folded: FoldedPartition, queues: readonly (readonly Candidate[])[]): void;
  readonly counts: FoldCounts;
  readonly kinds: { creates: number; updates: number; deletes: number };
  groups(): Pick<Plan, 'brands' | 'categories'>;
  samples(): Picked[];
  risks(live: number, gate: Gate): Plan['risks'];
}

const addAll = <A extends Record<string, number>>(to: A, more: A): void => {
  for (const name of Object.keys(more) as (keyof A)[]) to[name] = (to[name]! + more[name]!) as A[keyof A];
};

export const openPicture = (): Picture => {
  const counts: FoldCounts = {
    fileRows: { superseded: 0, unchanged: 0, errored: 0 },
    carriedRows: { taken: 0, superseded: 0, unchanged: 0, errored: 0 },
    late: 0,
    withheld: 0,
  };
  const kinds = { creates: 0, updates: 0, deletes: 0 };
  const brands = openGrouping();
  const categories = openGrouping();
  const risks = noRisks();
  // What is under embargo comes last.
  const samplings = Array.from({ length: URGENCIES + 1 }, openSampling);

  const addWanted = (candidate: Candidate, urgency: number): void => {
    const kind = kindOf(candidate);
    kinds[`${kind}s`] += 1;
    brands.add(candidate.content.brand, kind);
    categories.add(candidate.content.category, kind);
    countRisks(candidate, risks);
    samplings[urgency]!.add(candidate);
  };
  return {
    counts,
    kinds,
    add: ({ fileRows, carriedRows, late, withheld, embargoed }, queues) => {
      addAll(counts.fileRows, fileRows);
      addAll(counts.carriedRows, carriedRows);
      counts.late += late;
      counts.withheld += withheld;
      for (const [urgency, queue] of queues.entries()) for (const one of queue) addWanted(one, urgency);
      for (const { candidate } of embargoed) addWanted(candidate, URGENCIES);
    },
    groups: () => ({ brands: brands.groups(), categories: categories.groups() }),
    samples: () => firstOf(samplings),
    risks: (live, gate) => risksOf(risks, live, gate),
  };
};
