import type { Group, Groups, Sample } from '@catalog-sync/shared/records/transform.ts';

/** So many brands or categories are named; a shop may have thousands. */
const MOST_NAMED = 20;
/** So many are told apart while counting; a feed may have as many as rows. Those that come later count under no name. */
const MOST_COUNTED = 100_000;

/** Changes by what the rows say in one field. */
export interface Grouping {
  /** @param name null: not known, as of a delete when what was last sent of it is kept no longer */
  add(name: string | null, kind: Sample['kind']): void;
  groups(): Groups;
}

export const openGrouping = (): Grouping => {
  const counted = new Map<string | null, Group>();
  return {
    add: (said, kind) => {
      const name = said === '' || (counted.size >= MOST_COUNTED && !counted.has(said)) ? null : said;
      const group = counted.get(name) ?? { name, creates: 0, updates: 0, deletes: 0 };
      counted.set(name, group);
      group[`${kind}s`] += 1;
    },
    groups: () => {
      const ranked = [...counted.values()].toSorted((a, b) => sizeOf(b) - sizeOf(a) || byName(a, b));
      const others = { groups: 0, creates: 0, updates: 0, deletes: 0 };
      for (const { creates, updates, deletes } of ranked.slice(MOST_NAMED)) {
        others.groups += 1;
        others.creates += creates;
        others.updates += updates;
        others.deletes += deletes;
      }
      return { top: ranked.slice(0, MOST_NAMED), others };
    },
  };
};

const sizeOf = ({ creates, updates, deletes }: Group): number => creates + updates + deletes;
/** Equally changed ones by name: two workers must write the same plan. */
const byName = ({ name: a }: Group, { name: b }: Group): number => ((a ?? '') < (b ?? '') ? -1 : 1);
