import type { Entry, Group, Groups } from '@catalog-sync/shared/records/transform.ts';
import type { Candidate } from './fold.ts';
import { kindOf } from './kind.ts';

/** So many brands or categories are named; a shop may have thousands. */
const MOST_NAMED = 20;

/**
 * Changes by what the rows say in one field. A delete carries an id alone, and what was last sent of it may be kept no
 * longer, so it counts under no name.
 */
export const groupsOf = (
  field: 'brand' | 'google_product_category',
  wanted: Iterable<Candidate>,
  entries: ReadonlyMap<string, Entry>,
): Groups => {
  const groups = new Map<string | null, Group>();
  for (const candidate of wanted) {
    const said = candidate.data[field];
    const name = typeof said === 'string' && said !== '' ? said : null;
    const group = groups.get(name) ?? { name, creates: 0, updates: 0, deletes: 0 };
    groups.set(name, group);
    group[`${kindOf(candidate, entries.get(candidate.id))}s`] += 1;
  }
  const ranked = [...groups.values()].toSorted((a, b) => sizeOf(b) - sizeOf(a) || byName(a, b));
  const others = { groups: 0, creates: 0, updates: 0, deletes: 0 };
  for (const { creates, updates, deletes } of ranked.slice(MOST_NAMED)) {
    others.groups += 1;
    others.creates += creates;
    others.updates += updates;
    others.deletes += deletes;
  }
  return { top: ranked.slice(0, MOST_NAMED), others };
};

const sizeOf = ({ creates, updates, deletes }: Group): number => creates + updates + deletes;
/** Equally changed ones by name: two workers must write the same plan. */
const byName = ({ name: a }: Group, { name: b }: Group): number => ((a ?? '') < (b ?? '') ? -1 : 1);
